// What a walk-forward found: one result over all windows, and a table that says how each model fared.

package import Performance
package import TradingDomain

/// One window: what its model was, what it had promised, what it did.
package struct WindowOutcome: Sendable {
  package var window: WalkForwardPlan.Window
  /// First and last session of either part.
  package var trained: ClosedRange<SessionDate>
  package var traded: ClosedRange<SessionDate>
  /// Nothing after this instant was known to the fitter.
  package var knownUntil: Timestamp
  package var choices: FitChoices
  package var modelHash: UInt64
  /// On the training sessions, by the research mode, with the model that had seen them.
  package var inSample: WindowScore
  /// On the traded sessions, by the exact engine.
  package var outOfSample: WindowScore
  /// The research mode beside the exact engine on the traded sessions; nil where sessions are not replayed from bars.
  package var agreement: ResearchAgreement?
  /// The engine's run of this window alone.
  package var result: BacktestResult
  /// Net profit of each traded session.
  package var profits: [Money]

  /// Mean net profit a session out of sample less in sample, in reais.
  package var degradation: Double? {
    guard let inside = inSample.perSession, let outside = outOfSample.perSession else { return nil }
    return outside - inside
  }
}

/// All windows in order, as one run out of sample.
package struct WalkForwardResult: Sendable {
  /// Name of the fitter.
  package var name: String
  package var windows: [WindowOutcome]
  /// Windows joined: every trade was decided by a model that had not seen its session. Capital carries over.
  package var joined: BacktestResult
  /// Net profit of every traded session, in order.
  package var profits: [SessionProfit]
  package var stability: ParameterStability
  /// Whether the run was ended before its last window: the joined result covers the windows in ``windows``.
  package var isPartial: Bool

  init(name: String, windows: [WindowOutcome], capital: Money, isPartial: Bool) throws(PerformanceError) {
    precondition(!windows.isEmpty, "a walk-forward result needs a window")
    self.name = name
    self.windows = windows
    self.isPartial = isPartial
    joined = try Self.join(windows.map(\.result), capital: capital)
    joined.isPartial = joined.isPartial || isPartial
    profits = windows.flatMap { outcome in
      zip(outcome.result.sessions, outcome.profits).map { SessionProfit(date: $0.date, profit: $1) }
    }
    stability = ParameterStability(windows)
  }

  /// Profits add up because nothing in a window depends on the capital: orders have a fixed size.
  private static func join(_ results: [BacktestResult], capital: Money) throws(PerformanceError) -> BacktestResult {
    var joined = results[0]
    var curve = EquityCurve(start: results[0].curve.opening.time, capital: capital)
    var carried = Money.zero
    var totals = AuditRecordTotals()
    for (number, result) in results.enumerated() {
      for point in result.curve.points {
        try curve.append(
          EquityPoint(time: point.time, equity: capital + carried + (point.equity - result.curve.opening.equity)))
      }
      carried += result.curve.profit
      totals.add(result.audit)
      guard number > 0 else { continue }
      joined.trades += result.trades
      joined.sessions += result.sessions
      joined.journalFailed = joined.journalFailed || result.journalFailed
      joined.executionFlaws += result.executionFlaws
      joined.conditions.fills += result.conditions.fills
      joined.conditions.stale += result.conditions.stale
      joined.conditions.outsideTrading += result.conditions.outsideTrading
      joined.isPartial = joined.isPartial || result.isPartial
    }
    joined.audit = totals.record
    joined.curve = curve
    return joined
  }
}
