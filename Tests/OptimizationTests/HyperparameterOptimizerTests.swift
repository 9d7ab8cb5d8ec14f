// Searches: the right winner, the same study whatever the order, honest books.

import Optimization
import QuantMath
import Testing
import Validation

@Suite struct HyperparameterOptimizerTests {
  private struct Broken: Error, CustomStringConvertible {
    let description = "matrix is singular"
  }

  private func splits() -> [Split] {
    [20, 30, 40, 50].map { Split(train: Array(0..<($0 - 1)), testSegments: [$0..<($0 + 10)], purged: 1) }
  }

  private func study(_ sampler: any Sampler = RandomSampler(), seed: UInt64 = 4) throws -> Study {
    let space = try SearchSpace([
      Parameter("x", .float(low: -2, high: 2)), Parameter("k", .integer(low: 1, high: 3)),
    ])
    return Study(name: "bowl", space: space, sampler: sampler, seed: seed, direction: .minimise)
  }

  /// A bowl with its bottom at x = 0.5, k = 2, shifted a little by fold.
  private func bowl(_ parameters: ParameterSet, _ split: Split) -> Double {
    let x = parameters.number("x") - 0.5
    let k = Double(parameters.integer("k") - 2)
    return x * x + k * k + Double(split.test[0]) * 0.001
  }

  @Test func theSearchFindsTheBottomOfABowl() throws {
    var optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let best = try optimizer.run(trials: 200, splits: splits(), objective: bowl)
    #expect(best.parameters.integer("k") == 2)
    #expect(abs(best.parameters.number("x") - 0.5) < 0.1)
    #expect(optimizer.study.history.count == 200)
    #expect(optimizer.study.history.allSatisfy { ($0.score ?? .nan) >= (best.score ?? .nan) })
    #expect(best.standardError != nil)
  }

  @Test func theStudyDoesNotDependOnTheOrderOfTrials() throws {
    let splits = splits()
    var forward = HyperparameterOptimizer(study: try study()) { _, _ in }
    let best = try forward.run(trials: 50, splits: splits, objective: bowl)
    for round in 0..<5 {
      var order = Array(0..<50)
      var random = CounterRandom(seed: 8, purpose: "order", index: UInt64(round))
      random.shuffle(&order)
      var shuffled = HyperparameterOptimizer(study: try study()) { _, _ in }
      // Evaluated in one order, finished in another.
      let trials = try order.map { try shuffled.evaluate(trial: $0, splits: splits, objective: bowl) }
      for trial in trials.reversed() { try shuffled.finish(trial) }
      #expect(shuffled.study.history == forward.study.history)
      #expect(shuffled.study.best == best)
    }
  }

  @Test func aResumedStudyRunsOnlyWhatIsMissing() throws {
    let splits = splits()
    var whole = HyperparameterOptimizer(study: try study()) { _, _ in }
    _ = try whole.run(trials: 30, splits: splits, objective: bowl)
    var half = try study()
    for trial in whole.study.history where trial.number % 2 == 0 { try half.record(trial) }
    var ran: [Int] = []
    var resumed = HyperparameterOptimizer(study: half) { trial, _ in ran.append(trial.number) }
    _ = try resumed.run(trials: 30, splits: splits, objective: bowl)
    #expect(ran == Array(stride(from: 1, to: 30, by: 2)))
    #expect(resumed.study.history == whole.study.history)
  }

  @Test func everyTrialReachesTheLedgerBeforeItCounts() throws {
    var booked: [Int] = []
    var counted: [Int] = []
    var optimizer = HyperparameterOptimizer(study: try study()) { trial, study in
      booked.append(trial.number)
      counted.append(study.history.count)
    }
    _ = try optimizer.run(trials: 12, splits: splits()) { parameters, split in
      if parameters.integer("k") == 1 { throw Broken() }
      return bowl(parameters, split)
    }
    #expect(booked == Array(0..<12))
    #expect(counted == Array(0..<12))
  }

  @Test func aLedgerThatCannotWriteStopsTheSearch() throws {
    var optimizer = HyperparameterOptimizer(study: try study()) { trial, _ in
      if trial.number == 3 { throw Broken() }
    }
    #expect(throws: Broken.self) { try optimizer.run(trials: 10, splits: splits(), objective: bowl) }
    #expect(optimizer.study.history.count == 3)
  }

  @Test func failedAndUndefinedTrialsNeverWin() throws {
    var optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let best = try optimizer.run(trials: 60, splits: splits()) { parameters, split in
      switch parameters.integer("k") {
      case 2: return -.infinity
      case 1: return .nan
      default: return bowl(parameters, split)
      }
    }
    #expect(best.parameters.integer("k") == 3)
    let failed = optimizer.study.history.filter { $0.score == nil }
    #expect(failed.count > 20)
    #expect(failed.allSatisfy { if case .failed(let reason) = $0.outcome { reason.contains("fold 0") } else { false } })
  }

  @Test func aSearchInWhichAllFailsSaysWhy() throws {
    var optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let error = try #require(throws: OptimizationError.self) {
      try optimizer.run(trials: 5, splits: splits()) { _, _ in throw Broken() }
    }
    #expect("\(error)" == "all 5 trials failed; the first said: fold 0: matrix is singular")
    #expect(optimizer.study.history.count == 5)
  }

  @Test func aGridEndsByItself() throws {
    var optimizer = HyperparameterOptimizer(study: try study(GridSampler(resolution: 5))) { _, _ in }
    let best = try optimizer.run(trials: 1000, splits: splits(), objective: bowl)
    #expect(optimizer.study.history.count == 15)
    #expect(best.parameters.description == "x=0.0 k=2" || best.parameters.description == "x=1.0 k=2")
    // Both are equally deep; the lower number wins.
    #expect(best.parameters.number("x") == 0)
  }

  @Test func foreignAndRepeatedTrialsAreRefused() throws {
    let optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let trial = try optimizer.evaluate(trial: 0, splits: splits(), objective: bowl)
    var other = try study(seed: 5)
    #expect(throws: OptimizationError.foreignTrial(number: 0)) { try other.record(trial) }
    var same = try study()
    try same.record(trial)
    #expect(throws: OptimizationError.alreadyRecorded(number: 0)) { try same.record(trial) }
    #expect(throws: OptimizationError.noSuchTrial(number: 15, limit: 15)) {
      try study(GridSampler(resolution: 5)).parameters(ofTrial: 15)
    }
  }

  @Test func searchesWithoutTrialsOrFoldsAreRefused() throws {
    var optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    #expect(throws: OptimizationError.self) { try optimizer.run(trials: 0, splits: splits(), objective: bowl) }
    #expect(throws: OptimizationError.self) { try optimizer.run(trials: 5, splits: [], objective: bowl) }
  }
}
