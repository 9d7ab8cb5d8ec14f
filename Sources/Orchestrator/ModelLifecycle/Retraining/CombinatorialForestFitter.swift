// Forests for combinatorial cross-validation: one for each choice of training rows and each configuration.

package import Backtest
import DecisionForests
package import Features
package import TradingDomain
package import Validation

/// Fits direction forests by named plans. Early stopping is not used: the rows around a test part have no newest end.
package struct CombinatorialForestFitter: CombinatorialFitter {
  package let plans: [(name: String, plan: TrainingPlan)]

  package init(_ plans: [(name: String, plan: TrainingPlan)]) throws(TrainingError) {
    for (_, plan) in plans { try plan.validate() }
    self.plans = plans
  }

  package var configurations: [String] { plans.map(\.name) }

  package func probabilities(
    of features: [Float], learning rows: TrainingRows, configuration: Int
  ) throws -> [Float] {
    let plan = plans[configuration].plan
    let matrix = TrainingMatrix(
      values: rows.values, columnCount: rows.columns, labels: rows.directions, weights: rows.weights.map { Float($0) })
    let trained = try XGBoostTrainer.train(matrix, parameters: plan.parameters(.logistic, rounds: plan.rounds))
    let predictor = try ForestPredictor(
      Forest(bytes: Array(trained.modelUBJSON), named: "model of \(configurations[configuration])"))
    let count = features.count / rows.columns
    return ForestColumn(direction: predictor, schemaHash: 0).probabilities(features, count: count)
  }
}

extension CombinatorialRows {
  /// Every warm bar of `bars` whose outcome is known within its session, flat ones included.
  ///
  /// - Parameter first: Place of the first bar that may be labelled; earlier bars only warm the features.
  package init(
    bars: [Bar], labelledFrom first: Int, schema: FeatureSchema, instrument: Instrument, horizonBars: Int
  ) throws {
    let matrix = FeatureMatrix(schema: schema, instrument: instrument, bars: bars)
    var rowOfBar = [Int](repeating: -1, count: bars.count)
    for (row, bar) in matrix.barIndexes.enumerated() { rowOfBar[bar] = row }
    let labeler = FixedHorizonLabeler(horizonBars: horizonBars, target: .magnitude, staysInSession: true)
    let labels = try labeler.labels(bars: bars, tickSize: instrument.tickSize).filter {
      $0.startIndex >= first && rowOfBar[$0.startIndex] >= 0
    }
    var values: [Float] = []
    values.reserveCapacity(labels.count * schema.count)
    for label in labels { values.append(contentsOf: matrix.row(rowOfBar[label.startIndex])) }
    try self.init(
      names: schema.names, values: values, labels: labels, weights: try AverageUniqueness.weights(labels))
  }
}
