// Sessions over a sealed link: equal to those in clear, closed to everybody else.
import CHotPath
import Foundation
import Gateway
import GatewaySimulator
import MarketData
import Simulation
import Testing
import TradingDomain

/// Keys of one pair of ends, in a folder that goes with them.
private final class PairOfKeys {
  let folder = NSTemporaryDirectory() + "link-\(UUID().uuidString)"
  let trader: LinkKeys
  let gateway: LinkKeys

  init(environment: GatewayEnvironment = .simulator) throws {
    try LinkKeys.make(folder: folder, end: nil, environment: environment)
    trader = try LinkKeys(folder: folder, end: .trader, environment: environment)
    gateway = try LinkKeys(folder: folder, end: .gateway, environment: environment)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}

private func client(
  _ port: UInt16, keys: LinkKeys?, virtualTime: Bool = true, name: String = "trader",
  _ adjust: (inout GatewayConfiguration) -> Void = { _ in }
) throws -> GatewayClient {
  var configuration = GatewayConfiguration(
    host: "127.0.0.1", port: port, environment: .simulator, instruments: [GatewayInstrument(.wdo, ticker: "WDOK20")])
  configuration.virtualTime = virtualTime
  configuration.clientName = name
  configuration.keys = keys
  configuration.backoffMinimum = .milliseconds(5)
  configuration.backoffMaximum = .milliseconds(50)
  adjust(&configuration)
  return try GatewayClient(configuration)
}

private func playThrough(_ port: UInt16, keys: LinkKeys?, bufferSize: Int = 64) throws -> [VenueEvent] {
  let client = try client(port, keys: keys)
  try client.open()
  var trader = RuleTrader(seed: 1)
  let events = play(client, bufferSize: bufferSize, idle: { client.rest(atMost: .milliseconds(1)) }) {
    trader.answer($0)
  }
  #expect(client.failure == nil)
  return events
}

extension [UInt8] {
  fileprivate func contains(_ text: String) -> Bool { Data(self).range(of: Data(text.utf8)) != nil }
}

@Suite(.serialized) struct SealedSessionTests {
  @Test(arguments: [64, 1])
  func aSealedSessionEqualsTheSameSessionInClear(bufferSize: Int) throws {
    let keys = try PairOfKeys()
    let plain = try Session.server(seconds: 60)
    let expected = try playThrough(plain.port, keys: nil)
    plain.stop()
    let sealed = try Session.server(seconds: 60) { $0.keys = [keys.gateway] }
    defer { sealed.stop() }
    let events = try playThrough(sealed.port, keys: keys.trader, bufferSize: bufferSize)
    #expect(events.last?.update == .endOfSession)
    #expect(reports(events).filter { $0.status == .filled }.count > 20)
    #expect(events == expected)
    #expect(sealed.statistics.connectionsRefused == 0)
  }

