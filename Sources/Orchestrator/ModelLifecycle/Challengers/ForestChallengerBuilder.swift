// Boosted trees as challengers: selected, tuned, fitted and judged on the past alone.

package import Backtest
import Engine
import Execution
import Ensemble
import Features
import QuantMath
import Risk
import TradingDomain
import Validation

/// Builds challengers with a ``BaselineFitter``, and judges them by combinatorial purged cross-validation.
package struct ForestChallengerBuilder: ChallengerBuilder {
  package let fitter: BaselineFitter
  package let groups: Int
  package let testGroups: Int
  /// Other fill models under which it must earn, too.
  package let fillModels: [String: BarFillModel]
  /// Reads a clock in nanoseconds, for the latency; nil in a rehearsal, where it is taken as met.
  package let clock: (@Sendable () -> UInt64)?

  package init(
    fitter: BaselineFitter, groups: Int = 6, testGroups: Int = 2, fillModels: [String: BarFillModel] = [:],
    clock: (@Sendable () -> UInt64)? = nil
  ) {
    self.fitter = fitter
    self.groups = groups
    self.testGroups = testGroups
    self.fillModels = fillModels
    self.clock = clock
  }

  package var warmUpBars: Int { fitter.warmUpBars }

  package func build(_ past: PastBars, trialsBefore trials: Double) throws -> BuiltChallenger {
    let variants = self.variants
    let found = try crossValidate(past, variants.map { ("\($0.rounds)x\($0.maximumDepth)", $0) })
    let means = found.distributions.map(\.meanPerPath)
    let chosen = means.indices.max { means[$0] < means[$1] } ?? 0
    var plan = fitter.plan
    plan.training = variants[chosen]
    let final = try BaselineFitter(
      name: fitter.name, plan: plan, fills: fitter.fills, limits: fitter.limits, execution: fitter.execution)
    let model = try final.fit(past)
    let last = past.sessions.last.map { "\($0.session.date)" } ?? ""
    var evidence = PromotionEvidence(
      model: PromotionEvidence.identity(model.hash), trainedUntil: last, madeOn: last)
    evidence.paths = found.distributions[chosen].sessionProfits
    evidence.trades = found.distributions[chosen].trades.reduce(0, +)
    evidence.effectiveTrials = trials + effective(found, variants.count)
    // What ratios of worthless trials vary by on so many sessions (A. Lo, 2002). The spread of the trials at hand would
    // count differences in skill as luck.
    evidence.trialVariance = 1 / Double(max(1, past.sessions.count - 1))
    evidence.overfitting = found.overfitting
    evidence.overfittingLoss = found.lossOfBest
    evidence.byFillModel = ["configured": means[chosen]]
    if !fillModels.isEmpty {
      let other = try crossValidate(past, [("chosen", variants[chosen])])
      evidence.byFillModel.merge(other.alternatives) { $1 }
    }
    evidence.calibrationError = found.calibrationErrors[chosen]
    evidence.schemaTrained = model.schema.hashText
    let judge = ChallengerProbes(model: model, past: past, clock: clock)
    try judge.probe(into: &evidence)
    evidence.leakProbes["shuffled outcomes"] = try shuffledProbe(past, variants[chosen])
    return BuiltChallenger(model: model, evidence: evidence)
  }

  /// The configured forest, a shallower one, and a shorter one.
  private var variants: [TrainingPlan] {
    let base = fitter.plan.training
    var (shallow, short) = (base, base)
    shallow.maximumDepth = max(1, base.maximumDepth - 2)
    short.rounds = max(1, base.rounds / 2)
    return [base, shallow, short]
  }

  private func crossValidate(
    _ past: PastBars, _ plans: [(name: String, plan: TrainingPlan)], shuffle: UInt64? = nil
  ) throws -> CombinatorialResult {
    let plan = fitter.plan
    let tape = try BarTape(
      bars: past.bars, sessions: past.sessions, limits: fitter.limits, entryLifetime: fitter.execution.entryLifetime)
    var rows = try CombinatorialRows(
      bars: past.bars, labelledFrom: past.trainingStart, schema: plan.schema, instrument: past.instrument,
      horizonBars: plan.training.horizonBars)
    if let shuffle { rows = try rows.shuffled(seed: shuffle) }
    let contracts = plan.strategy.quantity.contracts
    let backtest = try CombinatorialBacktest(
      instrument: past.instrument, tape: tape, rows: rows,
      splitter: CombinatorialPurgedCV(groups: groups, testGroups: testGroups),
      research: BarResearch(fills: fitter.fills, contracts: contracts),
      alternatives: plans.count == 1 ? fillModels.mapValues { BarResearch(fills: $0, contracts: contracts) } : [:],
      rule: .strategy(plan.strategy), workers: 1)
    return try backtest.run(
      CombinatorialForestFitter(
        plans.map { item in
          var plan = item.plan
          // The rows around a test part have no newest end to stop early by.
          plan.patience = nil
          return (item.name, plan)
        }))
  }

  /// A pipeline that earns on shuffled outcomes has another way to know them. One shuffle may be lucky: what a forest
  /// makes of noise leans with or against the market by a coin's throw.
  private func shuffledProbe(_ past: PastBars, _ training: TrainingPlan) throws -> String {
    for shuffle in 1...UInt64(Self.shuffles) {
      let found = try crossValidate(past, [("shuffled", training)], shuffle: shuffle)
      guard let probability = SharpeSample(found.sessions.map { $0[0] })?.probabilityOfExceeding(0), probability > 0.99
      else { return "" }
    }
    return "earns on each of \(Self.shuffles) shuffles of the outcomes"
  }

  private static let shuffles = 4

  /// Independent trials that the variants are worth.
  private func effective(_ found: CombinatorialResult, _ count: Int) -> Double {
    let matrix = Matrix(rows: found.sessions.count, columns: count, elements: found.sessions.flatMap { $0 })
    return (try? EffectiveTrials.participationRatio(matrix)) ?? Double(count)
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

extension CombinatorialRows {
  /// The same rows with the outcomes of other rows: nothing can be learned from them.
  func shuffled(seed: UInt64) throws -> CombinatorialRows {
    var random = CounterRandom(seed: seed, purpose: "challenger.shuffle")
    var values = labels.map(\.value)
    random.shuffle(&values)
    var turned = labels
    for place in turned.indices { turned[place].value = values[place] }
    return try CombinatorialRows(names: names, values: self.values, labels: turned, weights: weights)
  }
}
