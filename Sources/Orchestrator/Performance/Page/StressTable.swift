// What happens to the result when the market or the connection is worse: a table with bars.

/// The result of one scenario.
package struct StressOutcome: Hashable, Sendable {
  /// Name of the scenario, for example `flash crash`.
  package var scenario: String
  /// Net profit under it, in BRL.
  package var profitBRL: Double
  /// Trades under it.
  package var trades: Int
  /// Largest fall from a peak under it, in BRL, positive.
  package var drawdownBRL: Double

  /// Every field as given.
  package init(scenario: String, profitBRL: Double, trades: Int, drawdownBRL: Double) {
    self.scenario = scenario
    self.profitBRL = profitBRL
    self.trades = trades
    self.drawdownBRL = drawdownBRL
  }
}

extension ReportTable {
  /// A table of stress scenarios against the undisturbed run.
  ///
  /// - Parameters:
  ///   - base: The run as recorded; the first row.
  ///   - outcomes: The scenarios, in the order shown.
  package init(stress outcomes: [StressOutcome], base: StressOutcome) {
    self.init(
      caption: "Net result under stress against the run as recorded",
      columns: [
        Column("Scenario", .text), Column("Net (BRL)"), Column("Change (BRL)"), Column("Change", .bar),
        Column("Drawdown (BRL)"), Column("Trades"),
      ],
      rows: ([base] + outcomes).enumerated().map { index, outcome in
        let change = outcome.profitBRL - base.profitBRL
        return [
          .text(outcome.scenario), .signed(outcome.profitBRL, digits: 2),
          index == 0 ? .text("") : .signed(change, digits: 2), .bar(index == 0 ? 0 : change),
          .number(outcome.drawdownBRL, digits: 2), .count(outcome.trades),
        ]
      })
  }
}
