// Watches an engine and keeps what a report needs: equity over time, round trips, and whatever filled.
package import Accounting
package import Engine
package import Performance
package import TradingDomain

/// How many fills came when no market could be seen.
package struct FillConditions: Hashable, Sendable {
  /// Silence of the market after which a fill is called stale: longer than a minute bar and its delays.
  package static let staleAfter = Nanoseconds.seconds(90)

  package var fills = 0
  /// Fills reported when nothing had been heard from the market for ``staleAfter``.
  package var stale = 0
  /// Fills reported while the instrument was not in continuous trading.
  package var outsideTrading = 0

  package init() {}
}

/// Collects the results of one or more sessions of one engine.
///
/// Room for a day is made in advance, so that recording takes no memory in a live session of up to ``roomForTrades``
/// trades; beyond that, and over many sessions, the lists grow.
package final class SessionRecorder: EngineObserver {
  /// Completed trades that are recorded without taking memory; far above what any limit on orders lets a day have.
  package static let roomForTrades = 8_192

  private let instrument: Instrument
  private var ledger: RoundTripLedger
  private var points: [EquityPoint] = []
  private var lastMarket: Timestamp?
  private var phase = TradingPhase.unknown
  /// Under which conditions orders filled.
  package private(set) var conditions = FillConditions()
  private var lastMinute = Int64.min
  private let start: Timestamp
  private let capital: Money

  /// `start` opens the equity curve at `capital`.
  package init(instrument: Instrument, fees: ContractFees, start: Timestamp, capital: Money) {
    self.instrument = instrument
    self.start = start
    self.capital = capital
    ledger = RoundTripLedger(instrument: instrument, fees: fees)
    ledger.reserveCapacity(Self.roomForTrades)
    // A point a minute, some 570 of them, and one at each fill: a trade has two or more.
    points.reserveCapacity(4 * Self.roomForTrades)
  }

  package func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64) {
    if case .market(let market) = event.update {
      lastMarket = event.localTime
      if case .phase(let phase) = market.update { self.phase = phase }
    }
    if !engine.recentFills.isEmpty { noteConditions(engine.recentFills.count, at: event.localTime) }
    observe(facts: engine.recentFills, audit: engine.audit)
  }

  private func noteConditions(_ fills: Int, at time: Timestamp) {
    conditions.fills += fills
    if phase != .opened { conditions.outsideTrading += fills }
    guard let lastMarket, time - lastMarket <= FillConditions.staleAfter else {
      conditions.stale += fills
      return
    }
  }

  /// Takes the fills of one event and the state after it.
  package func observe(facts fills: UnsafeBufferPointer<Fill>, audit: AuditRecord) {
    for fill in fills { ledger.apply(fill) }
    if let price = audit.price { ledger.observe(price) }
    let minute = audit.time.nanoseconds / 60_000_000_000
    if minute != lastMinute || !fills.isEmpty {
      lastMinute = minute
      points.append(EquityPoint(time: audit.time, equity: capital + audit.net))
    }
  }

  /// Trades closed so far.
  package var trades: [ClosedTrade] {
    ledger.trips.map { trip in
      ClosedTrade(
        instrument: trip.instrument, side: trip.side, quantity: Quantity(trip.contracts), entryTime: trip.entryTime,
        exitTime: trip.exitTime, grossProfit: trip.gross, fees: trip.fees, maximumAdverse: trip.maximumAdverse,
        maximumFavourable: trip.maximumFavourable, entryTicks: Double(trip.entryTicks) / Double(trip.contracts),
        exitTicks: Double(trip.exitTicks) / Double(trip.contracts))
    }
  }

  /// Equity net of costs: once a minute and at every fill.
  package func curve() throws(PerformanceError) -> EquityCurve {
    var curve = EquityCurve(start: start, capital: capital)
    for point in points { try curve.append(point) }
    return curve
  }
}
