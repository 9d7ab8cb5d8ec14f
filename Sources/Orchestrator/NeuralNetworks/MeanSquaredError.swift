// Loss of a regressor.

/// Weighted mean over rows of the mean over outputs of (prediction - target)^2.
///
///     dL/dprediction(row, output) = w(row) / sum(w) * 2 (prediction - target) / O
package enum MeanSquaredError {
  /// Returns the loss and writes its gradient.
  ///
  /// - Parameters:
  ///   - predictions: (B, O).
  ///   - targets: (B, O).
  ///   - weights: (B) sample weights with a positive sum; nil for equal weights.
  ///   - gradient: (B, O), overwritten.
  ///   - rows: B, at least 1.
  ///   - outputs: O.
  @inlinable package static func loss<Scalar: NetworkScalar>(
    predictions: UnsafePointer<Scalar>, targets: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>? = nil,
    gradient: UnsafeMutablePointer<Scalar>, rows: Int, outputs: Int
  ) -> Scalar {
    var total: Scalar = 0
    for row in 0..<rows { total += weights?[row] ?? 1 }
    precondition(total > 0, "sample weights must have a positive sum")
    var loss: Scalar = 0
    for row in 0..<rows {
      let share = (weights?[row] ?? 1) / total / Scalar(outputs)
      for index in (row * outputs)..<((row + 1) * outputs) {
        let error = predictions[index] - targets[index]
        loss += share * error * error
        gradient[index] = 2 * share * error
      }
    }
    return loss
  }
}
