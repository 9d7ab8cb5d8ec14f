// A session over the wire equals the same session in process, whatever its pace.

import CHotPath
import Gateway
import GatewaySimulator
import MarketData
import Simulation
import Testing
import TradingDomain

/// What one client in the same process sees and causes.
private func inProcess(seconds: Int64) -> [VenueEvent] {
  let market = Session.market(seconds: seconds)
  let venue = SimulatedVenue(
    configuration: Session.simulation(market), feed: MarketFeed(SyntheticMarket(market)))
  var trader = RuleTrader(seed: 1)
  return play(venue) { trader.answer($0) }
}

private func overTheWire(
  seconds: Int64, bufferSize: Int = 64, _ adjust: (inout GatewaySimulatorConfiguration) -> Void = { _ in }
) throws -> [VenueEvent] {
  let server = try Session.server(seconds: seconds, adjust)
  defer { server.stop() }
  let client = try Session.client(server.port)
  var trader = RuleTrader(seed: 1)
  let events = play(client, bufferSize: bufferSize, idle: { client.rest(atMost: .milliseconds(1)) }) {
    trader.answer($0)
  }
  #expect(client.failure == nil)
  return events
}

@Suite(.serialized) struct WireEqualityTests {
  @Test(arguments: [64, 1])
  func aSessionOverTheWireEqualsTheSameSessionInProcess(bufferSize: Int) throws {
    let local = inProcess(seconds: 120)
    #expect(reports(local).filter { $0.status == .filled }.count > 50)
    #expect(local.last?.update == .endOfSession)
    let remote = try overTheWire(seconds: 120, bufferSize: bufferSize)
    #expect(remote.count == local.count)
    #expect(remote == local)
  }

  @Test func pacingDelaysASessionAndChangesNothingInIt() throws {
    let start = hp_clock_monotonic_ns()
    let paced = try overTheWire(seconds: 20) { $0.pacing = .multiple(20) }
    let elapsed = hp_clock_monotonic_ns() - start
    // 20 s of market at 20 times its speed.
    #expect(elapsed > 900_000_000 && elapsed < 30_000_000_000)
    #expect(paced == inProcess(seconds: 20))
  }

  @Test func twoClientsInVirtualTimeSeeTheSameMarketAndTheirOwnReports() throws {
    func session() throws -> [[VenueEvent]] {
      let server = try Session.server(seconds: 30) { $0.expectedClients = 2 }
      defer { server.stop() }
      let clients = [
        try Session.client(server.port, name: "first"), try Session.client(server.port, name: "second"),
      ]
      var traders = [RuleTrader(seed: 11, epoch: 1), RuleTrader(seed: 12, epoch: 2)]
      let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: 64)
      buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
      defer { buffer.deallocate() }
      var events: [[VenueEvent]] = [[], []]
      let deadline = hp_clock_monotonic_ns() + 60_000_000_000
      while hp_clock_monotonic_ns() < deadline, events.contains(where: { $0.last?.update != .endOfSession }) {
        for index in clients.indices {
          let count = clients[index].poll(into: buffer)
          for position in 0..<count {
            events[index].append(buffer[position])
            for command in traders[index].answer(buffer[position]) { _ = clients[index].send(command) }
          }
        }
      }
      return events
    }
    let first = try session()
    #expect(marketEvents(first[0]) == marketEvents(first[1]))
    #expect(marketEvents(first[0]).count > 500)
    for (index, epoch) in [(0, UInt32(1)), (1, UInt32(2))] {
      #expect(reports(first[index]).count > 50)
      #expect(reports(first[index]).allSatisfy { $0.id.epoch == epoch })
    }
    // Real timing between the two must not matter.
    #expect(try session() == first)
  }
}
