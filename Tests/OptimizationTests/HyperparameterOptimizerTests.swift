// Searches: the right winner, the same study whatever the order, honest books.

import Glibc
import Optimization
import QuantMath
import Testing

@Suite struct HyperparameterOptimizerTests {
  private struct Broken: Error, CustomStringConvertible {
    let description = "matrix is singular"
  }

  private func study(
    _ sampler: any Sampler = RandomSampler(), seed: UInt64 = 4, pruner: Pruner = .none, width: Int = 1
  ) throws -> Study {
    let space = try SearchSpace([
      Parameter("x", .float(low: -2, high: 2)), Parameter("k", .integer(low: 1, high: 3)),
    ])
    return Study(
      name: "bowl", space: space, sampler: sampler, seed: seed, direction: .minimise, pruner: pruner,
      width: width)
  }

  /// A bowl with its bottom at x = 0.5, k = 2, shifted a little by fold.
  private static func depth(_ parameters: ParameterSet, _ fold: Int) -> FoldScore {
    let x = parameters.number("x") - 0.5
    let k = Double(parameters.integer("k") - 2)
    return FoldScore(x * x + k * k + Double(20 + 10 * fold) * 0.001, metrics: ["width": abs(x)])
  }

  private let bowl: HyperparameterOptimizer.Objective = { depth($0, $1) }

  @Test func theSearchFindsTheBottomOfABowl() throws {
    let optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let best = try optimizer.run(trials: 200, folds: 4, objective: bowl)
    #expect(best.parameters.integer("k") == 2)
    #expect(abs(best.parameters.number("x") - 0.5) < 0.1)
    #expect(optimizer.study.history.count == 200)
    #expect(optimizer.study.history.allSatisfy { ($0.score ?? .nan) >= (best.score ?? .nan) })
    #expect(best.standardError != nil)
  }

  @Test func theStudyDoesNotDependOnTheOrderOfTrials() throws {
    let forward = HyperparameterOptimizer(study: try study()) { _, _ in }
    let best = try forward.run(trials: 50, folds: 4, objective: bowl)
    for round in 0..<5 {
      var order = Array(0..<50)
      var random = CounterRandom(seed: 8, purpose: "order", index: UInt64(round))
      random.shuffle(&order)
      let shuffled = HyperparameterOptimizer(study: try study()) { _, _ in }
      // Evaluated in one order, finished in another.
      let trials = try order.map { try shuffled.evaluate(trial: $0, folds: 4, objective: bowl) }
      for trial in trials.reversed() { try shuffled.finish(trial) }
      #expect(shuffled.study.history == forward.study.history)
      #expect(shuffled.study.best == best)
    }
  }

  @Test func aResumedStudyRunsOnlyWhatIsMissing() throws {
    let whole = HyperparameterOptimizer(study: try study()) { _, _ in }
    _ = try whole.run(trials: 30, folds: 4, objective: bowl)
    var half = try study()
    for trial in whole.study.history where trial.number % 2 == 0 { try half.record(trial) }
    var ran: [Int] = []
    let resumed = HyperparameterOptimizer(study: half) { trial, _ in ran.append(trial.number) }
    _ = try resumed.run(trials: 30, folds: 4, objective: bowl)
    #expect(ran == Array(stride(from: 1, to: 30, by: 2)))
    #expect(resumed.study.history == whole.study.history)
  }

  @Test func everyTrialReachesTheLedgerBeforeItCounts() throws {
    var booked: [Int] = []
    var counted: [Int] = []
    let optimizer = HyperparameterOptimizer(study: try study()) { trial, study in
      booked.append(trial.number)
      counted.append(study.history.count)
    }
    _ = try optimizer.run(trials: 12, folds: 4) { parameters, fold in
      if parameters.integer("k") == 1 { throw Broken() }
      return Self.depth(parameters, fold)
    }
    #expect(booked == Array(0..<12))
    #expect(counted == Array(0..<12))
  }

  @Test func aLedgerThatCannotWriteStopsTheSearch() throws {
    let optimizer = HyperparameterOptimizer(study: try study()) { trial, _ in
      if trial.number == 3 { throw Broken() }
    }
    #expect(throws: Broken.self) { try optimizer.run(trials: 10, folds: 4, objective: bowl) }
    #expect(optimizer.study.history.count == 3)
  }

