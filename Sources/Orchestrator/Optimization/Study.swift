// A search as a value: which trials there are, which are done, which is best.

/// Whether higher or lower scores are better.
package enum SearchDirection: String, Hashable, Sendable {
  case maximise
  case minimise

  /// Whether `left` is strictly better than `right`.
  func isBetter(_ left: Double, than right: Double) -> Bool { self == .maximise ? left > right : left < right }

  /// A score as what is minimised.
  func loss(_ score: Double) -> Double { self == .maximise ? -score : score }
}

/// A study: a space, a sampler, a seed, and the trials finished so far.
///
/// Trial k knows what came of the trials up to k - ``width`` and of no other, so up to ``width`` trials may be worked
/// on at a time: one worker, eight, or a resumed run give the same study, in whatever order trials finish. Of the
/// trials between, it knows the parameters alone.
package struct Study: Sendable {
  package let name: String
  package let space: SearchSpace
  package let sampler: any Sampler
  package let seed: UInt64
  /// Of the score, the first goal.
  package let direction: SearchDirection
  /// Further goals: then there is a front of best trials (``ParetoFront``) besides the one with the best score.
  package let goals: [MetricGoal]
  package let constraints: [MetricConstraint]
  package let pruner: Pruner
  package let width: Int
  private var finished: [Int: Trial] = [:]
  /// Parameters that were chosen for trials, finished or not.
  private var chosen: [Int: ParameterSet] = [:]

  /// - Precondition: `width` is at least 1.
  package init(
    name: String, space: SearchSpace, sampler: any Sampler, seed: UInt64, direction: SearchDirection,
    goals: [MetricGoal] = [], constraints: [MetricConstraint] = [], pruner: Pruner = .none, width: Int = 1
  ) {
    precondition(width >= 1, "a study works on at least one trial at a time")
    self.name = name
    self.space = space
    self.sampler = sampler
    self.seed = seed
    self.direction = direction
    self.goals = goals
    self.constraints = constraints
    self.pruner = pruner
    self.width = width
  }

  /// Whether everything that trial `number` may know is known.
  package func isReady(_ number: Int) -> Bool {
    guard sampler.learns || pruner != .none else { return true }
    return number < width || (0...(number - width)).allSatisfy { finished[$0] != nil }
  }

  /// The parameters of trial `number`; chosen once, and those of the trials before it that are being worked on first.
  package mutating func parameters(ofTrial number: Int) throws(OptimizationError) -> ParameterSet {
    if let known = chosen[number] { return known }
    let limit = sampler.limit(in: space)
    guard number >= 0, limit.map({ number < $0 }) ?? true else { throw .noSuchTrial(number: number, limit: limit) }
    guard isReady(number) else { throw .tooEarly(number: number, width: width) }
    var pending: [ParameterSet] = []
    if sampler.learns {
      for other in max(0, number - width + 1)..<max(1, number) where other < number {
        if let known = finished[other]?.parameters {
          pending.append(known)
        } else {
          pending.append(try parameters(ofTrial: other))
        }
      }
    }
    let parameters = sampler.parameters(
      ofTrial: number, in: space, seed: seed, history: sampler.learns ? observations(number) : [], pending: pending)
    chosen[number] = parameters
    return parameters
  }

  /// Trials that trial `number` may know.
  func visible(_ number: Int) -> [Trial] {
    number < width ? [] : (0...(number - width)).compactMap { finished[$0] }
  }

  private func observations(_ number: Int) -> [Observation] {
    let trials = visible(number)
    // A trial that was stopped is known by the folds it ran.
    let scored = trials.filter { !$0.foldScores.isEmpty }
    let all = scored.map { losses($0) }
    let weights = Scalarisation.weights(1 + goals.count, seed: seed, number: number)
    let combined = goals.isEmpty ? all.map { $0[0] } : Scalarisation.losses(all, weights: weights)
    var next = 0
    return trials.map { trial in
      guard !trial.foldScores.isEmpty else {
        return Observation(number: trial.number, parameters: trial.parameters, loss: nil)
      }
      next += 1
      return Observation(
        number: trial.number, parameters: trial.parameters, loss: combined[next - 1], violation: violation(trial))
    }
  }

  /// One loss a goal, the score first; a figure that the trial lacks is infinitely bad.
  package func losses(_ trial: Trial) -> [Double] {
    let scores = trial.foldScores
    let score = scores.isEmpty ? .infinity : direction.loss(scores.reduce(0, +) / Double(scores.count))
    return [score] + goals.map { goal in trial.metrics[goal.metric].map { goal.direction.loss($0) } ?? .infinity }
  }

  /// By how much a trial breaks the constraints, the worst of them; 0 or less where all are kept.
  package func violation(_ trial: Trial) -> Double { constraints.map { $0.violation(trial) }.max() ?? 0 }

  /// Whether trial `number` is stopped after folds with these scores.
  package func stops(_ number: Int, after scores: [Double]) -> Bool {
    guard pruner != .none else { return false }
    let others = visible(number).filter { pruner.compares(number, with: $0.number) && !$0.foldScores.isEmpty }
    return pruner.stops(
      number, after: scores.map { direction.loss($0) },
      history: others.map { trial in trial.foldScores.map { direction.loss($0) } })
  }

  /// Numbers below `count` (and below the sampler's limit) that are not finished, ascending.
  package func pending(upTo count: Int) -> [Int] {
    let end = min(count, sampler.limit(in: space) ?? count)
    return (0..<max(0, end)).filter { finished[$0] == nil }
  }

  /// Adds a finished trial.
  ///
  /// - Throws: ``OptimizationError`` if that number is already recorded, does not exist, or has other parameters here.
  package mutating func record(_ trial: Trial) throws(OptimizationError) {
    if finished[trial.number] != nil { throw .alreadyRecorded(number: trial.number) }
    if try parameters(ofTrial: trial.number) != trial.parameters { throw .foreignTrial(number: trial.number) }
    finished[trial.number] = trial
  }

  /// Adds a trial of an earlier run of this study; that it is one was made sure by the study's fingerprint.
  package mutating func restore(_ trial: Trial) throws(OptimizationError) {
    if finished[trial.number] != nil { throw .alreadyRecorded(number: trial.number) }
    guard space.contains(trial.parameters) else { throw .foreignTrial(number: trial.number) }
    finished[trial.number] = trial
  }

  /// Finished trials by number.
  package var history: [Trial] { finished.values.sorted { $0.number < $1.number } }

  /// The trial with the best mean score of those that keep the constraints; of equals, the one with the lowest number.
  /// Nil if there is none.
  package var best: Trial? {
    var best: (trial: Trial, score: Double)?
    for trial in history where violation(trial) <= 0 {
      guard let score = trial.score else { continue }
      if best.map({ direction.isBetter(score, than: $0.score) }) ?? true { best = (trial, score) }
    }
    return best?.trial
  }
}