  @Test func whoListensOnTheWireReadsNothing() throws {
    let keys = try PairOfKeys()
    // What the same ear hears on a link in clear.
    let readable = ["WDOK20", "trader gateway simulator", "TRDGATE1"]
    for isSealed in [false, true] {
      let server = try Session.server(seconds: 20) { if isSealed { $0.keys = [keys.gateway] } }
      defer { server.stop() }
      let tap = try WireTap(to: server.port)
      defer { tap.stop() }
      let events = try playThrough(tap.port, keys: isSealed ? keys.trader : nil)
      #expect(events.last?.update == .endOfSession)
      let capture = tap.capture
      let all = capture.toGateway + capture.toClient
      #expect(all.count > 10_000)
      for text in readable { #expect(all.contains(text) == !isSealed, "\(text)") }
      // Encrypted bytes are evenly spread: no value is much more frequent than another.
      var counts = [Int](repeating: 0, count: 256)
      for byte in capture.toClient { counts[Int(byte)] += 1 }
      let mostShare = Double(counts.max() ?? 0) / Double(capture.toClient.count)
      #expect(isSealed ? mostShare < 0.1 : mostShare > 0.3)
    }
  }

  @Test func anAlteredByteInEitherDirectionEndsTheSessionAndIsNamed() throws {
    let keys = try PairOfKeys()
    for (isToGateway, offset) in [
      (true, 8), (true, 55), (true, 60), (true, 200), (false, 12), (false, 64), (false, 70), (false, 5_000),
    ] {
      let server = try Session.server(seconds: 20) { $0.keys = [keys.gateway] }
      defer { server.stop() }
      let tap = try WireTap(to: server.port) { byte, position, direction in
        if direction == isToGateway, position == offset { byte ^= 0x40 }
      }
      defer { tap.stop() }
      let client = try client(tap.port, keys: keys.trader)
      var failure: GatewayError?
      do throws(GatewayError) {
        try client.open()
        var trader = RuleTrader(seed: 1)
        _ = play(client, seconds: 10, idle: { client.rest(atMost: .milliseconds(1)) }) { trader.answer($0) }
        failure = client.failure
      } catch {
        failure = error
      }
      switch failure {
      case .sealBroken: #expect(!isToGateway && offset >= 56, "\(offset)")
      case .sealRefused: #expect(offset < 56, "\(offset)")
      case .linkLost, .closedInHandshake: #expect(isToGateway && offset >= 56, "\(offset)")
      default: Issue.record("altered byte \(offset): \(String(describing: failure))")
      }
    }
  }

  @Test func strangersAreRefusedAndTheStandingSessionGoesOn() throws {
    let (keys, strange) = (try PairOfKeys(), try PairOfKeys())
    let server = try Session.server(seconds: 60) {
      $0.keys = [keys.gateway]
      $0.pacing = .multiple(30)
    }
    defer { server.stop() }
    let tap = try WireTap(to: server.port)
    defer { tap.stop() }
    let good = try client(tap.port, keys: keys.trader)
    try good.open()
    let recorded = tap.capture.toGateway
    #expect(recorded.count > HP_SEAL_HANDSHAKE_LENGTH)
    #expect(throws: GatewayError.sealRefused(endpoint: "127.0.0.1:\(server.port)")) {
      try client(server.port, keys: strange.trader).open()
    }
    // Another trader's secret key and another shared secret, each alone.
    for name in ["trader.key", "link.psk"] {
      let mixed = try PairOfKeys()
      for file in ["trader.key", "trader.pub", "gateway.pub", "link.psk"] where file != name {
        try FileManager.default.removeItem(atPath: "\(mixed.folder)/\(file)")
        try FileManager.default.copyItem(atPath: "\(keys.folder)/\(file)", toPath: "\(mixed.folder)/\(file)")
      }
      let trader = try LinkKeys(folder: mixed.folder, end: .trader, environment: .simulator)
      #expect(throws: GatewayError.sealRefused(endpoint: "127.0.0.1:\(server.port)"), "\(name)") {
        try client(server.port, keys: trader).open()
      }
    }
    // The whole recorded beginning again: the offer is answered, what follows is closed without a word.
    let replay = try RawConnection(port: server.port)
    replay.send(recorded)
    let heard = replay.receive(seconds: 5)
    #expect(heard.isClosed)
    #expect(heard.bytes.count <= HP_SEAL_HANDSHAKE_LENGTH)
    // A frame in clear, and noise.
    for bytes in [[UInt8](repeating: 0x41, count: 512), Array(recorded.reversed())] {
      let knock = try RawConnection(port: server.port)
      knock.send(bytes)
      let answer = knock.receive(seconds: 5)
      #expect(answer.isClosed && answer.bytes.isEmpty)
    }
    var trader = RuleTrader(seed: 1)
    let events = play(good, idle: { good.rest(atMost: .milliseconds(1)) }) { trader.answer($0) }
    #expect(good.failure == nil)
    #expect(events.last?.update == .endOfSession)
    #expect(good.linkCounts.connections == 1)
    #expect(server.statistics.connectionsRefused >= 5)
  }

