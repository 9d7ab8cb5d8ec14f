// The simulator as a server: its port, its connections, clients that fail or are fenced off.

import CHotPath
import Gateway
import GatewaySimulator
import Glibc
import Simulation
import Testing
import TradingDomain

/// A TCP connection without any protocol.
private func rawConnection(_ port: UInt16) -> Int32 {
  let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let result = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  #expect(result == 0)
  return socket
}

@Suite(.serialized) struct ServerLifeTests {
  @Test func aTakenPortIsAnErrorThatNamesIt() throws {
    let server = try Session.server(seconds: 1)
    defer { server.stop() }
    do {
      _ = try Session.server(seconds: 1) { $0.port = server.port }
      Issue.record("the port was bound twice")
    } catch let error as GatewaySimulatorError {
      #expect(error == .portTaken(host: "127.0.0.1", port: server.port))
      #expect(error.description.contains("port \(server.port)"))
    }
  }

  @Test func anAddressOfAnotherMachineIsRefused() {
    #expect(throws: GatewaySimulatorError.self) { try Session.server(seconds: 1) { $0.host = "203.0.113.9" } }
  }

  @Test func stoppingTwiceAndStoppingBeforeStartingAreHarmless() throws {
    let server = try Session.server(seconds: 1)
    server.stop()
    server.stop()
    var configuration = GatewaySimulatorConfiguration(simulation: Session.simulation(Session.market(seconds: 1)))
    configuration.port = server.port
    let idle = try GatewaySimulatorServer(configuration: configuration, feed: MarketFeed(events: []))
    #expect(idle.port == server.port)
    idle.stop()
  }

  @Test func aServerStartsOnce() throws {
    let server = try Session.server(seconds: 1)
    defer { server.stop() }
    #expect(throws: GatewaySimulatorError.alreadyStarted) { try server.start() }
  }

  @Test func statisticsTellWhatHappened() throws {
    let server = try Session.server(seconds: 5)
    defer { server.stop() }
    let client = try Session.client(server.port)
    var trader = RuleTrader(seed: 2)
    let events = play(client) { trader.answer($0) }
    // The server publishes its counts once a round.
    let deadline = hp_clock_monotonic_ns() + 5_000_000_000
    while !server.statistics.isFinished, hp_clock_monotonic_ns() < deadline { usleep(1000) }
    let statistics = server.statistics
    #expect(statistics.isFinished)
    #expect(statistics.venue.marketEvents == UInt64(marketEvents(events).count))
    #expect(statistics.venue.reports == UInt64(reports(events).count))
    #expect(statistics.connections == 1)
    #expect(statistics.commandsReceived > 0)
    #expect(statistics.failure == nil)
  }

