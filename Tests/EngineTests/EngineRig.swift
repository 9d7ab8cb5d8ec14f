// The real engine, gate, execution and runner around a scripted venue, warm and in the middle of a session.

import Accounting
import Engine
import Ensemble
import Execution
import Features
import Risk
import Testing
import TradingDomain

/// Says what a test sets.
final class SetForecaster: Forecaster {
  let schemaHash = FeatureSchema.v2.hash
  var answer = Forecast(probabilityUp: 0.9, probabilityDown: 0.1, magnitude: 0.001)
  private(set) var asked = 0
  func forecast(_ input: ForecastInput) -> Forecast {
    asked += 1
    return answer
  }
}

/// A mini dollar session at noon, price 11,000 ticks, after two hours of rising one-minute bars: the regime is an
/// upward trend, and a forecast of 0.9 up makes the baseline strategy buy at every bar.
final class EngineRig {
  static let session: TradingSession = {
    guard let date = SessionDate(year: 2021, month: 11, day: 10) else { preconditionFailure("no such day") }
    return TradingSession(
      date: date, open: BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60)),
      close: BrasiliaTime.timestamp(date, timeOfDay: .minutes(18 * 60 + 30)))
  }()

  let journal = MemoryJournal()
  let venue: ScriptedVenue
  let forecaster = SetForecaster()
  let killSwitch = KillSwitch()
  let mailbox = RosterMailbox()
  let engine: TradingEngine
  let runner: EngineRunner
  var now: Timestamp
  /// Last price in ticks; the quote is this and one above.
  var price: Int64 = 11_000
  private var sequence: UInt64 = 0

  /// `minutes` after the open is when the rig begins; `opens` false leaves market and connection unknown.
  init(
    at minutes: Int64 = 180, sessionsLeft: Int64? = 10, isTradable: Bool = true, opens: Bool = true,
    _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = EngineConfiguration(
      instrument: .wdo, barDuration: .minutes(1), schema: .v2, strategy: StrategyConfiguration(),
      limits: .baseline(for: .wdo),
      fees: ContractFees(
        exchange: Money(brl: 0.5), broker: Money(brl: 0.25), serviceTax: Money(brl: 0.05), settlement: .zero),
      epoch: 7, modelHash: 1, configurationHash: 2)
    change(&configuration)
    now = Self.session.open + .minutes(minutes)
    venue = ScriptedVenue(journal: journal)
    engine = try TradingEngine(
      configuration: configuration, forecaster: forecaster, killSwitch: killSwitch)
    runner = EngineRunner(
      engine: engine, source: venue, gateway: venue, journal: journal, mailbox: mailbox, ticks: { 0 })
    for bar in Self.risingBars(count: 120, endingAt: now, price: price) { engine.warmUp(bar) }
    engine.beginSession(
      Self.session, contract: ContractStanding(isTradable: isTradable, sessionsLeft: sessionsLeft),
      rearmsDailyLatches: false)
    runner.flush(at: now)
    if opens { open() }
  }

  /// One-minute bars that gain one tick each on average, as two up, one down.
  static func risingBars(count: Int, endingAt end: Timestamp, price: Int64) -> [Bar] {
    var close = price - Int64(count)
    return (0..<count).map { index in
      let open = close
      close += index % 3 == 2 ? -1 : 2
      return bar(start: end - .minutes(Int64(count - index)), open: open, close: close)
    }
  }

  static func bar(start: Timestamp, open: Int64, close: Int64) -> Bar {
    Bar(
      start: start, duration: .minutes(1), open: Price(ticks: open), high: Price(ticks: max(open, close) + 1),
      low: Price(ticks: min(open, close) - 1), close: Price(ticks: close), volume: 100, tradeCount: 10, signedVolume: 10
    )
  }

  // MARK: Events

  /// Gives one event to the engine through the runner.
  func event(_ update: VenueUpdate) {
    venue.give(VenueEvent(localTime: now, update: update))
    _ = runner.step()
  }

  func market(_ update: MarketUpdate, lag: Nanoseconds = .milliseconds(1)) {
    sequence += 1
    event(
      .market(
        MarketEvent(instrument: Instrument.wdo.id, sequence: sequence, exchangeTime: now - lag, update: update)))
  }

  func open() {
    event(.connection(.ready))
    market(.phase(.opened))
    limits(10_000, 12_000)
    quote()
  }

  func limits(_ lower: Int64, _ upper: Int64) {
    market(.limits(PriceLimits(lower: Price(ticks: lower), upper: Price(ticks: upper), settlement: nil)))
  }

  /// Publishes the quote around the price.
  func quote(ask: Int64? = nil) {
    market(
      .quote(
        Quote(bid: Price(ticks: price), bidQuantity: 50, ask: Price(ticks: ask ?? price + 1), askQuantity: 50)))
  }

  /// Moves quote and last price.
  func trade(at ticks: Int64, lag: Nanoseconds = .milliseconds(1)) {
    pass(.milliseconds(1))
    price = ticks
    quote()
    market(.trade(Trade(price: Price(ticks: ticks), quantity: 1, kind: .sellerAggressor, number: 0)), lag: lag)
  }

  func pass(_ time: Nanoseconds) { now = now + time }

  func clock(after time: Nanoseconds = .milliseconds(1)) {
    pass(time)
    event(.clock)
  }

  /// Moves to the end of the running minute and completes a rising bar there: the strategy decides.
  func decide(ask: Int64? = nil, isQuoted: Bool = true) {
    let minute: Int64 = 60_000_000_000
    let start = Timestamp(nanoseconds: now.nanoseconds / minute * minute)
    now = start + .minutes(1)
    let bar = Self.bar(start: start, open: price, close: price + 2)
    price += 2
    if isQuoted { quote(ask: ask) }
    market(.bar(bar))
  }

  func report(
    _ order: NewOrder, _ status: OrderStatus, traded: Int64 = 0, at ticks: Int64 = 0, quantity: Int64? = nil,
    reason: VenueReason = .none
  ) {
    pass(.milliseconds(1))
    event(
      .order(
        OrderReport(
          id: order.id, gatewayOrderID: order.id.counter, instrument: order.intent.instrument, status: status,
          reason: reason, side: order.intent.side, quantity: quantity.map { Quantity($0) } ?? order.intent.quantity,
          tradedQuantity: Quantity(traded), tradedTicks: traded * ticks, exchangeTime: now)))
  }

  /// Fills an order completely.
  func fill(_ order: NewOrder, at ticks: Int64) {
    report(order, .filled, traded: order.intent.quantity.contracts, at: ticks)
  }

  // MARK: Stories

  /// Lets the strategy decide and returns the entry that was sent.
  func entry() throws -> NewOrder {
    let before = venue.orders.count
    decide()
    try #require(venue.orders.count == before + 1, "refusals: \(refusals)")
    return venue.orders[before]
  }

  /// A filled entry with both legs at work.
  func position() throws -> (entry: NewOrder, stop: NewOrder, target: NewOrder) {
    let entry = try entry()
    report(entry, .new)
    fill(entry, at: price + 1)
    let stop = try order(.protectiveStop)
    let target = try order(.target)
    report(stop, .new)
    report(target, .new)
    return (entry, stop, target)
  }

  /// The newest order sent for that purpose.
  func order(_ purpose: OrderPurpose) throws -> NewOrder {
    try #require(venue.orders.last { $0.intent.purpose == purpose })
  }

  // MARK: What was kept

  var refusals: [UInt16] {
    journal.entries.compactMap { entry in
      if case .refusal(let refusal) = entry.fact { return refusal.reason }
      return nil
    }
  }

  /// Changes of the trading state, with their reasons.
  var states: [StateFact] {
    journal.entries.compactMap { entry in
      if case .state(let state, let reason) = entry.fact { return StateFact(state, reason) }
      return nil
    }
  }

  var intentCount: Int {
    journal.entries.count { entry in
      if case .intent = entry.fact { return true }
      return false
    }
  }

  var positionHeld: Int64 { engine.audit.position }
}

struct StateFact: Equatable {
  var state: TradingState
  var reason: UInt16

  init(_ state: TradingState, _ reason: UInt16) {
    self.state = state
    self.reason = reason
  }

  init(_ state: TradingState, _ reason: RiskReason) { self.init(state, reason.rawValue) }
}

/// Lets the strategy decide once and expects that the gate refuses for that reason alone: the refusal is kept, no
/// intent is, and nothing leaves.
func expectRefusedEntry(
  _ rig: EngineRig, _ reason: RiskReason, sourceLocation: SourceLocation = #_sourceLocation
) {
  let sent = rig.venue.sent.count
  let intents = rig.intentCount
  let refused = rig.refusals.count
  rig.decide()
  #expect(Array(rig.refusals.dropFirst(refused)) == [reason.rawValue], sourceLocation: sourceLocation)
  #expect(rig.venue.sent.count == sent, sourceLocation: sourceLocation)
  #expect(rig.intentCount == intents, sourceLocation: sourceLocation)
}
