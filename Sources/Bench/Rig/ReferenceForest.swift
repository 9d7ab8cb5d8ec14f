// The forest that stages predict with: 500 trees of up to 31 leaves, trained once a process on seeded noise.

import DecisionForests
import Features
import QuantMath

/// Model and rows of the forest stages.
enum ReferenceForest {
  static let columns = FeatureSchema.v2.count
  /// Distinct rows to predict: so many that the branch predictors cannot learn them.
  static let rowCount = 4_096

  /// Trained at the first use, in about a second.
  static let predictor = Result { try train() }

  /// Rows that the training has not seen, behind each other.
  static let rows = values(count: rowCount, seed: 2)

  private static func train() throws -> ForestPredictor {
    if let bytes = KeptModel.load("reference-forest") {
      return try ForestPredictor(Forest(bytes: bytes, named: "reference forest"))
    }
    let count = 4_000
    let values = values(count: count, seed: 1)
    var noise = CounterRandom(seed: 3, purpose: "bench.labels")
    let labels = (0..<count).map { row -> Float in
      let x = values[(row * columns)..<((row + 1) * columns)]
      let first = x.startIndex
      let signal = x[first] * x[first + 1] + x[first + 2] - 0.5 * x[first + 3] * x[first + 4]
      return Double(signal) + 1.5 * noise.nextGaussian() > 0 ? 1 : 0
    }
    var parameters = TrainingParameters()
    parameters.objective = .logistic
    parameters.rounds = 500
    parameters.maximumLeaves = 31
    parameters.maximumDepth = 16
    parameters.learningRate = 0.02
    parameters.minimumChildWeight = 2
    parameters.rowSample = 0.5
    parameters.columnSample = 0.5
    parameters.seed = 7
    let trained = try XGBoostTrainer.train(
      TrainingMatrix(values: values, columnCount: columns, labels: labels), parameters: parameters)
    KeptModel.keep("reference-forest", trained.modelUBJSON)
    return try ForestPredictor(Forest(bytes: Array(trained.modelUBJSON), named: "reference forest"))
  }

  private static func values(count: Int, seed: UInt64) -> [Float] {
    var random = CounterRandom(seed: seed, purpose: "bench.rows")
    return (0..<(count * columns)).map { _ in Float(random.nextGaussian()) }
  }
}
