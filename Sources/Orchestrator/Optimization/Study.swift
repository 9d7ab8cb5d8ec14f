// A search as a value: which trials there are, which are done, which is best.

/// Whether higher or lower scores are better.
package enum SearchDirection: String, Hashable, Sendable {
  case maximise
  case minimise

  /// Whether `left` is strictly better than `right`.
  func isBetter(_ left: Double, than right: Double) -> Bool { self == .maximise ? left > right : left < right }
}

/// A study: a space, a sampler, a seed, and the trials finished so far.
///
/// Trial k is the same whoever runs it and when; finished trials may be recorded in any order and the study does not
/// know the order afterwards. So one worker, eight, or a resumed run give the same study.
package struct Study: Sendable {
  package let name: String
  package let space: SearchSpace
  package let sampler: any Sampler
  package let seed: UInt64
  package let direction: SearchDirection
  private var finished: [Int: Trial] = [:]

  package init(
    name: String, space: SearchSpace, sampler: any Sampler, seed: UInt64, direction: SearchDirection
  ) {
    self.name = name
    self.space = space
    self.sampler = sampler
    self.seed = seed
    self.direction = direction
  }

  /// The parameters of trial `number`.
  package func parameters(ofTrial number: Int) throws(OptimizationError) -> ParameterSet {
    let limit = sampler.limit(in: space)
    guard number >= 0, limit.map({ number < $0 }) ?? true else { throw .noSuchTrial(number: number, limit: limit) }
    return sampler.parameters(ofTrial: number, in: space, seed: seed)
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

  /// Finished trials by number.
  package var history: [Trial] { finished.values.sorted { $0.number < $1.number } }

  /// The trial with the best mean score; of equals, the one with the lowest number. Nil if none has a score.
  package var best: Trial? {
    var best: (trial: Trial, score: Double)?
    for trial in history {
      guard let score = trial.score else { continue }
      if best.map({ direction.isBetter(score, than: $0.score) }) ?? true { best = (trial, score) }
    }
    return best?.trial
  }
}
