// What selection gains or loses against a list of features that is in use.

import DecisionForests
import Features
import QuantMath
import Validation

/// The selection's method beside a fixed list, on the same test rows.
///
/// In every fold the method's side uses that fold's own first k features; only k is common to all folds and was chosen
/// with sight of the test rows, so its side is slightly favoured.
package struct BaselineComparison: Hashable, Sendable, Codable {
  /// Name of the fixed list, and its length.
  package var baseline: String
  package var baselineCount: Int
  /// k.
  package var count: Int
  /// Out-of-sample log loss of the base rate, of the method and of the list, nats a label.
  package var baseLogLoss: Double
  package var logLoss: Double
  package var baselineLogLoss: Double
  /// Log loss of the list less that of the method: above 0 the selection gains.
  package var difference: Double
  /// Of ``difference``, by block bootstrap of the paired rows, with its 95 % interval.
  package var standardError: Double
  package var lower: Double
  package var upper: Double

  /// Two sentences for people.
  package var text: String {
    func number(_ value: Double) -> String { ChartText.fixed(value, digits: 5) }
    return
      "Log loss out of sample: \(number(logLoss)) with \(count) selected features, \(number(baselineLogLoss)) with "
      + "the \(baselineCount) of \(baseline), \(number(baseLogLoss)) of the base rate. The selection "
      + (difference >= 0 ? "gains" : "loses")
      + " \(number(abs(difference))) +- \(number(standardError)) (standard error; "
      + "95 % from \(number(lower)) to \(number(upper)))."
  }
}

extension SelectionWork {
  /// Trains and scores the folds' own first `count` features and the whole of `baseline`.
  func comparison(
    _ studies: [FoldStudy], rankings: [[Int]], count: Int, baseline: SelectionRows, name: String
  ) -> BaselineComparison {
    let scored = ConcurrentMap.results(
      count: parts.count - 1, workers: plan.workers, finished: { _ in }
    ) { piece -> [SIMD3<Double>] in
      let part = piece + 1
      let ours = self.losses(studies[part].columns, part: part, features: Array(rankings[part].prefix(count)))
      let columns = BinnedColumns(
        values: baseline.values, columnCount: baseline.names.count, fittedOn: parts[part].train)
      let theirs = self.losses(columns, part: part, features: Array(baseline.names.indices))
      return zip(ours, theirs).map { SIMD3<Double>($0.model, $1.model, $0.base) }
    }
    let test: [Int32] = parts.dropFirst().flatMap { $0.test }
    let weights: [Double] = test.map { rows.weights[Int($0)] }
    let losses: [SIMD3<Double>] = scored.flatMap { $0 }
    let total: Double = weights.reduce(0, +)
    var mean = SIMD3<Double>.zero
    for index in losses.indices { mean += losses[index] * (weights[index] / total) }
    var random = CounterRandom(seed: plan.seed, purpose: "baseline comparison")
    let replicates: [Double] = BlockDraws.means(
      of: losses.map { $0.y - $0.x }, weights: weights, blockLength: plan.blockLength(rows.labels), replicates: 1_000,
      with: &random
    ).sorted()
    let drawn = Double(replicates.count)
    let centre: Double = replicates.reduce(0, +) / drawn
    var squares = 0.0
    for replicate in replicates { squares += (replicate - centre) * (replicate - centre) }
    let last = drawn - 1
    return BaselineComparison(
      baseline: name, baselineCount: baseline.names.count, count: count, baseLogLoss: mean.z, logLoss: mean.x,
      baselineLogLoss: mean.y, difference: mean.y - mean.x, standardError: (squares / last).squareRoot(),
      lower: replicates[Int(0.025 * last)], upper: replicates[Int(0.975 * last)])
  }
}
