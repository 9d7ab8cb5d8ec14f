// A gate in the middle of a quiet session, and shorthand for what is put before it.

import Accounting
import Risk
import TradingDomain

func day(_ text: String) -> SessionDate {
  guard let date = SessionDate(text) else { preconditionFailure("'\(text)' is no date") }
  return date
}

/// Last price 11,000 ticks, quote 10,999 / 11,001, limits 10,000 to 12,000, everything connected and open.
final class GateFixture {
  let engine: RiskEngine
  let killSwitch = KillSwitch()
  let session: TradingSession
  var counter: UInt64 = 0
  /// Noon of the session unless a test moves it.
  var now: Timestamp

  init(
    _ change: (inout RiskLimits) -> Void = { _ in }, instrument: Instrument = .wdo, sessionsLeft: Int64? = 10,
    isTradable: Bool = true, market: Bool = true
  ) throws {
    var limits = RiskLimits.baseline(for: instrument)
    change(&limits)
    guard let session = TradingCalendar.b3.session(for: instrument, on: day("2025-11-12")) else {
      preconditionFailure("2025-11-12 is a session")
    }
    self.session = session
    now = session.open + .minutes(180)
    engine = try RiskEngine(limits: limits, instrument: instrument, killSwitch: killSwitch)
    engine.beginSession(
      session, contract: ContractStanding(isTradable: isTradable, sessionsLeft: sessionsLeft), now: session.open)
    if market { openMarket() }
  }

  func openMarket() {
    connection(.ready)
    observe(.phase(.opened))
    observe(
      .limits(PriceLimits(lower: Price(ticks: 10_000), upper: Price(ticks: 12_000), settlement: Price(ticks: 11_000))))
    trade(11_000)
    quote(10_999, 11_001)
  }

  @discardableResult
  func observe(_ update: MarketUpdate, lag: Nanoseconds = .milliseconds(1)) -> RiskAction? {
    engine.observe(
      VenueEvent(
        localTime: now,
        update: .market(
          MarketEvent(instrument: engine.instrument.id, sequence: 1, exchangeTime: now - lag, update: update))))
  }

  func connection(_ state: ConnectionState) {
    _ = engine.observe(VenueEvent(localTime: now, update: .connection(state)))
  }

  func trade(_ ticks: Int64, lag: Nanoseconds = .milliseconds(1)) {
    observe(.trade(Trade(price: Price(ticks: ticks), quantity: 1, kind: .buyerAggressor, number: 1)), lag: lag)
  }

  func quote(_ bid: Int64, _ ask: Int64) {
    observe(.quote(Quote(bid: Price(ticks: bid), bidQuantity: 5, ask: Price(ticks: ask), askQuantity: 5)))
  }

  func intent(
    _ side: Side = .buy, _ quantity: Int64 = 1, at limit: Int64? = 11_000, stop: Int64? = nil, type: OrderType? = nil,
    purpose: OrderPurpose = .entry, instrument: InstrumentID? = nil
  ) -> OrderIntent {
    OrderIntent(
      instrument: instrument ?? engine.instrument.id, side: side,
      type: type ?? (stop != nil ? .stopLimit : limit == nil ? .market : .limit), quantity: Quantity(quantity),
      limit: limit.map { Price(ticks: $0) }, stop: stop.map { Price(ticks: $0) }, purpose: purpose)
  }

  /// Reviews an intent under a fresh identifier.
  func review(_ intent: OrderIntent, _ exposure: Exposure = .flat) -> RiskVerdict<NewOrder> {
    counter += 1
    let id = ClientOrderID(epoch: 7, strategy: 1, counter: counter)
    return engine.review(NewOrder(id: id, intent: intent, decisionTime: now), exposure: exposure, now: now)
  }

  func reason(_ intent: OrderIntent, _ exposure: Exposure = .flat) -> RiskReason? {
    if case .refused(let refusal) = review(intent, exposure) { return refusal.reason }
    return nil
  }
}

extension RiskVerdict {
  var isApprovedAsIs: Bool {
    if case .approved = self { return true }
    return false
  }
}