  @Test func aClientInRealTimeTradesWithoutBarriers() throws {
    let server = try Session.server(seconds: 20) { $0.pacing = .multiple(10) }
    defer { server.stop() }
    let client = try Session.client(server.port, virtualTime: false)
    var isSent = false
    let events = play(client, idle: { client.rest(atMost: .milliseconds(1)) }) { event in
      guard !isSent, case .market(let market) = event.update, case .trade = market.update else { return [] }
      isSent = true
      let intent = OrderIntent(
        instrument: Instrument.wdo.id, side: .buy, type: .market, quantity: 2, limit: nil, stop: nil, purpose: .entry)
      return [
        .new(
          NewOrder(
            id: ClientOrderID(epoch: 1, strategy: 1, counter: 1), intent: intent, decisionTime: event.localTime))
      ]
    }
    #expect(client.counts.barriers == 0)
    #expect(events.last?.update == .endOfSession)
    #expect(
      reports(events).map(\.status).prefix(4) == [.clientCreated, .clientCreated, .hadesCreated, .new])
    #expect(reports(events).contains { $0.status == .filled && $0.tradedQuantity == 2 })
  }

  @Test func garbageEndsItsOwnConnectionAndNoOther() throws {
    let server = try Session.server(seconds: 5)
    defer { server.stop() }
    let socket = rawConnection(server.port)
    defer { Glibc.close(socket) }
    var bytes = [UInt8](repeating: 0xA5, count: 4096)
    #expect(write(socket, &bytes, bytes.count) == bytes.count)
    let silent = rawConnection(server.port)
    defer { Glibc.close(silent) }
    let client = try Session.client(server.port)
    let events = play(client) { _ in [] }
    #expect(events.last?.update == .endOfSession)
    #expect(client.failure == nil)
    // The stranger was told what was wrong, and then the end of the stream.
    var answer = [UInt8](repeating: 0, count: 4096)
    let length = read(socket, &answer, answer.count)
    #expect(length > 0)
    var frame = hp_frame_empty()
    answer.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      #expect(Int(hp_frame_decode(base, max(0, length), &frame)) == HP_FRAME_COMPLETE)
      #expect(Int(frame.header.type) == HP_FRAME_ERROR)
    }
  }

  @Test func anOlderRunOfTheSameClientIsFencedOff() throws {
    let server = try Session.server(seconds: 5) { $0.expectedClients = 9 }
    defer { server.stop() }
    let newer = try Session.client(server.port, epoch: 7)
    #expect(newer.sessionPhase >= .synchronising)
    #expect(throws: GatewayError.fenced(endpoint: "127.0.0.1:\(server.port)", ours: 6)) {
      _ = try Session.client(server.port, epoch: 6)
    }
  }

  @Test func aLostClientsEntriesAreWithdrawnItsStopsStayAndItsNextRunIsToldOfBoth() throws {
    let server = try Session.server(seconds: 3600) { $0.pacing = .multiple(1) }
    defer { server.stop() }
    let id = ClientOrderID(epoch: 1, strategy: 1, counter: 1)
    let stopID = ClientOrderID(epoch: 1, strategy: 1, counter: 2)
    do {
      let client = try Session.client(server.port, virtualTime: false)
      var isSent = false
      let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: 64)
      buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
      defer { buffer.deallocate() }
      let deadline = hp_clock_monotonic_ns() + 20_000_000_000
      var isWorking = false
      while !isWorking, hp_clock_monotonic_ns() < deadline {
        let count = client.poll(into: buffer)
        for event in buffer[..<count] {
          if case .order(let report) = event.update, report.id == stopID, report.status == .new { isWorking = true }
          if !isSent, case .market(let market) = event.update, case .quote(let quote) = market.update {
            isSent = true
            let intent = OrderIntent(
              instrument: Instrument.wdo.id, side: .buy, type: .limit, quantity: 3, limit: quote.bid - Price(ticks: 50),
              stop: nil, purpose: .entry)
            _ = client.send(.new(NewOrder(id: id, intent: intent, decisionTime: event.localTime)))
            let stop = OrderIntent(
              instrument: Instrument.wdo.id, side: .sell, type: .stopLimit, quantity: 3,
              limit: quote.bid - Price(ticks: 120), stop: quote.bid - Price(ticks: 100), purpose: .protectiveStop)
            _ = client.send(.new(NewOrder(id: stopID, intent: stop, decisionTime: event.localTime)))
          }
        }
      }
      #expect(isWorking)
      // The connection breaks without a goodbye.
    }
    let client = try Session.client(server.port, virtualTime: false, epoch: 2)
    let events = play(client, seconds: 3, idle: { client.rest(atMost: .milliseconds(1)) }) { _ in [] }
    func states(_ id: ClientOrderID) -> [OrderStatus] { reports(events).filter { $0.id == id }.map(\.status) }
    // First the snapshot's state, then perhaps what the disconnection caused.
    #expect(states(id).last == .canceled)
    #expect(states(stopID) == [.new])
    #expect(marketEvents(events).contains { if case .limits = $0.update { true } else { false } })
  }
}
