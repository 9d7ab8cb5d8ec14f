// A fully connected layer.

import QuantMath

/// y = x W^T + b.
///
/// Sizes are named once: B = rows in the batch, I = ``inputs``, O = ``outputs``.
@frozen package struct Dense<Scalar: NetworkScalar> {
  /// I.
  package let inputs: Int
  /// O.
  package let outputs: Int
  /// (O, I), as in PyTorch's `Linear`.
  package let weight: ParameterSlot
  /// (O).
  package let bias: ParameterSlot

  /// Declares the layer's tensors `<name>.weight` and `<name>.bias`.
  package init(_ name: String, inputs: Int, outputs: Int, in layout: inout ParameterLayout) {
    self.inputs = inputs
    self.outputs = outputs
    weight = layout.add(name + ".weight", shape: [outputs, inputs])
    bias = layout.add(name + ".bias", shape: [outputs])
  }

  /// The layer whose tensors are already declared.
  package init(inputs: Int, outputs: Int, weight: ParameterSlot, bias: ParameterSlot) {
    self.inputs = inputs
    self.outputs = outputs
    self.weight = weight
    self.bias = bias
  }

  /// Fills the weights from a uniform distribution over +-sqrt(`gain` / I) and the biases with 0.
  ///
  /// A gain of 6 keeps the variance of activations through ReLU (He et al. 2015), 3 through near-linear units.
  /// Draws are made in double precision, so that both precisions start from the same model.
  package func initialise(_ arena: ParameterArena<Scalar>, gain: Double, seed: UInt64) {
    var random = CounterRandom(seed: seed, purpose: "network." + weight.name)
    let bound = (gain / Double(inputs)).squareRoot()
    let weights = arena.values(weight)
    for index in 0..<weight.count { weights[index] = Scalar(random.nextUniform(in: -bound..<bound)) }
    arena.values(bias).update(repeating: 0, count: outputs)
  }

  /// y = x W^T + b.
  ///
  /// - Parameters:
  ///   - x: (B, I).
  ///   - y: (B, O), overwritten.
  ///   - rows: B, at least 1.
  @inlinable package func forward(
    _ arena: ParameterArena<Scalar>, x: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    let b = arena.values(bias)
    for row in 0..<rows { (y + row * outputs).update(from: b, count: outputs) }
    Scalar.product(
      m: rows, n: outputs, k: inputs, a: x, transposeA: false, b: arena.values(weight), transposeB: true, beta: 1, c: y)
  }

  /// Given dL/dy, adds dL/dW and dL/db to the arena's gradients and writes dL/dx.
  ///
  ///     dW += dy^T x        db += sum of dy over rows        dx = dy W
  ///
  /// - Parameters:
  ///   - x: (B, I), as in the forward pass.
  ///   - dy: (B, O).
  ///   - dx: (B, I), overwritten; nil for the first layer, whose inputs need no gradient.
  ///   - rows: B, at least 1.
  @inlinable package func backward(
    _ arena: ParameterArena<Scalar>, x: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>,
    dx: UnsafeMutablePointer<Scalar>?, rows: Int
  ) {
    Scalar.product(
      m: outputs, n: inputs, k: rows, a: dy, transposeA: true, b: x, transposeB: false, beta: 1,
      c: arena.gradients(weight))
    let db = arena.gradients(bias)
    for row in 0..<rows {
      for output in 0..<outputs { db[output] += dy[row * outputs + output] }
    }
    if let dx {
      Scalar.product(
        m: rows, n: inputs, k: outputs, a: dy, transposeA: false, b: arena.values(weight), transposeB: false, beta: 0,
        c: dx)
    }
  }
}