  @Test func failedAndUndefinedTrialsNeverWin() throws {
    let optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let best = try optimizer.run(trials: 60, folds: 4) { parameters, fold in
      switch parameters.integer("k") {
      case 2: return FoldScore(-.infinity)
      case 1: return FoldScore(.nan)
      default: return Self.depth(parameters, fold)
      }
    }
    #expect(best.parameters.integer("k") == 3)
    let failed = optimizer.study.history.filter { $0.score == nil }
    #expect(failed.count > 20)
    #expect(failed.allSatisfy { if case .failed(let reason) = $0.outcome { reason.contains("fold 0") } else { false } })
  }

  @Test func aSearchInWhichAllFailsSaysWhy() throws {
    let optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let error = try #require(throws: OptimizationError.self) {
      try optimizer.run(trials: 5, folds: 4) { _, _ in throw Broken() }
    }
    #expect("\(error)" == "all 5 trials failed; the first said: fold 0: matrix is singular")
    #expect(optimizer.study.history.count == 5)
  }

  @Test func aGridEndsByItself() throws {
    let optimizer = HyperparameterOptimizer(study: try study(GridSampler(resolution: 5))) { _, _ in }
    let best = try optimizer.run(trials: 1000, folds: 4, objective: bowl)
    #expect(optimizer.study.history.count == 15)
    #expect(best.parameters.description == "x=0.0 k=2" || best.parameters.description == "x=1.0 k=2")
    // Both are equally deep; the lower number wins.
    #expect(best.parameters.number("x") == 0)
  }

  @Test func foreignAndRepeatedTrialsAreRefused() throws {
    let optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    let trial = try optimizer.evaluate(trial: 0, folds: 4, objective: bowl)
    var other = try study(seed: 5)
    #expect(throws: OptimizationError.foreignTrial(number: 0)) { try other.record(trial) }
    var same = try study()
    try same.record(trial)
    #expect(throws: OptimizationError.alreadyRecorded(number: 0)) { try same.record(trial) }
    var grid = try study(GridSampler(resolution: 5))
    #expect(throws: OptimizationError.noSuchTrial(number: 15, limit: 15)) { try grid.parameters(ofTrial: 15) }
  }

  @Test func searchesWithoutTrialsOrFoldsAreRefused() throws {
    let optimizer = HyperparameterOptimizer(study: try study()) { _, _ in }
    #expect(throws: OptimizationError.self) { try optimizer.run(trials: 0, folds: 4, objective: bowl) }
    #expect(throws: OptimizationError.self) { try optimizer.run(trials: 5, folds: 0, objective: bowl) }
  }

  /// Goes towards the best trial it knows: its choices depend on all of them.
  private struct Follower: Sampler {
    func parameters(
      ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
    ) -> ParameterSet {
      let drawn = RandomSampler().parameters(ofTrial: number, in: space, seed: seed, history: [])
      guard let best = history.min(by: { ($0.loss ?? .infinity) < ($1.loss ?? .infinity) }) else { return drawn }
      return space.assemble { parameter in
        guard parameter.name == "x" else { return drawn[parameter.name] ?? .integer(1) }
        return .float((best.parameters.number("x") + drawn.number("x") * 0.1).clamped(-2, 2))
      }
    }
  }

  @Test func anyNumberOfWorkersGivesTheSameStudy() throws {
    var studies: [[Trial]] = []
    for workers in [1, 2, 8] {
      let optimizer = HyperparameterOptimizer(
        study: try study(Follower(), pruner: .median(startup: 5, warmUp: 1), width: 8)
      ) { _, _ in }
      _ = try optimizer.run(trials: 60, folds: 4, workers: workers) { parameters, fold in
        // Trials of one parity take longer: they end out of order.
        if parameters.integer("k") == 2 { usleep(200) }
        return Self.depth(parameters, fold)
      }
      studies.append(optimizer.study.history)
    }
    #expect(studies[0] == studies[1] && studies[0] == studies[2])
    #expect(studies[0].contains { if case .pruned = $0.outcome { true } else { false } })
    #expect(studies[0].count == 60)
  }

  @Test func aTrialWaitsForWhatItMayKnow() throws {
    var study = try study(Follower(), width: 4)
    #expect(study.isReady(3) && !study.isReady(4))
    #expect(throws: OptimizationError.tooEarly(number: 4, width: 4)) { try study.parameters(ofTrial: 4) }
  }

  @Test func batchesHandedOutGiveTheSameStudy() throws {
    let threads = HyperparameterOptimizer(study: try study(Follower(), width: 4)) { _, _ in }
    let best = try threads.run(trials: 23, folds: 4, workers: 3, objective: bowl)
    let other = HyperparameterOptimizer(study: try study(Follower(), width: 4)) { _, _ in }
    var sizes: [Int] = []
    let found = try other.runBatches(trials: 23) { batch in
      sizes.append(batch.count)
      return batch.reversed().map { number, parameters in
        Trial(number: number, parameters: parameters, folds: (0..<4).map { Self.depth(parameters, $0) })
      }
    }
    #expect(found == best && other.study.history == threads.study.history)
    #expect(sizes == [4, 4, 4, 4, 4, 3])
  }

  @Test func constraintsDecideWhoMayWin() throws {
    let bounded = Study(
      name: "bounded", space: try study().space, sampler: RandomSampler(), seed: 4, direction: .minimise,
      constraints: [MetricConstraint("width", atMost: 0.05)])
    let optimizer = HyperparameterOptimizer(study: bounded) { _, _ in }
    let best = try optimizer.run(trials: 300, folds: 1) { parameters, _ in
      // The wider the better, but for the bound.
      let width = abs(parameters.number("x") - 0.5)
      return FoldScore(-width, metrics: ["width": width])
    }
    #expect(try #require(best.metrics["width"]) <= 0.05)
    #expect(try #require(best.metrics["width"]) > 0.03)
    let impossible = Study(
      name: "impossible", space: try study().space, sampler: RandomSampler(), seed: 4, direction: .minimise,
      constraints: [MetricConstraint("width", atMost: -1)])
    #expect {
      try HyperparameterOptimizer(study: impossible) { _, _ in }.run(trials: 5, folds: 1, objective: bowl)
    } throws: { error in
      "\(error)".contains("none of 5 scored trials keeps width<=-1.0")
    }
  }

  @Test(arguments: [0, 1, 2]) func theFrontSpansBothGoals(kind: Int) throws {
    let samplers: [any Sampler] = [GaussianProcessSampler(), TreeParzenSampler(), RandomSampler()]
    let space = try SearchSpace([Parameter("x", .float(low: -2, high: 3)), Parameter("y", .float(low: -1, high: 1))])
    let two = Study(
      name: "two", space: space, sampler: samplers[kind], seed: 3, direction: .minimise,
      goals: [MetricGoal("far", .minimise)])
    let optimizer = HyperparameterOptimizer(study: two) { _, _ in }
    _ = try optimizer.run(trials: 60, folds: 1) { parameters, _ in
      let (x, y) = (parameters.number("x"), parameters.number("y"))
      return FoldScore(x * x + y * y, metrics: ["far": (x - 1) * (x - 1) + y * y])
    }
    let front = ParetoFront.trials(optimizer.study)
    for own in front {
      let (score, far) = (try #require(own.score), try #require(own.metrics["far"]))
      let dominators = optimizer.study.history.filter { other in
        (other.score ?? 0) <= score && (other.metrics["far"] ?? 0) <= far
          && ((other.score ?? 0) < score || (other.metrics["far"] ?? 0) < far)
      }
      #expect(dominators.isEmpty)
    }
    // The true front is the line from 0 to 1; samplers that learn find both of its ends.
    if kind < 2 {
      #expect(front.count >= 5)
      #expect(
        front.contains { $0.parameters.number("x") < 0.25 } && front.contains { $0.parameters.number("x") > 0.75 })
    }
  }

  @Test func aSearchEndsWhenNothingCanBeGainedAnyMore() throws {
    var ends: [Int] = []
    for workers in [1, 3] {
      let optimizer = HyperparameterOptimizer(study: try study(GaussianProcessSampler(), width: 4)) { _, _ in }
      _ = try optimizer.run(
        trials: 200, folds: 4, workers: workers, limits: SearchLimits(endsWhenCertain: true)
      ) { parameters, fold in
        var depth = Self.depth(parameters, fold)
        depth.score += fold % 2 == 0 ? 0.1 : -0.1
        return depth
      }
      ends.append(optimizer.study.history.count)
    }
    #expect(ends[0] == ends[1] && ends[0] < 200 && ends[0] >= RegretBound.startup, "\(ends)")
    // Nothing is certain where scores are noise of the same size as their errors.
    let noise = HyperparameterOptimizer(study: try study()) { _, _ in }
    _ = try noise.run(trials: 20, folds: 4, objective: bowl)
    #expect(!noise.study.isCertain(before: 16))
  }

  @Test func prunersStopWhatIsBehindAndNothingElse() {
    let history: [[Double]] = (1...9).map { level in Array(repeating: Double(level), count: 9) }
    #expect(Pruner.median().stops(after: [6], history: history))
    #expect(!Pruner.median().stops(after: [5], history: history))
    #expect(!Pruner.median(startup: 10).stops(after: [9], history: history))
    #expect(!Pruner.median(warmUp: 3).stops(after: [9, 9], history: history))
    #expect(Pruner.halving(eta: 3).stops(after: [5], history: history))
    #expect(!Pruner.halving(eta: 3).stops(after: [2.5], history: history))
    #expect(!Pruner.halving(eta: 3).stops(after: [9, 9], history: history), "two is no rung")
    #expect(Pruner.halving(eta: 3).stops(after: [9, 9, 9], history: history))
    #expect(Pruner.wilcoxon().stops(after: [2, 2, 2, 2], history: history))
    #expect(!Pruner.wilcoxon().stops(after: [2, 2], history: history))
    #expect(!Pruner.wilcoxon().stops(after: [0.5, 2, 0.4, 1.1], history: history))
    #expect(!Pruner.none.stops(after: [9], history: history))
    // Trial 3 is in the bracket that begins at fold 1, trial 4 in the one that begins at fold 3.
    #expect(Pruner.hyperband().stops(3, after: [9], history: history))
    #expect(!Pruner.hyperband().stops(4, after: [9], history: history))
    #expect(Pruner.hyperband().stops(4, after: [9, 9, 9], history: history))
    #expect(Pruner.hyperband().compares(4, with: 7) && !Pruner.hyperband().compares(4, with: 6))
  }

  @Test func theSignedRankTestIsExact() {
    // scipy.stats.wilcoxon(x, alternative="greater", method="exact").
    #expect(abs(Pruner.signedRank([1, 2, 3, 4, 5]) - 0.03125) < 1e-12)
    #expect(abs(Pruner.signedRank([-1, 2, 3, 4, 5]) - 0.0625) < 1e-12)
    #expect(abs(Pruner.signedRank([-1, -2, 3]) - 0.625) < 1e-12)
    #expect(Pruner.signedRank([0, 0]) == 1)
  }

  @Test func conditionsDecideWhichParametersThereAre() throws {
    let space = try SearchSpace([
      Parameter("model", .categorical(["trees", "line"])),
      Parameter("depth", .integer(low: 2, high: 8), when: .init("model", [.category("trees")])),
      Parameter("leaves", .integer(low: 2, high: 8), when: .init("depth", [.integer(7), .integer(8)])),
    ])
    var seen: Set<String> = []
    for trial in 0..<200 {
      let set = RandomSampler().parameters(ofTrial: trial, in: space, seed: 3)
      #expect(space.contains(set))
      #expect((set["depth"] != nil) == (set["model"] == .category("trees")))
      seen.insert(set.entries.map(\.name).joined(separator: " "))
    }
    #expect(seen == ["model", "model depth", "model depth leaves"])
    for broken in [
      Parameter("a", .integer(low: 1, high: 2), when: .init("nobody", [.integer(1)])),
      Parameter("a", .integer(low: 1, high: 2), when: .init("model", [.category("oracle")])),
      Parameter("a", .integer(low: 1, high: 2), when: .init("model", [])),
    ] {
      #expect(throws: OptimizationError.self) {
        try SearchSpace([Parameter("model", .categorical(["trees", "line"])), broken])
      }
    }
  }
}

extension Double {
  fileprivate func clamped(_ low: Double, _ high: Double) -> Double { min(high, max(low, self)) }
}
