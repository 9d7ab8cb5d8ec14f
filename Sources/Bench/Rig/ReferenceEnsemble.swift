// The ensemble that stages forecast with: every kind of member at the size that the budget speaks of.

import DecisionForests
import Ensemble
import Features
import NeuralNetworks
import QuantMath
import TradingDomain

/// An ensemble over 501 trees of up to 31 leaves in three classes, an LSTM of 64 units in two lanes, a transformer of
/// two layers over 60 bars, a logistic regression and the base rate; weighed by regime, calibrated, with every ground
/// for keeping still.
enum ReferenceEnsemble {
  static func make(columns: Int, schemaHash: UInt64) throws -> MultiModalEnsemble {
    let kinds = MemberKind.allCases
    let scaling = Standardisation(
      means: Array(repeating: 0, count: columns), factors: Array(repeating: 1, count: columns))
    let lstm = LstmShape(inputs: columns, hidden: 64, layers: 1, outputs: 3)
    let transformer = TransformerShape(
      inputs: columns, width: 64, heads: 4, layers: 2, hidden: 128, outputs: 3, positions: .rotary, span: 30)
    let rows = values(count: 500, columns: columns)
    let members: [any EnsembleMember] = [
      try BaseRateMember(shares: [0.3, 0.4, 0.3], columns: columns),
      try LogisticMember(
        LogisticModel(
          x: rows, columns: columns, outcomes: (0..<500).map { $0 % 3 }, classes: 3,
          weights: Array(repeating: 1, count: 500), penalty: 1e-2)),
      try ForestMember(forest(columns: columns)),
      try NetworkMember(
        .lstm,
        StaggeredLstm(
          LstmInference(lstm, weights: drawn(lstm.layout())), schedule: LaneSchedule(lanes: 2, stagger: 30)),
        scaling: scaling),
      try NetworkMember(
        .transformer, TransformerInference(transformer, weights: drawn(transformer.layout())), scaling: scaling),
    ]
    let settings = EnsembleSettings(
      horizonBars: 5, deadZoneTicks: 2,
      members: kinds.map {
        .init(
          kind: $0, calibration: .temperature(1.1), prior: Array(repeating: 0.2, count: Regime.allCases.count))
      },
      weights: WeightPlan(), moves: .init(mean: [-1, 0, 1], square: [2, 0.1, 2], size: [1, 0.2, 1]),
      abstention: .init(
        novelty: NoveltyGate(x: rows, columns: columns), disagreement: 1, error: 0.4, step: 0.005,
        truths: (1...1_000).map { Double($0) / 1_001 }))
    return try MultiModalEnsemble(settings, members: members, schemaHash: schemaHash)
  }

  /// 167 rounds of three trees on seeded noise, trained once a process.
  private static func forest(columns: Int) throws -> ForestPredictor {
    let name = "reference-ensemble-\(columns)"
    if let bytes = KeptModel.load(name) { return try ForestPredictor(Forest(bytes: bytes, named: name)) }
    let count = 3_000
    let values = values(count: count, columns: columns)
    var noise = CounterRandom(seed: 6, purpose: "bench.classes")
    let labels = (0..<count).map { row -> Float in
      let first = row * columns
      let signal = Double(values[first] * values[first + 1] + values[first + 2]) + 1.5 * noise.nextGaussian()
      return signal > 0.8 ? 2 : signal < -0.8 ? 0 : 1
    }
    var parameters = TrainingParameters()
    parameters.objective = .softProbability(classes: 3)
    parameters.rounds = 167
    parameters.maximumLeaves = 31
    parameters.maximumDepth = 16
    parameters.learningRate = 0.05
    parameters.minimumChildWeight = 1
    parameters.rowSample = 0.5
    parameters.columnSample = 0.5
    parameters.seed = 7
    let trained = try XGBoostTrainer.train(
      TrainingMatrix(values: values, columnCount: columns, labels: labels), parameters: parameters)
    KeptModel.keep(name, trained.modelUBJSON)
    return try ForestPredictor(Forest(bytes: Array(trained.modelUBJSON), named: name))
  }

  /// Weights small enough that nothing saturates.
  private static func drawn(_ layout: ParameterLayout) -> ParameterArena<Float> {
    let arena = ParameterArena<Float>(layout)
    var random = CounterRandom(seed: 1, purpose: "ensemble stage")
    for index in 0..<layout.count { arena.values[index] = Float(random.nextUniform(in: -0.2..<0.2)) }
    return arena
  }

  /// Rows of noise, behind each other.
  static func values(count: Int, columns: Int) -> [Float] {
    var random = CounterRandom(seed: 5, purpose: "ensemble stage rows")
    return (0..<(count * columns)).map { _ in Float(random.nextGaussian()) }
  }
}

/// Forecasts with an ensemble and then says "up", whatever it said: so each trigger leads to an order.
final class DecisiveEnsemble: Forecaster {
  let schemaHash: UInt64
  private let ensemble: MultiModalEnsemble

  init(_ ensemble: MultiModalEnsemble) {
    self.ensemble = ensemble
    schemaHash = ensemble.schemaHash
  }

  var votes: VotesRecord? { ensemble.votes }
  func reset() { ensemble.reset() }
  func observe(_ input: ForecastInput) { ensemble.observe(input) }
  func rehearse(_ input: ForecastInput) { ensemble.rehearse(input) }

  func forecast(_ input: ForecastInput) -> Forecast {
    let forecast = ensemble.forecast(input)
    return Forecast(probabilityUp: 1, probabilityDown: 0, magnitude: forecast.magnitude.isFinite ? 1 : 0)
  }
}
