// Gradient descent with a step size of its own for every weight.

/// Adam with decoupled weight decay.
///
///     m = b1 m + (1 - b1) g         v = b2 v + (1 - b2) g^2
///     w = w - rate decay w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
///
/// With ``decay`` 0 it is plain Adam. Biases decay like weights, as in PyTorch's default.
/// Source: D. Kingma, J. Ba, "Adam" (ICLR 2015); I. Loshchilov, F. Hutter, "Decoupled weight decay" (ICLR 2019).
package final class AdamW<Scalar: NetworkScalar> {
  /// Step size; may be changed between steps by a schedule.
  package var rate: Double
  package let beta1: Double
  package let beta2: Double
  package let epsilon: Double
  package let decay: Double
  /// beta1 and beta2 to the power of the steps taken.
  package var decayed = (beta1: 1.0, beta2: 1.0)
  @usableFromInline let count: Int
  /// (count) running means of gradients.
  package let means: UnsafeMutablePointer<Scalar>
  /// (count) running means of squared gradients.
  package let squares: UnsafeMutablePointer<Scalar>

  /// An optimiser for arenas of that layout.
  ///
  /// - Precondition: `rate`, `epsilon` are positive, the betas lie in 0..<1, `decay` is not negative.
  package init(
    _ layout: ParameterLayout, rate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    decay: Double = 0
  ) {
    precondition(rate > 0 && epsilon > 0 && decay >= 0, "rate and epsilon must be positive, decay not negative")
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "betas must lie in 0..<1")
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    count = layout.count
    means = .allocate(capacity: count)
    means.initialize(repeating: 0, count: count)
    squares = .allocate(capacity: count)
    squares.initialize(repeating: 0, count: count)
  }

  deinit {
    means.deallocate()
    squares.deallocate()
  }

  /// Moves the weights one step against their gradients, and leaves the gradients as they are.
  ///
  /// - Precondition: `arena` has the layout this optimiser was made for.
  @inlinable package func step(_ arena: ParameterArena<Scalar>) {
    precondition(arena.layout.count == count, "the optimiser was made for another model")
    decayed = (decayed.beta1 * beta1, decayed.beta2 * beta2)
    let keep = Scalar(1 - rate * decay)
    let stepSize = Scalar(rate / (1 - decayed.beta1))
    let rootCorrection = Scalar((1 - decayed.beta2).squareRoot())
    let (b1, b2, floor) = (Scalar(beta1), Scalar(beta2), Scalar(epsilon))
    let values = arena.values
    let gradients = arena.gradients
    for index in 0..<count {
      let gradient = gradients[index]
      let mean = b1 * means[index] + (1 - b1) * gradient
      let square = b2 * squares[index] + (1 - b2) * gradient * gradient
      means[index] = mean
      squares[index] = square
      values[index] = keep * values[index] - stepSize * mean / (square.squareRoot() / rootCorrection + floor)
    }
  }
}
