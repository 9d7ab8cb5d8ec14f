// Runs a study's trials against an objective, fold by fold.

package import Validation

/// Searches hyper-parameters under temporal validation.
///
/// It knows neither models nor markets: it is handed an objective that trains with given parameters on the training
/// part of a split and scores on the test part. Every trial, good, bad or failed, is handed to the ledger before it
/// counts: the number of trials ever run is what the winner must later be deflated by.
package struct HyperparameterOptimizer {
  /// Trains on `split.train`, scores on `split.test`. Throwing fails the trial, not the study.
  package typealias Objective = (_ parameters: ParameterSet, _ split: Split) throws -> Double
  /// Keeps a trial for ever. Throwing stops the search: a trial that cannot be kept must not be used.
  package typealias Ledger = (_ trial: Trial, _ study: Study) throws -> Void

  /// The study so far; grows with ``run(trials:splits:objective:)``.
  package private(set) var study: Study
  private let ledger: Ledger

  /// - Parameters:
  ///   - study: New, or with trials of an earlier run already recorded: those are not run again.
  ///   - ledger: Called once for each trial this optimiser runs, in the order in which they finish.
  package init(study: Study, ledger: @escaping Ledger) {
    self.study = study
    self.ledger = ledger
  }

  /// Runs all trials below `trials` that are not finished, and returns the best of the whole study.
  ///
  /// - Parameters:
  ///   - trials: Number of trials the study shall have; a grid may have fewer.
  ///   - splits: The folds, from a splitter of `Validation`.
  /// - Throws: ``OptimizationError/everyTrialFailed(count:firstReason:)``, or what the ledger throws.
  package mutating func run(trials: Int, splits: [Split], objective: Objective) throws -> Trial {
    if trials < 1 {
      throw OptimizationError.argument(name: "trials", value: "\(trials)", requirement: "at least 1")
    }
    if splits.isEmpty {
      throw OptimizationError.argument(name: "number of splits", value: "0", requirement: "at least 1")
    }
    for number in study.pending(upTo: trials) {
      try finish(evaluate(trial: number, splits: splits, objective: objective))
    }
    guard let best = study.best else {
      let history = study.history
      guard case .failed(let reason)? = history.first?.outcome else {
        preconditionFailure("a study without a best trial has only failed trials")
      }
      throw OptimizationError.everyTrialFailed(count: history.count, firstReason: reason)
    }
    return best
  }

  /// Runs one trial and returns it without recording it: the unit of work of a parallel or distributed search.
  package func evaluate(trial number: Int, splits: [Split], objective: Objective) throws(OptimizationError) -> Trial {
    let parameters = try study.parameters(ofTrial: number)
    var scores: [Double] = []
    for (fold, split) in splits.enumerated() {
      do {
        scores.append(try objective(parameters, split))
      } catch {
        return Trial(number: number, parameters: parameters, failure: "fold \(fold): \(error)")
      }
    }
    return Trial(number: number, parameters: parameters, scores: scores)
  }

  /// Enters a trial from ``evaluate(trial:splits:objective:)`` into the ledger, then into the study; any order will do.
  package mutating func finish(_ trial: Trial) throws {
    try ledger(trial, study)
    try study.record(trial)
  }
}
