// A learned vector for each of a few categories, such as the hour of the day.

package import QuantMath

/// y = the row of a table that a category names.
///
/// Sizes: R = categories looked up, K = ``categories``, D = ``width``.
package struct Embedding<Scalar: TransformerScalar> {
  /// K.
  package let categories: Int
  /// D.
  package let width: Int
  /// (K, D), as in PyTorch's `Embedding`.
  package let weight: ParameterSlot

  /// Declares the layer's tensor `<name>.weight`.
  package init(_ name: String, categories: Int, width: Int, in layout: inout ParameterLayout) {
    self.categories = categories
    self.width = width
    weight = layout.add(name + ".weight", shape: [categories, width])
  }

  /// Draws the table from a normal distribution of that deviation.
  package func initialise(_ arena: ParameterArena<Scalar>, deviation: Double = 0.02, random: inout CounterRandom) {
    for index in 0..<weight.count { arena.values(weight)[index] = Scalar(deviation * random.nextGaussian()) }
  }

  /// Adds the vectors of `x` (R) to y (R, D).
  ///
  /// - Precondition: every category lies in 0..<K.
  package func add(
    _ arena: ParameterArena<Scalar>, of x: UnsafePointer<Int32>, to y: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for row in 0..<rows {
      VectorLoops.add(arena.values(weight) + place(x[row]), to: y + row * width, count: width)
    }
  }

  /// Adds dL/dy (R, D) to the gradients of the vectors of `x` (R).
  package func backward(
    _ arena: ParameterArena<Scalar>, of x: UnsafePointer<Int32>, dy: UnsafePointer<Scalar>, rows: Int
  ) {
    for row in 0..<rows {
      VectorLoops.add(dy + row * width, to: arena.gradients(weight) + place(x[row]), count: width)
    }
  }

  /// Elements before a category's vector.
  private func place(_ category: Int32) -> Int {
    precondition(category >= 0 && Int(category) < categories, "category \(category) of \(categories)")
    return Int(category) * width
  }
}
