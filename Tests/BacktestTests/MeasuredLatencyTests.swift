// Delays that a session measures are those that it had, and can be drawn from again.

import Backtest
import Engine
import Ensemble
import Simulation
import Testing
import TradingDomain

/// Keeps the pulse of a run.
private final class PulseKeeper: EngineObserver {
  let pulse = FeedPulse()
  func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64) {
    pulse.observe(event)
  }
}

private func measured(_ latency: LatencyModel) throws -> (MeasuredLatency, FeedPulse) {
  let plan = BacktestSample.plan(count: 1)
  var session = plan.sessions[0]
  session.simulation.latency = latency
  let engine = try TradingEngine(
    configuration: BacktestSample.configuration(), forecaster: NoiseForecaster())
  for bar in plan.warmUp { engine.warmUp(bar) }
  let venue = try SimulatedVenue(configuration: session.simulation, feed: session.openMarket())
  engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: true)
  let (journal, keeper) = (KeptJournal(), PulseKeeper())
  EngineRunner(engine: engine, source: venue, gateway: venue, journal: journal, observer: keeper, ticks: { 0 })
    .run(idle: { true })
  return (MeasuredLatency(entries: journal.entries, pulse: keeper.pulse), keeper.pulse)
}

@Test func constantDelaysAreMeasuredExactly() throws {
  let delays = (Nanoseconds.microseconds(700), Nanoseconds.microseconds(3_500), Nanoseconds.microseconds(1_900))
  let (found, pulse) = try measured(
    LatencyModel(
      feed: Delay(minimum: delays.0), entry: Delay(minimum: delays.1), response: Delay(minimum: delays.2), seed: 1))
  #expect(found.rows.count > 5 && found.impossible == 0)
  for row in found.rows {
    #expect(row.feed == delays.0 && row.entry == delays.1 && row.response == delays.2)
    #expect(row.messagesPerSecond >= 0 && row.messagesPerSecond < 10_000)
  }
  #expect(pulse.seconds.map(\.messages).reduce(0, +) > 1_000)
  #expect(zip(pulse.seconds, pulse.seconds.dropFirst()).allSatisfy { $0.second < $1.second })
}

@Test func measuredDelaysComeBackFromTheirFile() throws {
  let (found, _) = try measured(BacktestSample.latency)
  let rows = Array(repeating: found.rows, count: 1 + 20 / max(1, found.rows.count)).flatMap { $0 }
  // Two sessions' files behind each other.
  let text = RecordedLatency.text(rows) + RecordedLatency.text(rows)
  let read = try RecordedLatency.read(text)
  #expect(read.rows.count == 2 * rows.count)
  #expect(Set(read.rows) == Set(rows))
}

@Test func aClockThatIsAheadMakesNoRow() {
  let (sent, exchange) = (Timestamp(nanoseconds: 10_000_000_000), Timestamp(nanoseconds: 9_000_000_000))
  let id = ClientOrderID(epoch: 1, strategy: 1, counter: 1)
  let intent = OrderIntent(
    instrument: InstrumentID(1), side: .buy, type: .market, quantity: 1, limit: nil, stop: nil, purpose: .entry)
  let order = NewOrder(id: id, intent: intent, decisionTime: sent)
  let pulse = FeedPulse()
  pulse.observe(
    VenueEvent(
      localTime: Timestamp(nanoseconds: 9_500_000_000),
      update: .market(
        MarketEvent(
          instrument: InstrumentID(1), sequence: 1, exchangeTime: Timestamp(nanoseconds: 9_400_000_000),
          update: .phase(.opened)))))
  let report = OrderReport(
    id: id, gatewayOrderID: 1, instrument: InstrumentID(1), status: .new, reason: .none, side: .buy, quantity: 1,
    tradedQuantity: 0, tradedTicks: 0, exchangeTime: exchange)
  let found = MeasuredLatency(
    entries: [
      JournalEntry(time: sent, fact: .intent(order)),
      JournalEntry(time: sent + .milliseconds(20), fact: .report(report)),
    ], pulse: pulse)
  #expect(found.rows.isEmpty && found.impossible == 1)
}
