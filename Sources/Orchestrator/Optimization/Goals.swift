// What else than the score a search is for, and what no winner may break.

import Glibc
import QuantMath

/// Another figure of a trial that shall be high or low.
package struct MetricGoal: Hashable, Sendable {
  package let metric: String
  package let direction: SearchDirection

  package init(_ metric: String, _ direction: SearchDirection) {
    self.metric = metric
    self.direction = direction
  }
}

/// A figure of a trial that must not be above a bound.
package struct MetricConstraint: Hashable, Sendable {
  package let metric: String
  package let most: Double

  package init(_ metric: String, atMost most: Double) {
    self.metric = metric
    self.most = most
  }

  /// By how much a trial breaks it; 0 or less where it is kept, infinite where the trial lacks the figure.
  package func violation(_ trial: Trial) -> Double { trial.metrics[metric].map { $0 - most } ?? .infinity }
}

extension MetricConstraint: CustomStringConvertible {
  /// `drawdown<=300.0`.
  package var description: String { "\(metric)<=\(most)" }
}

/// One loss made of several, so that a sampler for one goal finds a front of many.
///
/// Each trial weighs the goals in its own way, drawn at random; the largest weighted loss counts, with a small part of
/// their sum. Losses are first put on [0, 1] over the trials that are known.
/// Source: J. Knowles, "ParEGO" (2006).
enum Scalarisation {
  static func losses(_ goals: [[Double]], weights: [Double]) -> [Double] {
    guard let first = goals.first else { return [] }
    let ranges = first.indices.map { goal -> (low: Double, high: Double) in
      let values = goals.map { $0[goal] }.filter(\.isFinite)
      return (values.min() ?? 0, values.max() ?? 0)
    }
    return goals.map { losses in
      let weighted = losses.indices.map { goal -> Double in
        let (low, high) = ranges[goal]
        guard losses[goal].isFinite else { return weights[goal] }
        return high > low ? weights[goal] * (losses[goal] - low) / (high - low) : 0
      }
      return (weighted.max() ?? 0) + 0.05 * weighted.reduce(0, +)
    }
  }

  /// Weights of trial `number`, uniform over those that sum to 1.
  static func weights(_ count: Int, seed: UInt64, number: Int) -> [Double] {
    var random = CounterRandom(seed: seed, purpose: "optimization.weights", index: UInt64(number))
    let parts = (0..<count).map { _ in -log(1 - random.nextUniform()) }
    let sum = parts.reduce(0, +)
    return parts.map { sum > 0 ? $0 / sum : 1 / Double(count) }
  }
}

/// Trials that no other trial beats in every goal.
package enum ParetoFront {
  /// Scored trials that keep the constraints and are not dominated, by number.
  ///
  /// One trial dominates another if it is nowhere worse and somewhere better.
  package static func trials(_ study: Study) -> [Trial] {
    let kept = study.history.filter { $0.score != nil && study.violation($0) <= 0 }
    let losses = kept.map { study.losses($0) }
    return kept.indices.filter { own in
      !losses.indices.contains { other in
        zip(losses[other], losses[own]).allSatisfy { $0 <= $1 } && losses[other] != losses[own]
      }
    }.map { kept[$0] }
  }
}
