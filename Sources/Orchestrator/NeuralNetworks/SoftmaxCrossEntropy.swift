// Loss of a classifier.

/// Weighted mean over rows of -ln softmax(logits)[target].
///
///     dL/dlogit(row, class) = w(row) / sum(w) * (softmax(row)[class] - [class == target(row)])
///
/// The largest logit of each row is taken out first, so that no exponential overflows.
package enum SoftmaxCrossEntropy {
  /// Returns the loss and writes its gradient.
  ///
  /// - Parameters:
  ///   - logits: (B, C).
  ///   - targets: (B) classes in 0..<C.
  ///   - weights: (B) sample weights with a positive sum; nil for equal weights.
  ///   - gradient: (B, C), overwritten.
  ///   - rows: B, at least 1.
  ///   - classes: C.
  @inlinable package static func loss<Scalar: NetworkScalar>(
    logits: UnsafePointer<Scalar>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Scalar>? = nil,
    gradient: UnsafeMutablePointer<Scalar>, rows: Int, classes: Int
  ) -> Scalar {
    var total: Scalar = 0
    for row in 0..<rows { total += weights?[row] ?? 1 }
    precondition(total > 0, "sample weights must have a positive sum")
    var loss: Scalar = 0
    for row in 0..<rows {
      let z = logits + row * classes
      let p = gradient + row * classes
      let target = Int(targets[row])
      precondition(target >= 0 && target < classes, "a target lies outside the classes")
      let share = (weights?[row] ?? 1) / total
      let logSum = softmax(logits: z, probabilities: p, classes: classes)
      // ln p from the logits, not from p, which may have rounded to 0.
      loss += share * (logSum - z[target])
      for index in 0..<classes { p[index] = share * (p[index] - (index == target ? 1 : 0)) }
    }
    return loss
  }

  /// Writes the probabilities (C) of one row of logits (C) and returns ln(sum of exp(logits)); C is at least 1.
  @inlinable @discardableResult package static func softmax<Scalar: NetworkScalar>(
    logits: UnsafePointer<Scalar>, probabilities: UnsafeMutablePointer<Scalar>, classes: Int
  ) -> Scalar {
    var largest = logits[0]
    for index in 1..<classes { largest = max(largest, logits[index]) }
    var sum: Scalar = 0
    for index in 0..<classes {
      probabilities[index] = Scalar.exponential(logits[index] - largest)
      sum += probabilities[index]
    }
    for index in 0..<classes { probabilities[index] /= sum }
    return largest + Scalar.logarithm(sum)
  }
}
