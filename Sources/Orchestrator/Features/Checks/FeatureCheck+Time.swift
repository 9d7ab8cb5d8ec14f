// The checks along time: cut the future off, begin later, compare with the return to come.

import QuantMath
import TradingDomain

extension FeatureCheck {
  /// Prefix invariance: values up to t are the same bits whether or not the bars after t exist.
  func checkPrefixes(
    _ computation: FeatureComputation, _ bars: [Bar], _ whole: FeatureTable, _ report: inout FeatureCheckReport,
    progress: (Double) -> Void
  ) {
    guard bars.count >= 2 else {
      report.untested.append("prefixes: at least 2 bars are needed")
      return
    }
    var random = CounterRandom(seed: seed, purpose: "features.check.prefix")
    var faulty: Set<Int> = []
    for cut in 0..<cuts {
      let end = random.nextInteger(in: 1...(bars.count - 1))
      let prefix = computation.compute(bars[..<end])
      for column in computation.names.indices where !faulty.contains(column) {
        guard let row = (0..<end).first(where: { !Self.same(prefix[$0, column], whole[$0, column]) }) else { continue }
        faulty.insert(column)
        report.faults.append(
          FeatureFault(
            feature: computation.names[column], kind: .readsTheFuture,
            detail: "bar \(row): \(prefix[row, column]) when the bars end before bar \(end), "
              + "\(whole[row, column]) with those after it"))
      }
      progress(Double(cut + 1) / Double(cuts))
    }
  }

  /// Recursive warm-up: from how many bars after a later start on the values agree with those of the full run.
  func checkStarts(
    _ computation: FeatureComputation, _ bars: [Bar], _ whole: FeatureTable, _ report: inout FeatureCheckReport,
    progress: (Double) -> Void
  ) {
    let longest = computation.warmUpBars.max() ?? 0
    guard bars.count > longest * 2 + 200 else {
      report.untested.append("later starts: \(bars.count) bars are too few for a warm-up of \(longest); give more days")
      return
    }
    let scales = computation.names.indices.map { Self.spread(whole, $0) }
    var random = CounterRandom(seed: seed, purpose: "features.check.start")
    var faulty: Set<Int> = []
    for number in 0..<starts {
      let start = random.nextInteger(in: 1...(bars.count - longest - 100))
      let end = min(bars.count, start + longest + 600)
      let later = computation.compute(bars[start..<end])
      for column in computation.names.indices {
        compare(computation, later, whole, start, column, scales[column], &faulty, &report)
      }
      progress(Double(number + 1) / Double(starts))
    }
  }

  private func compare(
    _ computation: FeatureComputation, _ later: FeatureTable, _ whole: FeatureTable, _ start: Int, _ column: Int,
    _ scale: Double, _ faulty: inout Set<Int>, _ report: inout FeatureCheckReport
  ) {
    let tolerance: Double
    switch computation.memories[column] {
    case .window: tolerance = 0
    // The start still weighs a thousandth of what it could have been off by, which is more than one deviation.
    case .recursive: tolerance = 0.05 * scale
    // Its warm-up is told in sessions, not bars.
    case .session: return
    // Promises nothing.
    case .path: return
    }
    var settled = 0
    for row in 0..<later.rows {
      let (new, old) = (later[row, column], whole[start + row, column])
      let agrees = tolerance == 0 ? Self.same(new, old) : abs(new - old) <= tolerance || Self.same(new, old)
      if !agrees { settled = row + 2 }
    }
    let hasSettled = settled <= later.rows
    if hasSettled { report.findings[column].settledBars = max(report.findings[column].settledBars ?? 0, settled, 1) }
    guard settled > computation.warmUpBars[column], faulty.insert(column).inserted else { return }
    report.faults.append(
      FeatureFault(
        feature: computation.names[column], kind: .remembersTooLong,
        detail: (hasSettled ? "differs until \(settled)" : "still differs \(later.rows)")
          + " bars after a start at bar \(start), promised are \(computation.warmUpBars[column])"))
  }

  /// Time-shift probe: rank correlation with the next bar's return, and with the bar's own as control.
  func checkReturns(_ bars: [Bar], _ whole: FeatureTable, _ report: inout FeatureCheckReport) {
    guard bars.count >= 500 else {
      report.untested.append("time shift: \(bars.count) bars are too few; give at least 500")
      return
    }
    let moves = (1..<bars.count).map { Double(bars[$0].close.ticks - bars[$0 - 1].close.ticks) }
    for column in report.findings.indices {
      let next = Self.rankCorrelation((1..<bars.count - 1).map { (whole[$0, column], moves[$0]) })
      let own = Self.rankCorrelation((1..<bars.count).map { (whole[$0, column], moves[$0 - 1]) })
      report.findings[column].nextCorrelation = next
      report.findings[column].ownCorrelation = own
      guard let next, abs(next) > correlationLimit else { continue }
      report.faults.append(
        FeatureFault(
          feature: report.findings[column].feature, kind: .knowsTheNextReturn,
          detail:
            "rank correlation \(FeatureExpression.text((next * 1_000).rounded() / 1_000)) with the next bar's move"
            + ", limit \(FeatureExpression.text(correlationLimit))"))
    }
  }

  static func same(_ left: Double, _ right: Double) -> Bool {
    left.bitPattern == right.bitPattern || left.isNaN && right.isNaN || left == right
  }

  /// Standard deviation of a column's finite values.
  static func spread(_ table: FeatureTable, _ column: Int) -> Double {
    var moments = RunningMoments()
    for row in 0..<table.rows where table[row, column].isFinite { moments.update(table[row, column]) }
    return moments.standardDeviation ?? 0
  }

  /// Spearman's correlation of the finite pairs; nil below 100 pairs or where either side is constant.
  static func rankCorrelation(_ pairs: [(Double, Double)]) -> Double? {
    let known = pairs.filter { $0.0.isFinite && $0.1.isFinite }
    guard known.count >= 100 else { return nil }
    let (left, right) = (ranks(known.map(\.0)), ranks(known.map(\.1)))
    let middle = Double(known.count + 1) / 2
    var (cross, squareLeft, squareRight) = (0.0, 0.0, 0.0)
    for (a, b) in zip(left, right) {
      cross += (a - middle) * (b - middle)
      squareLeft += (a - middle) * (a - middle)
      squareRight += (b - middle) * (b - middle)
    }
    guard squareLeft > 0, squareRight > 0 else { return nil }
    return cross / (squareLeft * squareRight).squareRoot()
  }

  /// Average ranks from 1.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }
}
