// Whether two samples of many features come from the same distribution, all features at once.

import Glibc
import QuantMath

/// The kernel two-sample test, with sessions as what may be exchanged.
///
///     MMD^2 = mean k(x, x') + mean k(y, y') - 2 mean k(x, y),   k(a, b) = exp(-|a - b|^2 / (2 s^2))
///
/// s is the median distance (the usual heuristic). Rows of a session depend on each other, so chance is what comes of
/// exchanging whole sessions: every session is one point, the mean of its rows' pairwise kernels.
/// Source: A. Gretton et al., "A kernel two-sample test", JMLR 13 (2012).
package enum MaximumMeanDiscrepancy {
  package struct Outcome: Hashable, Sendable {
    /// MMD squared; may be below 0 by chance.
    package var value: Double
    /// Part of the exchanges that show as much.
    package var probability: Double
  }

  /// - Parameters:
  ///   - reference: Sessions of rows of equal length; at most ``rowsPerSession`` of each are used.
  ///   - newer: The same of the period in question.
  /// - Precondition: two sessions or more on either side, and a row in each.
  package static func test(
    reference: [[[Double]]], newer: [[[Double]]], exchanges: Int = 199, seed: UInt64 = 1
  ) -> Outcome {
    precondition(reference.count >= 2 && newer.count >= 2, "two sessions on either side are the least")
    let sessions = standardised(reference + newer, by: reference).map(thinned)
    let kernels = kernelMeans(sessions)
    let first = reference.count
    var places = Array(sessions.indices)
    let found = discrepancy(kernels, places, first)
    var random = CounterRandom(seed: seed, purpose: "drift.mmd")
    var asMuch = 1
    for _ in 0..<exchanges {
      random.shuffle(&places)
      if discrepancy(kernels, places, first) >= found { asMuch += 1 }
    }
    return Outcome(value: found, probability: Double(asMuch) / Double(exchanges + 1))
  }

  /// Rows of a session that are compared: evenly spread over it.
  package static let rowsPerSession = 24

  private static func thinned(_ rows: [[Double]]) -> [[Double]] {
    guard rows.count > rowsPerSession else { return rows }
    return (0..<rowsPerSession).map { rows[$0 * rows.count / rowsPerSession] }
  }

  /// Every column less its mean over its deviation in the reference; constant columns say nothing.
  static func standardised(_ sessions: [[[Double]]], by reference: [[[Double]]]) -> [[[Double]]] {
    let rows = reference.flatMap { $0 }
    let width = rows.first?.count ?? 0
    let scales = (0..<width).map { column -> (mean: Double, deviation: Double) in
      var moments = RunningMoments()
      for row in rows where row[column].isFinite { moments.update(row[column]) }
      return (moments.mean, moments.standardDeviation ?? 0)
    }
    return sessions.map { session in
      session.map { row in
        row.indices.map { column in
          let scale = scales[column]
          guard scale.deviation > 0, row[column].isFinite else { return 0 }
          return max(-10, min(10, (row[column] - scale.mean) / scale.deviation))
        }
      }
    }
  }

  /// Mean kernel between the rows of every two sessions; within one, between different rows.
  private static func kernelMeans(_ sessions: [[[Double]]]) -> [[Double]] {
    var distances: [[[Double]]] = []
    var sample: [Double] = []
    for left in sessions.indices {
      distances.append(
        (0...left).map { right -> [Double] in
          var list: [Double] = []
          for (i, a) in sessions[left].enumerated() {
            for (j, b) in sessions[right].enumerated() where left != right || i < j {
              list.append(zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
            }
          }
          if let middle = list.isEmpty ? nil : list[list.count / 2] { sample.append(middle) }
          return list
        })
    }
    let scale = max(1e-9, sample.sorted()[sample.count / 2])
    return distances.map { row in
      row.map { list in list.isEmpty ? 1 : list.reduce(0) { $0 + exp(-$1 / (2 * scale)) } / Double(list.count) }
    }
  }

  private static func discrepancy(_ kernels: [[Double]], _ places: [Int], _ first: Int) -> Double {
    func mean(_ left: ArraySlice<Int>, _ right: ArraySlice<Int>, isSame: Bool) -> Double {
      var (sum, count) = (0.0, 0.0)
      for (i, a) in left.enumerated() {
        for (j, b) in right.enumerated() where !isSame || i != j {
          sum += kernels[max(a, b)][min(a, b)]
          count += 1
        }
      }
      return sum / max(1, count)
    }
    let (old, new) = (places[..<first], places[first...])
    return mean(old, old, isSame: true) + mean(new, new, isSame: true) - 2 * mean(old, new, isSame: false)
  }
}
