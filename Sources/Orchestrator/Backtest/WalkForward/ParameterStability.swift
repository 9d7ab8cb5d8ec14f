// Whether the windows agree on what to use: a method that chooses anew each time has learnt little.

import Glibc
import QuantMath

/// Spread of the choices over the windows.
package struct ParameterStability: Hashable, Sendable, Codable {
  /// Least, mean and largest of a number over the windows, with its standard deviation.
  package struct Spread: Hashable, Sendable, Codable {
    package var least: Double
    package var mean: Double
    package var largest: Double
    /// nil for one window.
    package var deviation: Double?

    init?(_ values: [Double]) {
      guard let least = values.min(), let largest = values.max() else { return nil }
      var moments = RunningMoments()
      for value in values { moments.update(value) }
      self.least = least
      mean = moments.mean
      self.largest = largest
      deviation = moments.standardDeviation
    }
  }

  /// A feature with the windows that chose it.
  package struct Use: Hashable, Sendable, Codable {
    package var feature: String
    package var windows: Int
  }

  package var windows: Int
  /// Windows whose fitter stood aside.
  package var abstentions: Int
  package var rounds: Spread?
  /// By threshold name, over the windows that did not stand aside.
  package var thresholds: [String: Spread]
  /// Mean over neighbouring windows of |A and B| / |A or B| of their features: 1 when all are the same; nil for one
  /// window.
  package var featureOverlap: Double?
  /// Features by how many windows chose them, most first, then by name.
  package var features: [Use]
  /// Rank correlation of the windows' net profit a session in sample and out of sample; nil below 3 windows or where
  /// either is constant.
  package var promiseCorrelation: Double?

  init(_ outcomes: [WindowOutcome]) {
    windows = outcomes.count
    abstentions = outcomes.count { $0.choices.abstains }
    rounds = Spread(outcomes.map { Double($0.choices.rounds) })
    let active = outcomes.map(\.choices).filter { !$0.abstains }
    thresholds = [:]
    for name in Set(active.flatMap { $0.thresholds.keys }) {
      thresholds[name] = Spread(active.compactMap { $0.thresholds[name] })
    }
    let sets = outcomes.map { Set($0.choices.features) }
    let overlaps = zip(sets, sets.dropFirst()).map { left, right in
      left.union(right).isEmpty ? 1 : Double(left.intersection(right).count) / Double(left.union(right).count)
    }
    featureOverlap = overlaps.isEmpty ? nil : overlaps.reduce(0, +) / Double(overlaps.count)
    var uses: [String: Int] = [:]
    for feature in outcomes.flatMap(\.choices.features) { uses[feature, default: 0] += 1 }
    features = uses.map { Use(feature: $0.key, windows: $0.value) }.sorted {
      ($1.windows, $0.feature) < ($0.windows, $1.feature)
    }
    let pairs = outcomes.compactMap { outcome -> (Double, Double)? in
      guard let inside = outcome.inSample.perSession, let outside = outcome.outOfSample.perSession else { return nil }
      return (inside, outside)
    }
    promiseCorrelation = Self.rankCorrelation(pairs.map(\.0), pairs.map(\.1))
  }

  /// Spearman's rank correlation; equal values share their mean rank.
  private static func rankCorrelation(_ left: [Double], _ right: [Double]) -> Double? {
    guard left.count >= 3 else { return nil }
    func ranks(_ values: [Double]) -> [Double] {
      values.map { value in
        Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
      }
    }
    let (first, second) = (ranks(left), ranks(right))
    let mean = Double(left.count + 1) / 2
    var (cross, firstSquare, secondSquare) = (0.0, 0.0, 0.0)
    for (one, other) in zip(first, second) {
      cross += (one - mean) * (other - mean)
      firstSquare += (one - mean) * (one - mean)
      secondSquare += (other - mean) * (other - mean)
    }
    let product = firstSquare * secondSquare
    return product > 0 ? cross / product.squareRoot() : nil
  }
}
