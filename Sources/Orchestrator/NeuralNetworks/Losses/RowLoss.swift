// Losses of one row with their gradients, the pieces that ``SequenceLoss`` puts together.

/// Loss functions of a single row; each writes dL/doutput times `share` and returns the loss itself.
enum RowLoss {
  /// Focal loss, -(1 - p)^focus ln p of the target's probability p; with a focus of 0 cross-entropy.
  ///
  ///     dL/dlogit(j) = (p(j) - [j == target]) ((1 - p)^focus - focus p ln p (1 - p)^(focus - 1))
  ///
  /// 1 - p is summed from the other classes: a difference would lose its digits as p nears 1.
  /// Source: T. Lin et al., "Focal loss for dense object detection" (ICCV 2017).
  static func classes<Scalar: NetworkScalar>(
    _ logits: UnsafePointer<Scalar>, target: Int, focus: Scalar, share: Scalar,
    gradient: UnsafeMutablePointer<Scalar>, count: Int
  ) -> Scalar {
    let logSum = SoftmaxCrossEntropy.softmax(logits: logits, probabilities: gradient, classes: count)
    let logarithm = logits[target] - logSum
    var (value, slope) = (-logarithm, Scalar(1))
    if focus > 0 {
      var others: Scalar = 0
      for index in 0..<count where index != target { others += gradient[index] }
      // Both factors go to 0 with the doubt; 0 to a power below 0 would be infinite on the way.
      let power = others > 0 ? Scalar.exponential(focus * Scalar.logarithm(others)) : 0
      value *= power
      slope = others > 0 ? power - focus * gradient[target] * logarithm * (power / others) : 0
    }
    for index in 0..<count { gradient[index] = share * slope * (gradient[index] - (index == target ? 1 : 0)) }
    return value
  }

  /// Mean over outputs of e^2, or with a `delta` of Huber's e^2 / 2 for |e| <= delta, delta (|e| - delta / 2) beyond.
  ///
  /// Source: P. Huber, "Robust estimation of a location parameter" (1964).
  static func means<Scalar: NetworkScalar>(
    _ outputs: UnsafePointer<Scalar>, targets: UnsafePointer<Scalar>, delta: Scalar?, share: Scalar,
    gradient: UnsafeMutablePointer<Scalar>, count: Int
  ) -> Scalar {
    var loss: Scalar = 0
    for index in 0..<count {
      let error = outputs[index] - targets[index]
      var slope = 2 * error
      if let delta {
        slope = max(-delta, min(delta, error))
        loss += abs(error) <= delta ? error * error / 2 : delta * (abs(error) - delta / 2)
      } else {
        loss += error * error
      }
      gradient[index] = share / Scalar(count) * slope
    }
    return loss / Scalar(count)
  }

  /// Mean over levels of the pinball loss, level u for u = target - output >= 0 and (level - 1) u below.
  ///
  /// Source: R. Koenker, G. Bassett, "Regression quantiles" (1978).
  static func quantiles<Scalar: NetworkScalar>(
    _ outputs: UnsafePointer<Scalar>, target: Scalar, levels: [Double], share: Scalar,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar {
    var loss: Scalar = 0
    for (index, level) in levels.enumerated() {
      let under = target - outputs[index]
      let slope = under >= 0 ? Scalar(level) : Scalar(level - 1)
      loss += slope * under
      gradient[index] = -share / Scalar(levels.count) * slope
    }
    return loss / Scalar(levels.count)
  }
}
