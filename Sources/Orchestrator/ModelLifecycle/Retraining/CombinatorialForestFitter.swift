// Forests for combinatorial cross-validation: one for each choice of training rows and each configuration.

package import Backtest
import DecisionForests
package import Ensemble
package import Features
package import TradingDomain
package import Validation

/// Fits direction forests by named plans. Early stopping is not used: the rows around a test part have no newest end.
package struct CombinatorialForestFitter: CombinatorialFitter {
  package let plans: [(name: String, plan: TrainingPlan)]
  private let selection: SplitSelection?

  /// - Parameter selection: Chooses features inside each split; nil takes all.
  package init(
    _ plans: [(name: String, plan: TrainingPlan)], selection: SplitSelection? = nil
  ) throws(TrainingError) {
    for (_, plan) in plans { try plan.validate() }
    self.plans = plans
    self.selection = selection
  }

  package var configurations: [String] { plans.map(\.name) }

  package func forecasts(
    of test: TestRows, learning rows: TrainingRows, configuration: Int
  ) throws -> [Forecast] {
    let plan = plans[configuration].plan
    var (test, rows) = (test, rows.moved)
    if let selection {
      let places = try selection.places(rows)
      (test, rows) = (test.selecting(places), rows.selecting(places))
    }
    let matrix = TrainingMatrix(
      values: rows.values, columnCount: rows.columns, labels: rows.directions, weights: rows.weights.map { Float($0) })
    let trained = try XGBoostTrainer.train(matrix, parameters: plan.parameters(.logistic, rounds: plan.rounds))
    let predictor = try ForestPredictor(
      Forest(bytes: Array(trained.modelUBJSON), named: "model of \(configurations[configuration])"))
    return ForestColumn(direction: predictor, schemaHash: 0).probabilities(test.values, count: test.count).map {
      Forecast(probabilityUp: $0, probabilityDown: 1 - $0, magnitude: 0)
    }
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
