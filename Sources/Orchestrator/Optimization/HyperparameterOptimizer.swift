// Runs a study's trials against an objective, fold by fold, by several workers.

import Foundation

/// When a search ends before its last trial.
package struct SearchLimits: Sendable {
  /// Seconds after which no trial is begun; nil for no end.
  package var seconds: Double?
  /// Whether the search ends when no trial can be expected to gain: ``Study/isCertain(before:)``.
  package var endsWhenCertain: Bool
  /// Whether the search is told to end.
  package var isCancelled: @Sendable () -> Bool

  package init(
    seconds: Double? = nil, endsWhenCertain: Bool = false, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.seconds = seconds
    self.endsWhenCertain = endsWhenCertain
    self.isCancelled = isCancelled
  }
}

/// Searches hyper-parameters under temporal validation.
///
/// It knows neither models nor markets: it is handed an objective that scores parameters on a fold. Folds are run in
/// order of time, and a pruner may stop a trial between two. Every trial, good, bad or failed, is handed to the ledger
/// before it counts: the number of trials ever run is what the winner must later be deflated by.
package final class HyperparameterOptimizer: @unchecked Sendable {
  /// Scores parameters on a fold. Throwing fails the trial, not the study.
  package typealias Objective = @Sendable (_ parameters: ParameterSet, _ fold: Int) throws -> FoldScore
  /// Keeps a trial for ever. Throwing stops the search: a trial that cannot be kept must not be used.
  package typealias Ledger = (_ trial: Trial, _ study: Study) throws -> Void

  /// The study so far; grows with ``run(trials:folds:workers:limits:objective:)``.
  package var study: Study { lock.withLock { current } }
  private var current: Study
  private let ledger: Ledger
  private let lock = NSCondition()

  /// - Parameters:
  ///   - study: New, or with trials of an earlier run already restored: those are not run again.
  ///   - ledger: Called once for each trial this optimiser runs, in the order in which they finish, one at a time.
  package init(study: Study, ledger: @escaping Ledger) {
    current = study
    self.ledger = ledger
  }

  /// Runs all trials below `trials` that are not finished, and returns the best of the whole study.
  ///
  /// - Parameters:
  ///   - trials: Number of trials the study shall have; a grid may have fewer.
  ///   - folds: Number of folds, in order of time.
  ///   - workers: Threads; the study does not depend on it. No more than the study's width work at a time.
  /// - Throws: ``OptimizationError/everyTrialFailed(count:firstReason:)``, or what the ledger throws.
  package func run(
    trials: Int, folds: Int, workers: Int = 1, limits: SearchLimits = SearchLimits(),
    objective: @escaping Objective
  ) throws -> Trial {
    for (name, value) in [("trials", trials), ("number of folds", folds), ("workers", workers)] where value < 1 {
      throw OptimizationError.argument(name: name, value: "\(value)", requirement: "at least 1")
    }
    let work = Work(pending: current.pending(upTo: trials))
    let begun = DispatchTime.now().uptimeNanoseconds
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while let number = self.next(work, limits, begun) {
        let trial = Result { try self.evaluate(trial: number, folds: folds, objective: objective) }
        self.settle(trial, work)
      }
    }
    if let error = work.error { throw error }
    return try winner()
  }

  /// The best trial of the whole study.
  private func winner() throws -> Trial {
    guard let best = current.best else {
      let history = current.history
      let scored = history.filter { $0.score != nil }
      if let closest = scored.min(by: { current.violation($0) < current.violation($1) }) {
        throw OptimizationError.noTrialKeepsConstraints(
          count: scored.count, constraints: current.constraints.map(\.description), closest: closest.number,
          by: current.violation(closest))
      }
      let reasons = history.compactMap { trial -> String? in
        if case .failed(let reason) = trial.outcome { return reason }
        return nil
      }
      throw OptimizationError.everyTrialFailed(
        count: history.count, firstReason: reasons.first ?? "nothing: no trial came to its last fold")
    }
    return best
  }

  /// What the workers share, under the lock.
  private final class Work: @unchecked Sendable {
    var pending: [Int]
    var running = 0
    var error: (any Error)?

    init(pending: [Int]) { self.pending = pending }
  }

  /// The next trial that may begin; waits for it. Nil when there is none any more.
  private func next(_ work: Work, _ limits: SearchLimits, _ begun: UInt64) -> Int? {
    lock.lock()
    defer { lock.unlock() }
    while true {
      if work.error != nil || isOver(limits, begun) { return nil }
      guard let first = work.pending.first else { return nil }
      if current.isReady(first) {
        if limits.endsWhenCertain, current.isCertain(before: first) {
          work.pending.removeAll()
          return nil
        }
        work.pending.removeFirst()
        work.running += 1
        return first
      }
      // Somebody else's trial must end first.
      precondition(work.running > 0, "a trial waits for others that nobody runs")
      lock.wait()
    }
  }

  private func settle(_ result: Result<Trial, any Error>, _ work: Work) {
    lock.lock()
    defer { lock.unlock() }
    do {
      let trial = try result.get()
      try ledger(trial, current)
      try current.record(trial)
    } catch {
      if work.error == nil { work.error = error }
    }
    work.running -= 1
    lock.broadcast()
  }

  /// Runs one trial and returns it without recording it: the unit of work of a parallel or distributed search.
  package func evaluate(
    trial number: Int, folds: Int, objective: Objective
  ) throws -> Trial {
    // Chosen under the lock, so that every trial's choice is made once.
    let parameters = try lock.withLock { try current.parameters(ofTrial: number) }
    let study = study
    var scores: [FoldScore] = []
    for fold in 0..<folds {
      do {
        scores.append(try objective(parameters, fold))
      } catch {
        return Trial(number: number, parameters: parameters, failure: "fold \(fold): \(error)")
      }
      guard scores.allSatisfy(\.score.isFinite), fold + 1 < folds else { continue }
      if study.stops(number, after: scores.map(\.score)) {
        return Trial(number: number, parameters: parameters, folds: scores, isPruned: true)
      }
    }
    return Trial(number: number, parameters: parameters, folds: scores)
  }

  /// Runs the same trials as ``run(trials:folds:workers:limits:objective:)``, by handing out as many at a time as may
  /// be worked on: processes or machines score them, folds and all. Trials are not stopped early.
  ///
  /// - Parameter evaluate: Returns the trials it was given, finished, in any order.
  package func runBatches(
    trials: Int, limits: SearchLimits = SearchLimits(),
    evaluate: (_ batch: [(number: Int, parameters: ParameterSet)]) throws -> [Trial]
  ) throws -> Trial {
    guard trials >= 1 else {
      throw OptimizationError.argument(name: "trials", value: "\(trials)", requirement: "at least 1")
    }
    let begun = DispatchTime.now().uptimeNanoseconds
    while !isOver(limits, begun) {
      var ready = current.pending(upTo: trials).prefix(while: { current.isReady($0) }).prefix(current.width)
      if ready.isEmpty { break }
      if limits.endsWhenCertain { ready = ready.prefix { !current.isCertain(before: $0) } }
      if ready.isEmpty { break }
      let batch = try ready.map { (number: $0, parameters: try current.parameters(ofTrial: $0)) }
      for trial in try evaluate(batch).sorted(by: { $0.number < $1.number }) { try finish(trial) }
    }
    return try winner()
  }

  private func isOver(_ limits: SearchLimits, _ begun: UInt64) -> Bool {
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - begun) / 1e9
    return limits.isCancelled() || limits.seconds.map { seconds >= $0 } ?? false
  }

  /// Enters a trial from ``evaluate(trial:folds:objective:)`` into the ledger, then into the study.
  package func finish(_ trial: Trial) throws {
    lock.lock()
    defer { lock.unlock() }
    try ledger(trial, current)
    try current.record(trial)
  }
}
