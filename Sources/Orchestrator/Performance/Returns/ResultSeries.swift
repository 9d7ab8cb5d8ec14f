// Results of sessions in order, in money or as returns, with the level and the fall that they add up to.

import Glibc
package import TradingDomain

/// One net result per session, idle sessions included as 0.
package struct ResultSeries: Hashable, Sendable {
  /// How results add up.
  package enum Growth: Hashable, Sendable {
    /// By sums: the position does not grow with the account, as with a fixed number of contracts.
    case additive
    /// By products: each return is earned on what the account then holds.
    case compounded
  }

  /// The sessions, ascending.
  package let dates: [SessionDate]
  /// One per session, in ``unit``.
  package let results: [Double]
  /// BRL, or a fraction of capital.
  package let unit: MetricUnit
  package let growth: Growth
  /// n + 1 levels, at the opening and after each session: the sum of results from 0 (additive), or wealth from 1
  /// (compounded).
  package let levels: [Double]
  /// Fall below the highest level so far (the opening included) after each session, not negative: in ``unit``
  /// (additive), or as a fraction of that highest level (compounded).
  package let depths: [Double]

  /// Profits in BRL, summed without rounding.
  ///
  /// - Throws: ``PerformanceError/unsortedSessions(date:)``.
  package init(profits: [SessionProfit]) throws(PerformanceError) {
    try self.init(profits, divisor: 1e6, unit: .brl)
  }

  /// Returns on a capital that stays the same: each profit over `capital`.
  ///
  /// - Throws: ``PerformanceError/noCapital(_:)`` unless capital is positive;
  ///   ``PerformanceError/unsortedSessions(date:)``.
  package init(profits: [SessionProfit], capital: Money) throws(PerformanceError) {
    guard capital > .zero else { throw .noCapital(capital) }
    try self.init(profits, divisor: Double(capital.microBRL), unit: .fraction)
  }

  /// Returns as fractions of what the account held before each session, compounded.
  ///
  /// - Precondition: As many dates as returns.
  /// - Throws: ``PerformanceError/impossibleReturn(date:value:)``, ``PerformanceError/unsortedSessions(date:)``.
  package init(dates: [SessionDate], compounding returns: [Double]) throws(PerformanceError) {
    precondition(dates.count == returns.count, "a return for each session")
    try Self.requireAscending(dates)
    var levels = [1.0]
    var depths: [Double] = []
    var highest = 1.0
    for (date, value) in zip(dates, returns) {
      guard value.isFinite, value > -1 else { throw .impossibleReturn(date: date, value: value) }
      let level = levels[levels.count - 1] * (1 + value)
      levels.append(level)
      highest = max(highest, level)
      depths.append(1 - level / highest)
    }
    self.dates = dates
    results = returns
    unit = .fraction
    growth = .compounded
    self.levels = levels
    self.depths = depths
  }

  /// Sums are of whole micro-BRL: a level that is reached again is the same number, so no fall is left by rounding.
  private init(_ profits: [SessionProfit], divisor: Double, unit: MetricUnit) throws(PerformanceError) {
    try Self.requireAscending(profits.map(\.date))
    var levels = [0.0]
    var depths: [Double] = []
    var level = Money.zero
    var highest = Money.zero
    for profit in profits {
      level += profit.profit
      highest = max(highest, level)
      levels.append(Double(level.microBRL) / divisor)
      depths.append(Double((highest - level).microBRL) / divisor)
    }
    dates = profits.map(\.date)
    results = profits.map { Double($0.profit.microBRL) / divisor }
    self.unit = unit
    growth = .additive
    self.levels = levels
    self.depths = depths
  }

  private static func requireAscending(_ dates: [SessionDate]) throws(PerformanceError) {
    for (before, after) in zip(dates, dates.dropFirst()) where before >= after { throw .unsortedSessions(date: after) }
  }

  /// Number of sessions.
  package var count: Int { results.count }

  /// What all sessions earned together, in ``unit``: the sum, or the growth of wealth.
  package var total: Double { growth == .additive ? levels[count] : levels[count] - 1 }

  /// Growth per year, in ``unit``: mean result times sessions per year (additive), or the compound annual growth rate
  /// wealth^(1 / years) - 1. Nil without sessions.
  package func yearlyGrowth(sessionsPerYear: Double) -> Double? {
    guard count > 0 else { return nil }
    let years = Double(count) / sessionsPerYear
    return growth == .additive ? total / years : pow(levels[count], 1 / years) - 1
  }

  /// What the sessions at those indices earned together, in ``unit``.
  package func result(of range: Range<Int>) -> Double {
    guard growth == .compounded else { return levels[range.upperBound] - levels[range.lowerBound] }
    return levels[range.upperBound] / levels[range.lowerBound] - 1
  }
}
