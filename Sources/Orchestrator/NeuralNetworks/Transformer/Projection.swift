// A dense layer on packed weights, for rows that may lie apart.

package import QuantMath

/// y = x W^T + b, where W and b may be a part of the rows of larger tensors: queries beside keys and values.
///
/// Weights are packed once a pass for the kernels. Sizes: R = rows, I = ``inputs``, O = ``outputs``.
package struct Projection<Scalar: TransformerScalar> {
  /// I.
  package let inputs: Int
  /// O.
  package let outputs: Int
  /// Elements before W in the arena.
  private let weight: Int
  /// Elements before b in the arena.
  private let bias: Int
  /// W^T packed, of the latest ``packForward(_:)``.
  private let forwardPanels: UnsafeMutablePointer<Scalar>
  /// W packed, of the latest ``packBackward(_:)``.
  private let backwardPanels: UnsafeMutablePointer<Scalar>

  /// Rows `part` of the tensors `weight` (rows, I) and `bias` (rows) of `layout`; all of them by default.
  package init(
    weight weightName: String, bias biasName: String, part: Range<Int>? = nil, in layout: ParameterLayout,
    memory: LayerMemory<Scalar>
  ) {
    let (weightSlot, biasSlot) = (layout.slot(weightName), layout.slot(biasName))
    let part = part ?? 0..<biasSlot.count
    inputs = weightSlot.shape[1]
    outputs = part.count
    weight = weightSlot.offset + part.lowerBound * inputs
    bias = biasSlot.offset + part.lowerBound
    forwardPanels = memory.take(Scalar.packedSize(n: outputs, k: inputs))
    backwardPanels = memory.take(Scalar.packedSize(n: inputs, k: outputs))
  }

  /// Takes in the weights for forward passes.
  package func packForward(_ arena: ParameterArena<Scalar>) {
    Scalar.pack(n: outputs, k: inputs, b: arena.values + weight, bRow: 1, bColumn: inputs, packed: forwardPanels)
  }

  /// Takes in the weights for backward passes.
  package func packBackward(_ arena: ParameterArena<Scalar>) {
    Scalar.pack(n: inputs, k: outputs, b: arena.values + weight, bRow: inputs, bColumn: 1, packed: backwardPanels)
  }

  /// y (R, O) = x (R, I) W^T + b, rows of x and y `xRow` and `yRow` apart.
  package func forward(
    _ arena: ParameterArena<Scalar>, x: UnsafePointer<Scalar>, xRow: Int, y: UnsafeMutablePointer<Scalar>, yRow: Int,
    rows: Int
  ) {
    Scalar.packedProduct(
      m: rows, n: outputs, k: inputs, a: x, aRow: xRow, packed: forwardPanels, bias: arena.values + bias, c: y,
      cRow: yRow)
  }

  /// Given dL/dy, adds dL/dW and dL/db to the arena's gradients and writes dL/dx (R, I), its rows `dxRow` apart; a nil
  /// `dx` is not needed.
  package func backward(
    _ arena: ParameterArena<Scalar>, x: UnsafePointer<Scalar>, xRow: Int, dy: UnsafePointer<Scalar>, dyRow: Int,
    dx: UnsafeMutablePointer<Scalar>?, dxRow: Int, rows: Int
  ) {
    Scalar.product(
      m: outputs, n: inputs, k: rows, a: dy, aRow: 1, aColumn: dyRow, b: x, bRow: xRow, bColumn: 1, adds: true,
      c: arena.gradients + weight, cRow: inputs)
    let db = arena.gradients + bias
    for row in 0..<rows { VectorLoops.add(dy + row * dyRow, to: db, count: outputs) }
    if let dx {
      Scalar.packedProduct(
        m: rows, n: inputs, k: outputs, a: dy, aRow: dyRow, packed: backwardPanels, bias: nil, c: dx, cRow: dxRow)
    }
  }

  /// Draws the weights from a uniform distribution over +-sqrt(6 / (I + `fanOut`)) and sets the biases to 0.
  ///
  /// Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).
  package func initialise(_ arena: ParameterArena<Scalar>, fanOut: Int, random: inout CounterRandom) {
    let bound = (6 / Double(inputs + fanOut)).squareRoot()
    for index in 0..<(outputs * inputs) {
      arena.values[weight + index] = Scalar(random.nextUniform(in: -bound..<bound))
    }
    (arena.values + bias).update(repeating: 0, count: outputs)
  }
}
