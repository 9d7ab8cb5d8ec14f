// The checks of missing data: values that are not finite, bars that were lost, bars without trades.

import QuantMath
import TradingDomain

extension FeatureCheck {
  /// Every value must be finite once its warm-up is over; session features count from the second session on.
  func checkFinite(
    _ computation: FeatureComputation, _ whole: FeatureTable, _ report: inout FeatureCheckReport
  ) {
    for column in computation.names.indices {
      let known = (0..<whole.rows).first { whole[$0, column].isFinite }
      let isSession = computation.memories[column] == .session
      let first =
        isSession ? max(known ?? whole.rows, computation.warmUpBars[column]) : computation.warmUpBars[column] - 1
      guard first < whole.rows else { continue }
      let missing = (max(0, first)..<whole.rows).filter { !whole[$0, column].isFinite }
      report.findings[column].missing = missing.count
      guard let row = missing.first else { continue }
      report.faults.append(
        FeatureFault(
          feature: computation.names[column], kind: .notFinite,
          detail: "\(missing.count) bars after warm-up, first bar \(row): \(whole[row, column])"))
    }
  }

  /// Plants a lost bar and a stretch without trades: values before are untouched, values after are finite, and windowed
  /// values are back to what they would have been as soon as the stretch has left their window.
  func checkGaps(_ computation: FeatureComputation, _ bars: [Bar], _ report: inout FeatureCheckReport) {
    let longest = computation.warmUpBars.max() ?? 0
    let place = longest + 50
    guard bars.count > place + 60 + longest else {
      report.untested.append("gaps: \(bars.count) bars are too few for a warm-up of \(longest); give more days")
      return
    }
    let stretch = Array(bars[..<min(bars.count, place + 60 + longest)])
    let before = computation.compute(stretch[...])
    var planted = stretch
    planted[place].status = .gap
    let flat = planted[place].close
    for index in place + 1..<place + 11 {
      planted[index].status = .noTrade
      (planted[index].open, planted[index].high, planted[index].low, planted[index].close) = (flat, flat, flat, flat)
      (planted[index].volume, planted[index].tradeCount, planted[index].signedVolume) = (.zero, 0, 0)
    }
    let after = computation.compute(planted[...])
    for column in computation.names.indices {
      guard let detail = upset(computation, column, before, after, place) else { continue }
      report.faults.append(FeatureFault(feature: computation.names[column], kind: .upsetByGap, detail: detail))
    }
  }

  private func upset(
    _ computation: FeatureComputation, _ column: Int, _ before: FeatureTable, _ after: FeatureTable, _ place: Int
  ) -> String? {
    if let row = (0..<place).first(where: { !Self.same(before[$0, column], after[$0, column]) }) {
      return "changes bar \(row), \(place - row) bars before a gap at bar \(place)"
    }
    // At the bar itself no vector is given out, so a value may be unknown there.
    if let row = (place + 1..<after.rows).first(where: { before[$0, column].isFinite && !after[$0, column].isFinite }) {
      return "is \(after[row, column]) \(row - place) bars after a gap"
    }
    guard case .window(let bars) = computation.memories[column] else { return nil }
    let clear = place + 10 + bars
    if let row = (clear..<max(clear, after.rows)).first(where: { !Self.same(before[$0, column], after[$0, column]) }) {
      return "still differs \(row - place) bars after a gap of 11 bars; its window is \(bars)"
    }
    return nil
  }
}
