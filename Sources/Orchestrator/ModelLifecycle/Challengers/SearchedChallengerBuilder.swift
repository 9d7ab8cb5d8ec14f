// Challengers from a search: model, strategy and handling of orders chosen, fitted and judged on the past alone.

package import Backtest
import Engine
import Ensemble
import Features
package import Optimization
import QuantMath
import Simulation
package import Execution
import TradingDomain
package import Validation

/// Builds challengers from the best of several plans, judged by combinatorial purged cross-validation.
///
/// Plans are the configured one and those that a search finds in a space, or variants of its forest where there is no
/// space; last, an ensemble with what was found best for trees. Features are chosen inside every split. Limits are
/// never searched: they belong to people.
package struct SearchedChallengerBuilder: ChallengerBuilder {
  /// What a fill costs under given handling of orders.
  package typealias Fills = @Sendable (ExecutionConfiguration) throws -> BarFillModel

  /// Trees, strategy, limits and handling of orders.
  package let plan: SearchPlan
  /// An ensemble that stands beside the trees; nil for trees alone.
  package let ensemble: SearchPlan?
  /// What is searched; nil tries variants of the forest.
  package let space: SearchSpace?
  /// Plans that the search tries, the configured one included.
  package let trials: Int
  package let splitter: CombinatorialPurgedCV
  package let fills: Fills
  /// Other fill models under which it must earn, too, as changes of the configured one.
  package let fillModels: [String: @Sendable (inout BarFillModel) -> Void]
  /// Reads a clock in nanoseconds, for the latency; nil in a rehearsal, where it is taken as met.
  package let clock: (@Sendable () -> UInt64)?

  package init(
    plan: SearchPlan, ensemble: SearchPlan? = nil, space: SearchSpace? = nil, trials: Int = 16,
    splitter: CombinatorialPurgedCV = CombinatorialPurgedCV(groups: 6, testGroups: 2),
    fillModels: [String: @Sendable (inout BarFillModel) -> Void] = [:], clock: (@Sendable () -> UInt64)? = nil,
    fills: @escaping Fills
  ) {
    precondition(trials >= 1, "a search tries at least the configured plan")
    self.plan = plan
    self.ensemble = ensemble
    self.space = space
    self.trials = trials
    self.splitter = splitter
    self.fills = fills
    self.fillModels = fillModels
    self.clock = clock
  }

  package var warmUpBars: Int { MarketPlan.warmUpBars(for: plan.fitter.schema) }

  package var horizonBars: Int { plan.fitter.training.horizonBars }

  /// A plan with what the paths made of it.
  private struct Candidate {
    var plan: SearchPlan
    var result: CombinatorialResult
    var mean: Double { result.distributions.first?.meanPerPath ?? -.infinity }
  }

  package func build(_ past: PastBars, trialsBefore trials: Double) throws -> BuiltChallenger {
    var candidates = try space.map { try searched(past, $0) } ?? variants(past)
    if let ensemble {
      let best = candidates[Self.best(candidates)].plan
      candidates.append(try judged(ensemble.trading(as: best), past))
    }
    let chosen = candidates[Self.best(candidates)]
    let plan = chosen.plan
    var model = try plan.modelFitter("challenger", fills: fills(plan.execution)).fit(past)
    model.execution = plan.execution
    let last = past.sessions.last.map { "\($0.session.date)" } ?? ""
    var evidence = PromotionEvidence(
      model: PromotionEvidence.identity(model.hash), trainedUntil: last, madeOn: last)
    if let distribution = chosen.result.distributions.first {
      evidence.paths = distribution.sessionProfits
      evidence.trades = distribution.trades.reduce(0, +)
    }
    let daily = past.sessions.indices.map { session in candidates.map { $0.result.sessions[session][0] } }
    evidence.effectiveTrials = trials + Self.effective(daily, candidates.count)
    // What ratios of worthless trials vary by on so many sessions (A. Lo, 2002). The spread of the trials at hand would
    // count differences in skill as luck.
    evidence.trialVariance = 1 / Double(max(1, past.sessions.count - 1))
    let overfitting = CombinatorialBacktest.overfitting(daily)
    evidence.overfitting = overfitting.probability
    evidence.overfittingLoss = overfitting.loss
    evidence.byFillModel = chosen.result.alternatives
    evidence.byFillModel["configured"] = chosen.mean
    evidence.calibrationError = chosen.result.calibrationErrors.first ?? nil
    evidence.schemaTrained = model.schema.hashText
    let judge = ChallengerProbes(model: model, past: past, clock: clock)
    try judge.probe(into: &evidence)
    evidence.leakProbes["shuffled outcomes"] = try shuffledProbe(past, plan)
    return BuiltChallenger(model: model, evidence: evidence)
  }

  // MARK: Candidates

  /// The configured forest, a shallower one, and a shorter one.
  private func variants(_ past: PastBars) throws -> [Candidate] {
    let base = plan.fitter.training
    var (shallow, short) = (plan, plan)
    shallow.fitter.training.maximumDepth = max(1, base.maximumDepth - 2)
    short.fitter.training.rounds = max(1, base.rounds / 2)
    let selection = selection(plan)
    return try [plan, shallow, short].map { try judged($0, past, selection) }
  }

  /// The configured plan, and those that a tree-structured Parzen estimator proposes after what it has seen.
  ///
  /// A trial that cannot be fitted is no candidate; its number still counts.
  private func searched(_ past: PastBars, _ space: SearchSpace) throws -> [Candidate] {
    var study = Study(
      name: "challenger", space: space, sampler: TreeParzenSampler(startup: min(10, (trials + 1) / 2)),
      seed: plan.fitter.training.seed, direction: .maximise)
    let selection = selection(plan)
    var candidates = [try judged(plan, past, selection)]
    for number in 0..<(trials - 1) {
      let parameters = try study.parameters(ofTrial: number)
      do {
        let candidate = try judged(plan.applying(parameters), past, selection)
        candidates.append(candidate)
        try study.record(Trial(number: number, parameters: parameters, scores: [candidate.mean]))
      } catch let error as TrainingError {
        try study.record(Trial(number: number, parameters: parameters, failure: error.description))
      }
    }
    return candidates
  }

  private func judged(
    _ plan: SearchPlan, _ past: PastBars, _ selection: SplitSelection? = nil, shuffle: UInt64? = nil
  ) throws -> Candidate {
    let fills = try fills(plan.execution)
    var trial = CombinatorialTrial(
      plan: plan, fills: fills, bars: past.bars, sessions: past.sessions, splitter: splitter)
    // A plan with other features than the configured ones cannot share what was chosen from those.
    let isShared = plan.fitter.schema == self.plan.fitter.schema && plan.fitter.selection == self.plan.fitter.selection
    trial.selection = (isShared ? selection : nil) ?? self.selection(plan)
    trial.shuffleSeed = shuffle
    if shuffle == nil {
      trial.alternatives = fillModels.mapValues { change in
        var other = fills
        change(&other)
        return other
      }
    }
    return Candidate(plan: plan, result: try trial.run())
  }

  private func selection(_ plan: SearchPlan) -> SplitSelection? {
    plan.fitter.selection.map {
      SplitSelection(names: plan.fitter.schema.names, plan: $0, least: plan.fitter.leastFeatures)
    }
  }

  /// The first of the best.
  private static func best(_ candidates: [Candidate]) -> Int {
    candidates.indices.reduce(0) { candidates[$1].mean > candidates[$0].mean ? $1 : $0 }
  }

  // MARK: Judging

  /// A pipeline that earns on shuffled outcomes has another way to know them. One shuffle may be lucky: what a forest
  /// makes of noise leans with or against the market by a coin's throw.
  private func shuffledProbe(_ past: PastBars, _ plan: SearchPlan) throws -> String {
    for shuffle in 1...UInt64(Self.shuffles) {
      let found = try judged(plan, past, shuffle: shuffle).result
      guard let probability = SharpeSample(found.sessions.map { $0[0] })?.probabilityOfExceeding(0), probability > 0.99
      else { return "" }
    }
    return "earns on each of \(Self.shuffles) shuffles of the outcomes"
  }

  private static let shuffles = 4

  /// Independent trials that the candidates are worth.
  private static func effective(_ daily: [[Double]], _ count: Int) -> Double {
    let matrix = Matrix(rows: daily.count, columns: count, elements: daily.flatMap { $0 })
    return (try? EffectiveTrials.participationRatio(matrix)) ?? Double(count)
  }
}

