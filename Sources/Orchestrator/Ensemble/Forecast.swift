// What a model says of the near future.

/// A forecast over the horizon that the model was trained for, or the reason why there is none.
@frozen package struct Forecast: Hashable, Sendable {
  /// Probability that the price rises by more than the dead zone.
  package var probabilityUp: Float
  /// Probability that it falls by more than the dead zone.
  package var probabilityDown: Float
  /// Expected size of the move relative to the price, whatever its direction; at least 0.
  package var magnitude: Float
  /// Expected move in ticks, signed; NaN where the model gives none.
  package var expectedTicks: Float
  /// Standard deviation of the move about it, in ticks; NaN where the model gives none.
  package var spreadTicks: Float
  /// Why nothing may be done on it; nil where something may.
  package var abstention: AbstentionReason?

  @inlinable package init(
    probabilityUp: Float, probabilityDown: Float, magnitude: Float, expectedTicks: Float = .nan,
    spreadTicks: Float = .nan, abstention: AbstentionReason? = nil
  ) {
    self.probabilityUp = probabilityUp
    self.probabilityDown = probabilityDown
    self.magnitude = magnitude
    self.expectedTicks = expectedTicks
    self.spreadTicks = spreadTicks
    self.abstention = abstention
  }

  /// No forecast: a reason, and no number.
  @inlinable package static func none(_ reason: AbstentionReason) -> Forecast {
    Forecast(probabilityUp: .nan, probabilityDown: .nan, magnitude: .nan, abstention: reason)
  }

  /// Probability of neither.
  @inlinable package var probabilityFlat: Float { max(0, 1 - probabilityUp - probabilityDown) }

  /// Whether every number is finite and the probabilities are probabilities: anything else is no forecast.
  @inlinable package var isValid: Bool {
    probabilityUp.isFinite && probabilityDown.isFinite && magnitude.isFinite && probabilityUp >= 0
      && probabilityDown >= 0 && probabilityUp + probabilityDown <= 1.000_1 && magnitude >= 0
  }

  /// Whether a position may be opened on it.
  @inlinable package var mayAct: Bool { isValid && abstention == nil }
}
