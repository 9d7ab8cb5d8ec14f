// One try: its parameters and what came of them.

import QuantMath

/// What became of a trial.
package enum TrialOutcome: Hashable, Sendable {
  /// One finite score a fold, in the order of the folds.
  case scored([Double])
  /// Stopped after these folds: it was behind.
  case pruned([Double])
  /// The objective failed; the trial counts as tried all the same.
  case failed(reason: String)
}

/// What an objective says of one fold.
package struct FoldScore: Hashable, Sendable {
  package var score: Double
  /// Other figures by name, for the Pareto front and the report.
  package var metrics: [String: Double]

  package init(_ score: Double, metrics: [String: Double] = [:]) {
    self.score = score
    self.metrics = metrics
  }
}

/// A finished trial.
package struct Trial: Hashable, Sendable {
  /// Its number in the study, from 0.
  package let number: Int
  package let parameters: ParameterSet
  package let outcome: TrialOutcome
  /// Means over the folds.
  package let metrics: [String: Double]

  package init(number: Int, parameters: ParameterSet, outcome: TrialOutcome, metrics: [String: Double] = [:]) {
    self.number = number
    self.parameters = parameters
    self.outcome = outcome
    self.metrics = metrics
  }

  /// A trial with a score a fold; if there is none or one is not finite, a failed trial that says so.
  package init(number: Int, parameters: ParameterSet, scores: [Double]) {
    self.init(number: number, parameters: parameters, folds: scores.map { FoldScore($0) })
  }

  /// The same with other figures.
  package init(number: Int, parameters: ParameterSet, folds: [FoldScore], isPruned: Bool = false) {
    let scores = folds.map(\.score)
    var outcome = isPruned ? TrialOutcome.pruned(scores) : .scored(scores)
    if let fold = scores.firstIndex(where: { !$0.isFinite }) {
      outcome = .failed(reason: "the score of fold \(fold) is \(scores[fold])")
    } else if scores.isEmpty {
      outcome = .failed(reason: "the objective was given no folds")
    }
    let names = Set(folds.flatMap(\.metrics.keys))
    let metrics = Dictionary(
      uniqueKeysWithValues: names.map { name in
        (name, folds.reduce(0) { $0 + ($1.metrics[name] ?? 0) } / Double(folds.count))
      })
    self.init(number: number, parameters: parameters, outcome: outcome, metrics: metrics)
  }

  /// A trial without a score.
  package init(number: Int, parameters: ParameterSet, failure: String) {
    self.init(number: number, parameters: parameters, outcome: .failed(reason: failure))
  }

  /// Mean score over the folds; nil for a trial that failed or was stopped.
  package var score: Double? {
    guard case .scored(let scores) = outcome else { return nil }
    return Self.moments(scores).mean
  }

  /// Standard error of ``score`` over the folds; nil below two folds. Folds share training data, so it is a lower
  /// bound.
  package var standardError: Double? {
    guard case .scored(let scores) = outcome else { return nil }
    return Self.moments(scores).standardErrorOfMean
  }

  /// Scores of the folds that were run; empty for a failed trial.
  package var foldScores: [Double] {
    switch outcome {
    case .scored(let scores), .pruned(let scores): return scores
    case .failed: return []
    }
  }

  private static func moments(_ scores: [Double]) -> RunningMoments {
    var moments = RunningMoments()
    for score in scores { moments.update(score) }
    return moments
  }
}
