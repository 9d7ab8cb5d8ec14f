// What the oracle earned over many sessions, with its error.

package import TradingDomain

/// Sums over the sessions that an oracle traded.
package struct OracleResult: Hashable, Sendable {
  /// Sessions counted.
  package private(set) var days = 0
  private var profit = 0.0
  private var squares = 0.0
  private var promised = 0.0
  private var entries = 0

  /// Nothing traded yet.
  package init() {}

  /// The result of `policy` on all sessions of `market`, on unrounded prices.
  package init(_ policy: OraclePolicy, on market: PlantedMarket) {
    for path in market.paths { add(policy.trade(path)) }
  }

  /// Counts one session.
  package mutating func add(_ session: OracleSession) {
    let ticks = session.profit
    days += 1
    profit += ticks
    squares += ticks * ticks
    promised += session.expected
    entries += session.entries
  }

  /// Mean profit per day after costs, in ticks; nil without days.
  package var ticksPerDay: Double? { days > 0 ? profit / Double(days) : nil }

  /// The same mean from the forecasts instead of the outcomes: equal in expectation, far less noisy.
  package var expectedTicksPerDay: Double? { days > 0 ? promised / Double(days) : nil }

  /// Standard deviation of a day's profit in ticks; nil below two days.
  package var deviation: Double? {
    guard days > 1, let mean = ticksPerDay else { return nil }
    return (max(0, squares - Double(days) * mean * mean) / Double(days - 1)).squareRoot()
  }

  /// Standard error of ``ticksPerDay``; nil below two days.
  package var standardError: Double? { deviation.map { $0 / Double(days).squareRoot() } }

  /// Annual Sharpe ratio of daily profits, sqrt(252) mean / deviation; nil where the profit never varies.
  package var sharpe: Double? { ratio(ticksPerDay) }

  /// The Sharpe ratio with ``expectedTicksPerDay`` above the line; nil where the profit never varies.
  package var expectedSharpe: Double? { ratio(expectedTicksPerDay) }

  private func ratio(_ mean: Double?) -> Double? {
    guard let mean, let deviation, deviation > 0 else { return nil }
    return mean / deviation * 252.0.squareRoot()
  }

  /// Positions taken per day; nil without days.
  package var entriesPerDay: Double? { days > 0 ? Double(entries) / Double(days) : nil }

  /// Mean profit per day of one contract, in money; nil without days.
  package func profitPerDay(_ instrument: Instrument) -> Money? {
    ticksPerDay.map { Money(brl: $0 * instrument.tickValue.brl) }
  }
}
