// Virtual time of the venue: order of events, delays, beginning and end of a session.

import MarketData
import QuantMath
import Simulation
import Testing
import TradingDomain

/// A short synthetic session.
private func synthetic(_ seed: UInt64, minutes: Int64 = 3) -> SyntheticMarketConfiguration {
  var configuration = SyntheticMarketConfiguration(
    instrument: .wdo,
    session: TradingSession(date: Scenario.date, open: Scenario.open, close: Scenario.open + .minutes(minutes)),
    seed: seed)
  configuration.movesPerSecond = 20
  return configuration
}

private func configuration(
  _ market: SyntheticMarketConfiguration, _ latency: LatencyModel, window: Nanoseconds? = nil
) -> SimulationConfiguration {
  var configuration = SimulationConfiguration(
    instruments: [SimulatedInstrument(instrument: .wdo, session: market.session, fillRule: .displayedTouch)],
    latency: latency)
  configuration.maximumWindow = window
  return configuration
}

/// A client that trades now and then, by numbers that depend only on what it has seen.
struct RestlessClient {
  private var random: CounterRandom
  private var counter: UInt64 = 0
  private var bid: Int64 = 0
  private var ask: Int64 = 0

  init(seed: UInt64) { random = CounterRandom(seed: seed, stream: 99) }

  mutating func answer(_ event: VenueEvent) -> [OrderCommand] {
    if case .market(let market) = event.update, case .quote(let quote) = market.update {
      (bid, ask) = (quote.bid.ticks, quote.ask.ticks)
    }
    if case .endOfSession = event.update { return [] }
    guard bid > 0, random.nextInteger(below: 12) == 0 else { return [] }
    let now = event.localTime
    let side: Side = random.nextInteger(below: 2) == 0 ? .buy : .sell
    let quantity = Int64(1 + random.nextInteger(below: 5))
    counter += 1
    let away = Int64(random.nextInteger(below: 4)) - 1
    let touch = side == .buy ? bid : ask
    switch random.nextInteger(below: 10) {
    case 0..<3: return [newOrder(counter, side, quantity, at: now)]
    case 3..<7: return [newOrder(counter, side, quantity, limit: touch - side.sign * away, at: now)]
    case 7:
      let trigger = touch + side.sign * 3
      return [newOrder(counter, side, quantity, limit: trigger + side.sign * 5, stop: trigger, at: now)]
    case 8:
      let victim = orderID(1 + random.nextInteger(below: counter))
      return [.cancel(CancelOrder(id: victim, instrument: Instrument.wdo.id, decisionTime: now))]
    default:
      let victim = orderID(1 + random.nextInteger(below: counter))
      return [
        .change(
          ChangeOrder(
            id: victim, instrument: Instrument.wdo.id, quantity: Quantity(quantity + 1), limit: Price(ticks: touch),
            stop: nil, decisionTime: now))
      ]
    }
  }
}

private func run(
  _ configuration: SimulationConfiguration, _ market: SyntheticMarketConfiguration, buffer: Int
) -> [VenueEvent] {
  var client = RestlessClient(seed: 5)
  let venue = SimulatedVenue(configuration: configuration, feed: MarketFeed(SyntheticMarket(market)))
  return drive(venue, bufferSize: buffer) { client.answer($0) }
}

private let steady = LatencyModel.constant(
  feed: .milliseconds(2), entry: .milliseconds(7), response: .milliseconds(3))
private let jittery = LatencyModel(
  feed: Delay(minimum: .milliseconds(1), meanJitter: .milliseconds(2), maximumJitter: .milliseconds(40)),
  entry: Delay(minimum: .milliseconds(3), meanJitter: .milliseconds(9), maximumJitter: .milliseconds(200)),
  response: Delay(minimum: .microseconds(100), meanJitter: .milliseconds(4), maximumJitter: .milliseconds(90)),
  seed: 77)

@Test(arguments: [steady, jittery, .constant(feed: .zero, entry: .zero, response: .zero)])
func theSequenceOfEventsDoesNotDependOnHowItIsFetched(latency: LatencyModel) {
  let market = synthetic(3)
  let whole = run(configuration(market, latency), market, buffer: 4096)
  #expect(orderReports(whole).count > 500)
  #expect(fills(orderReports(whole)).count > 30)
  // One event at a time; tiny windows; a buffer that cuts windows at odd places; and the same again.
  #expect(run(configuration(market, latency), market, buffer: 1) == whole)
  #expect(run(configuration(market, latency, window: .zero), market, buffer: 64) == whole)
  #expect(run(configuration(market, latency, window: .microseconds(50)), market, buffer: 7) == whole)
  #expect(run(configuration(market, latency), market, buffer: 4096) == whole)
}

@Test func anotherSeedOfTheDelaysGivesAnotherSession() {
  let market = synthetic(3)
  var other = jittery
  other.seed = 78
  #expect(
    run(configuration(market, jittery), market, buffer: 64) != run(configuration(market, other), market, buffer: 64))
}

@Test(arguments: [steady, jittery])
func localTimesNeverGoBackAndReportsPrecedeMarketDataOfTheSameInstant(latency: LatencyModel) {
  let market = synthetic(4)
  let events = run(configuration(market, latency), market, buffer: 256)
  for (earlier, later) in zip(events, events.dropFirst()) {
    #expect(earlier.localTime <= later.localTime)
    if earlier.localTime == later.localTime, case .market = earlier.update, case .order = later.update {
      Issue.record("a report follows market data at \(later.localTime.nanoseconds)")
    }
  }
}

