// Phases and limits around a market stream that has none of its own.

import Simulation
import Testing
import TradingDomain

private func marketEvents(_ events: [VenueEvent]) -> [MarketEvent] {
  events.compactMap { event in
    if case .market(let market) = event.update { return market }
    return nil
  }
}

@Test func aStreamWithoutLimitsAndPhasesIsFramed() {
  let all = marketEvents(Scenario().events([trade(10_000, 1), trade(10_001, 1)]))
  #expect(all.count == 5)
  #expect(
    all[0].update
      == .limits(PriceLimits(lower: Price(ticks: 9_400), upper: Price(ticks: 10_600), settlement: nil)))
  #expect(all[1].update == .phase(.opened))
  #expect(all[4].update == .phase(.closed))
  #expect(all[4].exchangeTime == Scenario.session.close)
  #expect(all.map(\.sequence) == [0, 1, 2, 3, 4])
}

@Test func framingKeepsTheGapsOfTheStreamsNumbers() {
  func event(_ sequence: UInt64) -> MarketEvent {
    MarketEvent(
      instrument: Instrument.wdo.id, sequence: sequence, exchangeTime: Scenario.open,
      update: .trade(Trade(price: Price(ticks: 10_000), quantity: 1, kind: .unspecified, number: 0)))
  }
  let venue = SimulatedVenue(
    configuration: Scenario().configuration, feed: MarketFeed(events: [event(7), event(8), event(12)]))
  let all = marketEvents(drive(venue, bufferSize: 16) { _ in [] })
  #expect(all.map(\.sequence) == [7, 8, 9, 10, 14, 15])
}

@Test func phasesOfTheStreamAreLeftAlone() {
  let all = marketEvents(
    Scenario().events([
      phase(.preOpening), trade(10_000, 1, .auction), phase(.opened), trade(10_000, 1), phase(.closed),
    ]))
  let phases = all.compactMap { event in
    if case .phase(let phase) = event.update { return phase }
    return nil
  }
  #expect(phases == [.preOpening, .opened, .closed])
}

@Test func eventsOfUnlistedInstrumentsAreLeftOutAndCounted() {
  let stray = MarketEvent(
    instrument: Instrument.win.id, sequence: 0, exchangeTime: Scenario.open,
    update: .trade(Trade(price: Price(ticks: 20_000), quantity: 1, kind: .unspecified, number: 0)))
  let venue = SimulatedVenue(configuration: Scenario().configuration, feed: MarketFeed(events: [stray]))
  let events = drive(venue, bufferSize: 16) { _ in [] }
  #expect(marketEvents(events).isEmpty)
  #expect(venue.statistics.unlistedEvents == 1)
}

@Test func anEmptyMarketStillHasABeginningAndAnEnd() {
  let venue = SimulatedVenue(configuration: Scenario().configuration, feed: MarketFeed(events: []))
  let events = drive(venue, bufferSize: 16) { _ in [] }
  #expect(events.first?.update == .connection(.ready))
  #expect(events.last?.update == .endOfSession)
  #expect(events.last?.localTime == Scenario.session.close)
}
