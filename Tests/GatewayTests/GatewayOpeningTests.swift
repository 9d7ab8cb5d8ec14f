// Opening a session: what agrees is opened, and everything that does not agree is refused with its reason.
import CHotPath
import Foundation
import Gateway
import Testing
import TradingDomain

@Suite(.serialized) struct GatewayOpeningTests {
  /// The error with which opening against `script` ends.
  private func failure(
    _ script: GatewayScript, configure: (inout GatewayConfiguration) -> Void = { _ in }
  ) throws -> GatewayError? {
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    var configuration = gateway.configuration()
    configuration.openTimeout = .milliseconds(1500)
    configure(&configuration)
    let client = try GatewayClient(configuration)
    do {
      try client.open()
      return nil
    } catch {
      #expect(client.failure == error)
      #expect(client.send(order(1, at: 1)) == .notSent)
      #expect("\(error)".contains("127.0.0.1:\(gateway.port)"))
      #expect(gateway.received(HP_FRAME_NEW_ORDER).isEmpty)
      return error
    }
  }

  @Test func aSessionOpensAndBringsEventsAndTakesOrders() throws {
    var script = GatewayScript()
    script.onStanding = { session in
      session.send(.connection(.ready), sequence: 1)
      session.send(trade(1))
      session.send(report(1), sequence: 2)
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration())
    try client.open()
    let events = collect(from: client) { $0.count >= 3 }
    #expect(events.map(\.update) == [.connection(.ready), trade(1), report(1)])
    #expect(client.sessionPhase == .streaming)
    let now = hp_clock_realtime_ns()
    #expect(events.allSatisfy { abs($0.localTime.nanoseconds - now) < 60_000_000_000 })
    #expect(client.send(order(7, at: 123)) == .handedOver)
    #expect(client.send(.cancelAll(decisionTime: Timestamp(nanoseconds: 124))) == .handedOver)
    _ = collect(from: client) { _ in gateway.received(HP_FRAME_CANCEL_ALL).count == 1 }
    let sent = try #require(gateway.received(HP_FRAME_NEW_ORDER).first)
    #expect(sent.sequence == 1)
    #expect(sent.read(as: hp_msg_new_order.self).instrument == 41)
    #expect(sent.read(as: hp_msg_new_order.self).id.low == 7)
    #expect(gateway.received(HP_FRAME_CANCEL_ALL).first?.sequence == 2)
    #expect(client.unacknowledgedCommands == 2)
    let subscribed = gateway.received(HP_FRAME_SUBSCRIBE).map { $0.read(as: hp_msg_subscribe.self).instrument }
    #expect(subscribed == [41], "only the allow-list is subscribed")
  }

  @Test func theOtherEnvironmentIsRefusedBeforeAnythingIsSent() throws {
    var script = GatewayScript()
    script.reply = { reply, _ in reply.environment = UInt8(HP_ENVIRONMENT_REAL) }
    let found = try failure(script)
    guard case .environment(_, .simulator, 2) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test func anotherProtocolVersionIsRefused() throws {
    var script = GatewayScript()
    script.reply = { reply, _ in reply.version = 2 }
    guard case .version(_, 1, 2) = try failure(script) else {
      Issue.record("version 2 was accepted")
      return
    }
    var foreign = GatewayScript()
    foreign.onAccept = { session in
      session.sendBytes([40, 0, 0, 0, 2, 0, 7, 0] + [UInt8](repeating: 0, count: 32))
    }
    guard case .notAGateway = try failure(foreign) else {
      Issue.record("frames of version 7 were accepted")
      return
    }
  }

  @Test func aServiceOfAnotherKindIsRecognised() throws {
    var script = GatewayScript()
    script.onAccept = { $0.sendBytes(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)) }
    guard case .notAGateway = try failure(script) else {
      Issue.record("an HTTP server was accepted")
      return
    }
    var nameless = GatewayScript()
    nameless.reply = { reply, _ in reply.magic = 1 }
    guard case .notAGateway = try failure(nameless) else {
      Issue.record("a reply without the magic number was accepted")
      return
    }
  }

