// The table of windows for people.

import Performance
import TradingDomain

extension WalkForwardResult {
  /// One line a window, then what the windows have in common.
  package var text: String {
    var table = TextTable([
      "window", "trained", "traded", "features", "rounds", "probability", "in sample/session", "out/session",
      "degradation", "trades", "net BRL",
    ])
    for outcome in windows {
      let choices = outcome.choices
      table.add([
        "\(outcome.window.number + 1)", "\(outcome.trained.lowerBound)..\(outcome.trained.upperBound)",
        "\(outcome.traded.lowerBound)..\(outcome.traded.upperBound)", "\(choices.features.count)", "\(choices.rounds)",
        choices.abstains ? "abstains" : TextTable.number(choices.thresholds["probability"]),
        TextTable.number(outcome.inSample.perSession), TextTable.number(outcome.outOfSample.perSession),
        TextTable.number(outcome.degradation), "\(outcome.outOfSample.trades)",
        TextTable.number(outcome.outOfSample.net),
      ])
    }
    let partial = isPartial ? " PARTIAL: the run was ended before its last window." : ""
    return """
      \(name): \(windows.count) windows, \(profits.count) sessions out of sample, \(joined.trades.count) trades, net \
      \(TextTable.number(joined.curve.profit.brl)) BRL after costs.\(partial)
      \(table.text)
      feature overlap of neighbouring windows \(TextTable.number(stability.featureOverlap)), windows that stood aside \
      \(stability.abstentions), rank correlation of promise and result \(TextTable.number(stability.promiseCorrelation))
      """
  }
}

extension ModelComparison {
  /// One line a strategy, the baseline first.
  package var text: String {
    var table = TextTable([
      "strategy", "sessions", "trades", "net BRL", "a session", "a trade", "Sharpe/year", "deepest fall",
      "against baseline a day, 95 %",
    ])
    for row in rows {
      table.add([
        row.name, "\(row.score.sessions)", "\(row.score.trades)", TextTable.number(row.score.net),
        TextTable.number(row.score.perSession), TextTable.number(row.score.expectancy),
        TextTable.number(row.annualSharpe), TextTable.number(row.deepestFall),
        row.difference.map { difference in
          guard let lower = difference.lower, let upper = difference.upper else {
            return "\(TextTable.number(difference.mean)) (too few days)"
          }
          return "\(TextTable.number(difference.mean)) (\(TextTable.number(lower)) to \(TextTable.number(upper)))"
        } ?? "-",
      ])
    }
    return table.text + (isPartial ? "\nPARTIAL: only the sessions that every strategy has run are compared." : "")
  }
}

extension CombinatorialResult {
  /// One line a configuration.
  package var text: String {
    var table = TextTable([
      "configuration", "paths", "Sharpe 5 %", "25 %", "50 %", "75 %", "95 %", "below 0", "median net BRL",
    ])
    for distribution in distributions {
      let nets = distribution.nets.sorted()
      table.add(
        [distribution.name, "\(distribution.nets.count)"]
          + (0..<PathDistribution.levels.count).map { TextTable.number(distribution.quantiles?[$0]) }
          + [
            TextTable.number(distribution.shareBelowZero),
            TextTable.number(nets.isEmpty ? nil : nets[nets.count / 2]),
          ])
    }
    let selection = overfitting.map { "probability of overfitting \(TextTable.number($0))" }
    return "\(table.text)\n\(selection ?? "no probability of overfitting: \(overfittingNote ?? "")")"
  }
}