extension SearchPlan {
  /// An ensemble's plan with the strategy's stops, hours and sizes, and the handling of orders, that were found best
  /// for `trees`; what the ensemble acts on and how its members learn stays its own.
  fileprivate func trading(as trees: SearchPlan) throws -> SearchPlan {
    var plan = self
    plan.execution = trees.execution
    plan.fitter.schema = trees.fitter.schema
    plan.fitter.selection = trees.fitter.selection
    plan.fitter.training.horizonBars = trees.fitter.training.horizonBars
    plan.fitter.strategy.trendStopPoints = trees.fitter.strategy.trendStopPoints
    plan.fitter.strategy.trendTargetPoints = trees.fitter.strategy.trendTargetPoints
    plan.fitter.strategy.leastRewardToRisk = trees.fitter.strategy.leastRewardToRisk
    plan.fitter.strategy.entriesPerSession = trees.fitter.strategy.entriesPerSession
    try plan.fitter.strategy.validate()
    return plan
  }
}

extension PathDistribution {
  /// Net profit of each session, one list a path, in reais.
  var sessionProfits: [[Double]] {
    curves.map { curve in curve.indices.map { curve[$0] - ($0 > 0 ? curve[$0 - 1] : 0) } }
  }

  /// Mean net profit a path, in reais.
  var meanPerPath: Double { nets.isEmpty ? 0 : nets.reduce(0, +) / Double(nets.count) }
}
