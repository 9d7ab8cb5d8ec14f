// What a model says of the near future, and who may say it.

/// A forecast over the horizon that the model was trained for.
@frozen package struct Forecast: Hashable, Sendable {
  /// Probability that the price rises by more than the dead zone.
  package var probabilityUp: Float
  /// Probability that it falls by more than the dead zone.
  package var probabilityDown: Float
  /// Expected size of the move relative to the price, whatever its direction; at least 0.
  package var magnitude: Float

  @inlinable package init(probabilityUp: Float, probabilityDown: Float, magnitude: Float) {
    self.probabilityUp = probabilityUp
    self.probabilityDown = probabilityDown
    self.magnitude = magnitude
  }

  /// Probability of neither.
  @inlinable package var probabilityFlat: Float { max(0, 1 - probabilityUp - probabilityDown) }

  /// Whether every number is finite and the probabilities are probabilities: anything else is no forecast.
  @inlinable package var isValid: Bool {
    probabilityUp.isFinite && probabilityDown.isFinite && magnitude.isFinite && probabilityUp >= 0
      && probabilityDown >= 0 && probabilityUp + probabilityDown <= 1.000_1 && magnitude >= 0
  }
}

/// A model that forecasts from one feature vector.
package protocol Forecaster: AnyObject {
  /// Hash of the feature schema that it was trained on.
  var schemaHash: UInt64 { get }
  /// The forecast for `features` (schema order); does not allocate.
  func forecast(_ features: UnsafeBufferPointer<Float>) -> Forecast
}