@Test func nothingTravelsFasterThanItsDelay() {
  let market = synthetic(6)
  let configuration = configuration(market, jittery)
  var client = RestlessClient(seed: 8)
  var decided: [ClientOrderID: Timestamp] = [:]
  let venue = SimulatedVenue(configuration: configuration, feed: MarketFeed(SyntheticMarket(market)))
  let events = drive(venue, bufferSize: 64) { event in
    let commands = client.answer(event)
    for case .new(let order) in commands { decided[order.id] = order.decisionTime }
    return commands
  }
  var checked = 0
  for event in events {
    switch event.update {
    case .market(let market):
      #expect(event.localTime >= market.exchangeTime + jittery.feed.minimum)
    case .order(let report):
      #expect(event.localTime >= report.exchangeTime + jittery.response.minimum)
      if report.status == .hadesCreated, let decision = decided[report.id] {
        #expect(report.exchangeTime >= decision + jittery.entry.minimum)
        checked += 1
      }
    default: break
    }
  }
  #expect(checked > 100)
}

@Test func aSessionBeginsReadyTicksEverySecondAndEndsOnce() {
  let market = synthetic(9, minutes: 1)
  let events = run(configuration(market, steady), market, buffer: 64)
  #expect(events.first?.update == .connection(.ready))
  #expect(events.last?.update == .endOfSession)
  #expect(events.filter { $0.update == .endOfSession }.count == 1)
  let clocks = events.filter { $0.update == .clock }.map(\.localTime)
  let seconds = (0...60).map { Scenario.open + .seconds($0) }
  #expect(clocks == seconds)
}

@Test func aClockIsLeftOutWhereAnotherEventFallsOnItsSecond() {
  let events = Scenario().events([
    .market(.limits(Scenario.limits)), phase(.opened),
    bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900),
  ])
  let minute = Scenario.open + .minutes(1)
  #expect(events.filter { $0.localTime == minute }.count == 1)
  #expect(events.contains { $0.localTime == minute + .seconds(1) && $0.update == .clock })
}

@Test func afterTheEndNothingIsSentAndNothingComes() {
  let market = synthetic(9, minutes: 1)
  let venue = SimulatedVenue(configuration: configuration(market, steady), feed: MarketFeed(SyntheticMarket(market)))
  _ = drive(venue, bufferSize: 64) { _ in [] }
  #expect(venue.send(newOrder(1, .buy, 1)) == .notSent)
  let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: 4)
  defer { buffer.deallocate() }
  #expect(venue.poll(into: buffer) == 0)
}

@Test func commandsOfSeveralClientsApplyByDecisionTimeThenClient() {
  let quote = MarketEvent(
    instrument: Instrument.wdo.id, sequence: 0, exchangeTime: Scenario.open,
    update: .quote(Quote(bid: Price(ticks: 10_900), bidQuantity: 5, ask: Price(ticks: 10_901), askQuantity: 5)))
  var configuration = Scenario().configuration
  configuration.latency = steady
  func winner(reversed: Bool) -> Int? {
    let core = VenueCore(configuration: configuration, feed: MarketFeed(events: [quote]))
    let clients = [core.addClient(), core.addClient()]
    var filled: Int?
    var isSent = false
    while core.openWindow() {
      var now: Timestamp?
      while let delivery = core.nextInWindow() {
        now = delivery.event.localTime
        if case .order(let report) = delivery.event.update, report.status == .filled {
          filled = filled ?? delivery.client
        }
      }
      if !isSent, let now, now > Scenario.open {
        isSent = true
        for client in reversed ? clients.reversed() : clients {
          core.submit(newOrder(UInt64(client + 1), .buy, 5, at: now), client: client)
        }
      }
    }
    return filled
  }
  #expect(winner(reversed: false) == 0)
  #expect(winner(reversed: true) == 0)
}

@Test func aCommandSentBeforeTheFirstEventIsDecidedWhenTimeBegins() {
  let market = synthetic(9, minutes: 1)
  let venue = SimulatedVenue(configuration: configuration(market, steady), feed: MarketFeed(SyntheticMarket(market)))
  let early = Timestamp(nanoseconds: .min)
  #expect(venue.send(newOrder(1, .buy, 1, limit: 10_800, at: early)) == .handedOver)
  let reports = orderReports(drive(venue, bufferSize: 64) { _ in [] })
  #expect(reports.first?.exchangeTime == Scenario.open + steady.entry.minimum)
  #expect(reports.contains { $0.status == .new })
}

@Test func aDecisionTimeFromTheFutureOrThePastIsHeldInTheWindow() {
  let market = synthetic(9, minutes: 1)
  for lie in [Timestamp.distantFuture, .distantPast] {
    let venue = SimulatedVenue(configuration: configuration(market, steady), feed: MarketFeed(SyntheticMarket(market)))
    var sentAt: Timestamp?
    let reports = orderReports(
      drive(venue, bufferSize: 1) { event in
        guard sentAt == nil, event.localTime > Scenario.open + .seconds(5) else { return [] }
        sentAt = event.localTime
        return [newOrder(1, .buy, 1, limit: 10_800, at: lie)]
      })
    guard let sentAt, let arrived = reports.first?.exchangeTime else {
      Issue.record("the order was lost")
      return
    }
    // Never before the window's events, never later than its end plus the delay.
    #expect(arrived >= sentAt && arrived <= sentAt + steady.entry.minimum * 2)
  }
}
