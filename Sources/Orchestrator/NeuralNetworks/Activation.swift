// Element-wise non-linearities, each with its derivative written in terms of its own output.

/// An element-wise non-linearity.
@frozen package enum Activation: String, Hashable, Sendable {
  case tanh
  case relu
  case sigmoid

  /// Replaces each of `count` elements z by y = f(z).
  @inlinable package func forward<Scalar: NetworkScalar>(_ z: UnsafeMutablePointer<Scalar>, count: Int) {
    switch self {
    case .tanh:
      Scalar.hyperbolicTangent(each: z, count: count)
    case .relu:
      // Written so that NaN stays NaN: a broken input must not become a confident 0.
      for index in 0..<count { z[index] = z[index] < 0 ? 0 : z[index] }
    case .sigmoid:
      Scalar.sigmoid(each: z, count: count)
    }
  }

  /// Replaces each dL/dy by dL/dz, from the output y of the forward pass.
  ///
  ///     tanh: 1 - y^2        ReLU: 1 where y > 0, else 0        sigmoid: y (1 - y)
  @inlinable package func backward<Scalar: NetworkScalar>(
    y: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>, count: Int
  ) {
    switch self {
    case .tanh:
      for index in 0..<count { gradient[index] *= 1 - y[index] * y[index] }
    case .relu:
      for index in 0..<count where y[index] <= 0 { gradient[index] = 0 }
    case .sigmoid:
      for index in 0..<count { gradient[index] *= y[index] * (1 - y[index]) }
    }
  }

  /// Gain for ``Dense/initialise(_:gain:seed:)`` of the layer in front.
  package var gain: Double { self == .relu ? 6 : 3 }
}
