// One try: its parameters and what came of them.

import QuantMath

/// What became of a trial.
package enum TrialOutcome: Hashable, Sendable {
  /// One finite score per fold, in the order of the folds.
  case scored([Double])
  /// The objective failed; the trial counts as tried all the same.
  case failed(reason: String)
}

/// A finished trial.
package struct Trial: Hashable, Sendable {
  /// Its number in the study, from 0.
  package let number: Int
  package let parameters: ParameterSet
  package let outcome: TrialOutcome

  /// A trial with a score per fold; if there is none or one is not finite, a failed trial that says so.
  package init(number: Int, parameters: ParameterSet, scores: [Double]) {
    self.number = number
    self.parameters = parameters
    if let fold = scores.firstIndex(where: { !$0.isFinite }) {
      outcome = .failed(reason: "the score of fold \(fold) is \(scores[fold])")
    } else {
      outcome = scores.isEmpty ? .failed(reason: "the objective was given no folds") : .scored(scores)
    }
  }

  /// A trial without a score.
  package init(number: Int, parameters: ParameterSet, failure: String) {
    self.number = number
    self.parameters = parameters
    outcome = .failed(reason: failure)
  }

  /// Mean score over the folds; nil for a failed trial.
  package var score: Double? { moments?.mean }

  /// Standard error of ``score`` over the folds; nil below two folds. Folds share training data, so it is a lower
  /// bound.
  package var standardError: Double? { moments?.standardErrorOfMean }

  private var moments: RunningMoments? {
    guard case .scored(let scores) = outcome else { return nil }
    var moments = RunningMoments()
    for score in scores { moments.update(score) }
    return moments
  }
}
