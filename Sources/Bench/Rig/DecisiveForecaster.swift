// A forecaster that costs what a trained pair of forests costs, and is always sure of a rise.

import DecisionForests
import Ensemble
import Features

/// Predicts with the reference forest twice, as ``ForestForecaster`` does for direction and magnitude, and then says
/// "up": so each trigger leads to an order.
final class DecisiveForecaster: Forecaster {
  let schemaHash = FeatureSchema.v2.hash
  private let predictor: ForestPredictor
  private let output: UnsafeMutablePointer<Double>

  init(_ predictor: ForestPredictor) {
    self.predictor = predictor
    output = .allocate(capacity: max(1, predictor.marginCount))
    output.initialize(to: 0)
  }

  deinit { output.deallocate() }

  func forecast(_ input: ForecastInput) -> Forecast {
    guard let row = input.features.baseAddress, input.features.count == predictor.featureCount else {
      return .none(.noInput)
    }
    predictor.predict(row, into: output)
    let direction = output.pointee
    predictor.predict(row, into: output)
    return Forecast(probabilityUp: 1, probabilityDown: 0, magnitude: Float(max(direction, output.pointee)))
  }
}
