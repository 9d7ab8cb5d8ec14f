// How many contracts an order is for.

/// Order sizes 1 + floor(scale (u^(-1 / tail) - 1)), cut at `most`: many small ones, and a Pareto tail.
package struct OrderFlowSizes: Hashable, Sendable {
  package var scale: Double
  /// Exponent of the tail; the mean is near 1/2 + scale / (tail - 1) without the cut.
  package var tail: Double
  /// Largest size in contracts (or lots, where the instrument trades in lots).
  package var most: Int64

  package init(scale: Double, tail: Double, most: Int64) {
    precondition(
      scale >= 0 && tail > 0.1 && most >= 1,
      "order sizes of scale \(scale), tail \(tail), most \(most) are out of range")
    self.scale = scale
    self.tail = tail
    self.most = most
  }

  /// Always one contract, as in the model of Smith, Farmer, Gillemot and Krishnamurthy.
  package static let unit = OrderFlowSizes(scale: 0, tail: 1, most: 1)

  /// The size that belongs to a uniform number in (0, 1).
  func draw(_ uniform: Double) -> Int64 {
    if scale == 0 { return 1 }
    let pareto = PortableMath.exponential(min(600, -PortableMath.logarithm(uniform) / tail))
    let size = scale * (pareto - 1)
    return size < Double(most) ? min(most, 1 + Int64(size)) : most
  }
}
