// Whether a classifier can tell newer rows from those of the reference; if it can, they are not the same.

import Ensemble
import QuantMath

/// The classifier two-sample test: logistic regression, judged on sessions that it has not seen.
///
/// The area under its curve is 0.5 where nothing has changed. Chance is what comes of exchanging whole sessions, since
/// rows of a session depend on each other. What a linear classifier cannot see (a variance, a shape) is left to
/// ``MaximumMeanDiscrepancy``.
/// Source: D. Lopez-Paz, M. Oquab, "Revisiting classifier two-sample tests", ICLR (2017).
package enum ClassifierTwoSample {
  package struct Outcome: Hashable, Sendable {
    /// Area under the curve on unseen sessions: 0.5 for no difference.
    package var area: Double
    /// Part of the exchanges that show as much.
    package var probability: Double
  }

  /// - Parameters: as those of ``MaximumMeanDiscrepancy/test(reference:newer:exchanges:seed:)``.
  /// - Precondition: four sessions or more on either side.
  package static func test(
    reference: [[[Double]]], newer: [[[Double]]], exchanges: Int = 99, seed: UInt64 = 1
  ) -> Outcome {
    precondition(reference.count >= 4 && newer.count >= 4, "four sessions on either side are the least")
    // A session's mean of each feature: one row a session keeps the test honest about how much there is to see.
    let rows = MaximumMeanDiscrepancy.standardised(reference + newer, by: reference).map { session -> [Double] in
      let width = session.first?.count ?? 0
      return (0..<width).map { column in session.reduce(0) { $0 + $1[column] } / Double(session.count) }
    }
    var isNewer = rows.indices.map { $0 >= reference.count }
    let found = area(rows, isNewer)
    var random = CounterRandom(seed: seed, purpose: "drift.classifier")
    var asMuch = 1
    for _ in 0..<exchanges {
      random.shuffle(&isNewer)
      if area(rows, isNewer) >= found { asMuch += 1 }
    }
    return Outcome(area: found, probability: Double(asMuch) / Double(exchanges + 1))
  }

  private static let folds = 4

  /// Area under the curve of scores that each fold's sessions get from a classifier of the others.
  private static func area(_ rows: [[Double]], _ isNewer: [Bool]) -> Double {
    let width = rows.first?.count ?? 0
    var scores = [Double](repeating: 0, count: rows.count)
    // Each class is dealt over the folds on its own, so that none lacks one.
    var folds = [Int](repeating: 0, count: rows.count)
    var dealt = [false: 0, true: 0]
    for place in rows.indices {
      folds[place] = dealt[isNewer[place], default: 0] % Self.folds
      dealt[isNewer[place], default: 0] += 1
    }
    for fold in 0..<Self.folds {
      let learned = rows.indices.filter { folds[$0] != fold }
      let fit = LogisticFit.fit(
        x: learned.flatMap { rows[$0] }, columns: width,
        targets: learned.flatMap { isNewer[$0] ? [0.0, 1.0] : [1.0, 0.0] }, classes: 2,
        weights: [Double](repeating: 1, count: learned.count), penalty: 1, steps: 20, tolerance: 1e-6)
      for place in rows.indices where folds[place] == fold {
        scores[place] = zip(rows[place], fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return curve(scores, isNewer, folds)
  }

  /// Within folds only: scores of different classifiers are not comparable.
  private static func curve(_ scores: [Double], _ isNewer: [Bool], _ folds: [Int]) -> Double {
    var (wins, pairs) = (0.0, 0.0)
    for a in scores.indices where isNewer[a] {
      for b in scores.indices where !isNewer[b] && folds[a] == folds[b] {
        wins += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0
        pairs += 1
      }
    }
    // Which class the coefficients speak for is a convention; the difference counts, not its sign.
    let area = pairs > 0 ? wins / pairs : 0.5
    return max(area, 1 - area)
  }
}
