// Several strategies on the same sessions, side by side, each against the baseline.

package import Performance
package import TradingDomain
package import Validation

/// A table of results on the same sessions.
package struct ModelComparison: Sendable {
  /// One strategy.
  package struct Row: Hashable, Sendable, Codable {
    package var name: String
    package var score: WindowScore
    /// Sharpe ratio over a year of 252 sessions; nil where there is none.
    package var annualSharpe: Double?
    /// Deepest fall of equity from an earlier top at the end of sessions, in reais.
    package var deepestFall: Double
    /// Against the baseline, day by day; nil for the baseline itself.
    package var difference: PairedDifference?
  }

  package var sessions: [SessionDate]
  /// The baseline first, then the others in the order given.
  package var rows: [Row]
  /// Whether some strategy was not run to the end; the table covers the sessions that all have.
  package var isPartial: Bool

  /// A strategy's results before they are compared.
  package struct Entry: Sendable {
    package var name: String
    package var profits: [SessionProfit]
    /// Session in which each round trip ended.
    package var trades: [SessionDate]

    package init(name: String, profits: [SessionProfit], trades: [ClosedTrade]) {
      self.name = name
      self.profits = profits
      self.trades = trades.map { BrasiliaTime.local($0.exitTime).date }
    }

    /// Of a walk-forward.
    package init(_ result: WalkForwardResult) {
      self.init(name: result.name, profits: result.profits, trades: result.joined.trades)
    }
  }

  /// Compares on the sessions that all entries have.
  ///
  /// - Throws: ``ValidationError`` where an interval cannot be made.
  package init(baseline: Entry, others: [Entry], seed: UInt64) throws(ValidationError) {
    let entries = [baseline] + others
    let shared = entries.dropFirst().reduce(Set(baseline.profits.map(\.date))) {
      $0.intersection($1.profits.map(\.date))
    }
    sessions = shared.sorted()
    isPartial = entries.contains { $0.profits.count != shared.count }
    let daily = entries.map { entry in entry.profits.filter { shared.contains($0.date) }.map(\.profit) }
    rows = []
    for (place, entry) in entries.enumerated() {
      let score = WindowScore(
        profits: daily[place], trades: entry.trades.count { shared.contains($0) })
      var difference: PairedDifference?
      if place > 0 {
        difference = try PairedDifference(
          candidate: daily[place].map(\.brl), baseline: daily[0].map(\.brl), seed: seed)
      }
      rows.append(
        Row(
          name: entry.name, score: score, annualSharpe: score.sharpe.map { $0 * 252.0.squareRoot() },
          deepestFall: Self.deepestFall(daily[place]), difference: difference))
    }
  }

  private static func deepestFall(_ profits: [Money]) -> Double {
    var (equity, top, fall) = (Money.zero, Money.zero, Money.zero)
    for profit in profits {
      equity += profit
      top = max(top, equity)
      fall = max(fall, top - equity)
    }
    return fall.brl
  }
}
