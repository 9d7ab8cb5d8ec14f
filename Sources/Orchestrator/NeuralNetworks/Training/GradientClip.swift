// Gradients held to a length.

/// Clipping by the norm of all gradients together.
package enum GradientClip {
  /// Scales all gradients by limit / (norm + 1e-6) where that is below 1, as PyTorch's `clip_grad_norm_`, and returns
  /// the norm before. Source: R. Pascanu et al., "On the difficulty of training recurrent neural networks" (2013).
  @discardableResult package static func apply(_ arena: ParameterArena<Float>, limit: Double) -> Double {
    var sum = 0.0
    for index in 0..<arena.layout.count {
      let gradient = Double(arena.gradients[index])
      sum += gradient * gradient
    }
    let norm = sum.squareRoot()
    let factor = Float(limit / (norm + 1e-6))
    if factor < 1 {
      for index in 0..<arena.layout.count { arena.gradients[index] *= factor }
    }
    return norm
  }
}