  @Test func virtualTimeThatIsNotGrantedIsRefused() throws {
    var script = GatewayScript()
    script.reply = { reply, _ in reply.capabilities &= ~UInt64(HP_CAPABILITY_VIRTUAL_TIME) }
    guard case .noVirtualTime = try failure(script, configure: { $0.virtualTime = true }) else {
      Issue.record("a session without virtual time was accepted")
      return
    }
  }

  @Test func instrumentsThatDifferInAnyConstantAreRefused() throws {
    let changes: [@Sendable (inout hp_msg_asset_def) -> Void] = [
      { $0.tick_numerator = 2 }, { $0.tick_denominator = 0 }, { $0.tick_value_micro_brl += 1 }, { $0.lot = 1 },
    ]
    for change in changes {
      var script = GatewayScript()
      script.asset = { asset in if WireText.get(asset.symbol) == "DOL" { change(&asset) } }
      guard case .instrumentMismatch(_, "DOL", _) = try failure(script) else {
        Issue.record("a different DOL was accepted")
        continue
      }
    }
  }

  @Test func anInstrumentOrContractThatIsNotOfferedIsNamed() throws {
    guard
      case .instrumentMissing(_, "WIN") = try failure(
        GatewayScript(), configure: { $0.instruments = [GatewayInstrument(.win)] })
    else {
      Issue.record("a missing family was accepted")
      return
    }
    guard
      case .instrumentMissing(_, "DOLM20") = try failure(
        GatewayScript(), configure: { $0.instruments = [GatewayInstrument(.dol, ticker: "DOLM20")] })
    else {
      Issue.record("another contract was accepted")
      return
    }
  }

  @Test func aRefusalIsToldWithItsCodeAndText() throws {
    var script = GatewayScript()
    script.onHello = { session in
      var message = hp_msg_error()
      message.code = UInt16(HP_ERROR_CONFIG)
      WireText.set(&message.text, "configuration hash differs")
      session.send(HP_FRAME_ERROR, message)
      session.finish()
      return true
    }
    let found = try failure(script)
    guard case .refused(_, UInt16(HP_ERROR_CONFIG), "configuration hash differs") = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test func anOlderRunIsFenced() throws {
    var script = GatewayScript()
    script.onHello = { session in
      var message = hp_msg_error()
      message.code = UInt16(HP_ERROR_FENCED)
      session.send(HP_FRAME_ERROR, message)
      return true
    }
    guard case .fenced(_, 5) = try failure(script) else {
      Issue.record("a fenced run was not told so")
      return
    }
  }

  @Test func aSilentGatewayTimesOutAndAClosingOneIsNamed() throws {
    var silent = GatewayScript()
    silent.onHello = { _ in true }
    guard case .noAnswer(_, "the answer to Hello") = try failure(silent) else {
      Issue.record("silence was not noticed")
      return
    }
    var closing = GatewayScript()
    closing.onHello = { session in
      session.finish()
      return true
    }
    guard case .closedInHandshake = try failure(closing) else {
      Issue.record("the end was not noticed")
      return
    }
  }

  @Test func anAbsentGatewayIsToldAtOnceWithWhatToDo() throws {
    let gateway = try ScriptedGateway()
    let configuration = gateway.configuration()
    gateway.stop()
    let client = try GatewayClient(configuration)
    let error = #expect(throws: GatewayError.self) { try client.open() }
    guard case .unreachable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect("\(String(describing: error))".contains("start the gateway"))
  }

  @Test func aHostThatDoesNotResolveIsToldWhenTheClientIsMade() throws {
    let folder = NSTemporaryDirectory() + "keys-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try LinkKeys.make(folder: folder, end: nil, environment: .real)
    var configuration = GatewayConfiguration(
      host: "gateway.invalid", port: 1, environment: .real, instruments: [GatewayInstrument(.wdo)])
    configuration.keys = try LinkKeys(folder: folder, end: .trader, environment: .real)
    #expect(throws: GatewayError.hostUnknown(endpoint: "gateway.invalid:1")) { try GatewayClient(configuration) }
  }
}