  @Test func slowAndManyHandshakesAreClosedAndKeepNobodyOut() throws {
    let keys = try PairOfKeys()
    let server = try Session.server(seconds: 20) { $0.keys = [keys.gateway] }
    defer { server.stop() }
    let start = Date()
    // One byte, and then nothing: half-open for as long as they are let.
    var strangers: [RawConnection] = []
    for _ in 0..<30 {
      let stranger = try RawConnection(port: server.port)
      stranger.send([UInt8(HP_SEAL_HANDSHAKE_LENGTH)])
      strangers.append(stranger)
    }
    #expect(try playThrough(server.port, keys: keys.trader).last?.update == .endOfSession)
    for stranger in strangers { #expect(stranger.receive(seconds: 10).isClosed) }
    #expect(Date().timeIntervalSince(start) < 20)
    // All but those that were pending at the end, whom the session's end closed.
    #expect(server.statistics.connectionsRefused >= 30 - 8)
  }

  @Test func aHandshakeHasTwoSeconds() throws {
    let keys = try PairOfKeys()
    let server = try Session.server(seconds: 20) { $0.keys = [keys.gateway] }
    defer { server.stop() }
    let stranger = try RawConnection(port: server.port)
    let start = Date()
    let heard = stranger.receive(seconds: 10)
    #expect(heard.isClosed && heard.bytes.isEmpty)
    #expect(Date().timeIntervalSince(start) > 1.9)
  }

  @Test func theTwoEndsMustBothSealOrNeither() throws {
    let keys = try PairOfKeys()
    let sealed = try Session.server(seconds: 20) { $0.keys = [keys.gateway] }
    defer { sealed.stop() }
    #expect(
      throws: GatewayError.closedInHandshake(endpoint: "127.0.0.1:\(sealed.port)", waitingFor: "the answer to Hello")
    ) {
      try client(sealed.port, keys: nil).open()
    }
    let plain = try Session.server(seconds: 20)
    defer { plain.stop() }
    #expect(throws: GatewayError.sealRefused(endpoint: "127.0.0.1:\(plain.port)")) {
      try client(plain.port, keys: keys.trader).open()
    }
  }

  @Test func aLinkInClearNeverLeavesTheMachine() throws {
    for host in ["10.1.2.3", "0.0.0.0", "::", "gateway.example", "127.example", "128.0.0.1", "::ffff:10.0.0.1", ""] {
      #expect(!LoopbackAddress.contains(host), "\(host)")
      #expect(throws: GatewayError.plainOffLoopback(endpoint: "\(host):9"), "\(host)") {
        try client(9, keys: nil) { $0.host = host }
      }
      #expect(throws: GatewaySimulatorError.plainOffLoopback(host: host), "\(host)") {
        _ = try Session.server(seconds: 20) { $0.host = host }
      }
    }
    for host in ["127.0.0.1", "127.255.0.9", "::1", "localhost"] { #expect(LoopbackAddress.contains(host)) }
    // With keys any address will do.
    let keys = try PairOfKeys()
    let server = try Session.server(seconds: 20) {
      $0.host = "0.0.0.0"
      $0.keys = [keys.gateway]
    }
    defer { server.stop() }
    #expect(try playThrough(server.port, keys: keys.trader).last?.update == .endOfSession)
  }

  @Test func keysOfAnotherEndOrEnvironmentAreRefusedBeforeAnythingIsSent() throws {
    let (keys, real) = (try PairOfKeys(), try PairOfKeys(environment: .real))
    for (wrong, folder) in [(keys.gateway, keys.folder), (real.trader, real.folder)] {
      #expect(throws: GatewayError.keysMisplaced(endpoint: "127.0.0.1:9", folder: folder)) {
        try client(9, keys: wrong)
      }
    }
    for wrong in [[keys.trader], [real.gateway], [keys.gateway, keys.gateway, keys.gateway]] {
      #expect(throws: GatewaySimulatorError.keysMisplaced(folder: wrong[0].folder)) {
        _ = try Session.server(seconds: 20) { $0.keys = wrong }
      }
    }
    #expect(throws: LinkKeyError.self) {
      try LinkKeys(folder: keys.folder, end: .trader, environment: .real)
    }
    let missing = #expect(throws: LinkKeyError.self) {
      try LinkKeys(folder: "/nowhere/keys", end: .trader, environment: .simulator)
    }
    #expect(missing?.reason == .missing && missing?.path == "/nowhere/keys")
  }

  @Test func whileKeysAreChangedBothSetsServeAndAfterwardsOnlyTheNew() throws {
    let (old, new) = (try PairOfKeys(), try PairOfKeys())
    for trader in [old.trader, new.trader] {
      let server = try Session.server(seconds: 10) { $0.keys = [new.gateway, old.gateway] }
      defer { server.stop() }
      #expect(try playThrough(server.port, keys: trader).last?.update == .endOfSession)
    }
    let server = try Session.server(seconds: 10) { $0.keys = [new.gateway] }
    defer { server.stop() }
    #expect(throws: GatewayError.sealRefused(endpoint: "127.0.0.1:\(server.port)")) {
      try client(server.port, keys: old.trader).open()
    }
  }

  @Test func aSealedLinkThatWasCutComesBackUnderNewKeys() throws {
    let keys = try PairOfKeys()
    let server = try Session.server(seconds: 300) {
      $0.keys = [keys.gateway]
      $0.pacing = .multiple(60)
    }
    defer { server.stop() }
    let tap = try WireTap(to: server.port)
    defer { tap.stop() }
    let client = try client(tap.port, keys: keys.trader, virtualTime: false)
    try client.open()
    var cuts = 0
    let events = play(client, seconds: 20, idle: { client.rest(atMost: .milliseconds(1)) }) { event in
      if cuts < 3, event.update == .connection(.ready) {
        cuts += 1
        tap.cut()
      }
      return []
    }
    #expect(client.failure == nil)
    #expect(events.last?.update == .endOfSession)
    #expect(events.filter { $0.update == .connection(.linkDown) }.count == 3)
    #expect(client.linkCounts.connections == 4)
    #expect(server.statistics.connectionsRefused == 0)
  }
}
