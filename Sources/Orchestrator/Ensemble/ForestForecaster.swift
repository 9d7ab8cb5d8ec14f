// A pair of forests as one forecaster: which way, and how far.
package import DecisionForests
import TradingDomain

/// Forecasts with boosted trees: one forest gives the probability of a rise, the other the size of the move.
///
/// Predicts synchronously and allocates nothing after `init`.
package final class ForestForecaster: Forecaster {
  package let schemaHash: UInt64
  private let direction: ForestPredictor
  private let magnitude: ForestPredictor
  /// Room for one prediction of either forest.
  private let output: UnsafeMutablePointer<Double>

  /// Why forests cannot forecast.
  package enum Flaw: Error, Hashable, Sendable, CustomStringConvertible {
    case wrongColumns(model: Int, schema: Int)
    case notOneOutput(Int)

    package var description: String {
      switch self {
      case .wrongColumns(let model, let schema):
        return "the forest reads \(model) columns, but the feature schema has \(schema): train the model on this schema"
      case .notOneOutput(let count):
        return "the forest gives \(count) outputs where one is needed: train with a binary or regression objective"
      }
    }
  }

  /// `direction` gives P(rise) (binary logistic), `magnitude` the expected absolute move relative to the price; both
  /// read the `columns` features of the schema with that hash.
  package init(
    direction: ForestPredictor, magnitude: ForestPredictor, schemaHash: UInt64, columns: Int
  ) throws(Flaw) {
    for predictor in [direction, magnitude] {
      guard predictor.featureCount == columns else {
        throw .wrongColumns(model: predictor.featureCount, schema: columns)
      }
      guard predictor.outputCount == 1, predictor.marginCount == 1 else { throw .notOneOutput(predictor.outputCount) }
    }
    self.direction = direction
    self.magnitude = magnitude
    self.schemaHash = schemaHash
    output = .allocate(capacity: 1)
    output.initialize(to: 0)
  }

  deinit { output.deallocate() }

  package func forecast(_ input: ForecastInput) -> Forecast {
    guard let row = input.features.baseAddress, input.features.count == direction.featureCount else {
      return .none(.noInput)
    }
    direction.predict(row, into: output)
    let up = Float(output.pointee)
    magnitude.predict(row, into: output)
    let size = max(0, Float(output.pointee))
    return Forecast(
      probabilityUp: up, probabilityDown: 1 - up, magnitude: size,
      expectedTicks: (2 * up - 1) * size * Float(input.bar.close.ticks))
  }
}
