// Dense layers with a non-linearity between them.

/// A feed-forward network: dense layers, each but the last followed by ``activation``.
///
/// B = rows in a batch (at most ``maximumRows``), I = ``inputs``, O = ``outputs``. All memory is taken at
/// initialisation; forward and backward passes allocate nothing. Tensor names are `layers.<n>.weight` and
/// `layers.<n>.bias`.
package final class MultilayerPerceptron<Scalar: NetworkScalar> {
  package let layers: [Dense<Scalar>]
  package let activation: Activation
  package let arena: ParameterArena<Scalar>
  package let maximumRows: Int

  /// `outputsOfLayer[n]` is (B, layers[n].outputs): after the activation, the last one as it is.
  @usableFromInline let outputsOfLayer: [UnsafeMutablePointer<Scalar>]
  /// `gradientsOfLayer[n]` is (B, layers[n].outputs): dL over the layer's output, then over its input to the
  /// activation.
  @usableFromInline let gradientsOfLayer: [UnsafeMutablePointer<Scalar>]

  /// A network with weights drawn from `seed`: equal seeds give equal networks.
  ///
  /// - Precondition: all sizes are at least 1.
  package init(
    inputs: Int, hidden: [Int], outputs: Int, activation: Activation, maximumRows: Int, seed: UInt64
  ) {
    precondition(inputs >= 1 && outputs >= 1 && maximumRows >= 1 && hidden.allSatisfy { $0 >= 1 }, "sizes start at 1")
    let sizes = [inputs] + hidden + [outputs]
    var layout = ParameterLayout()
    layers = (1..<sizes.count).map { n in
      Dense("layers.\(n - 1)", inputs: sizes[n - 1], outputs: sizes[n], in: &layout)
    }
    self.activation = activation
    self.maximumRows = maximumRows
    arena = ParameterArena(layout)
    outputsOfLayer = layers.map { Self.buffer(maximumRows * $0.outputs) }
    gradientsOfLayer = layers.map { Self.buffer(maximumRows * $0.outputs) }
    for (number, layer) in layers.enumerated() {
      layer.initialise(arena, gain: number + 1 < layers.count ? activation.gain : 3, seed: seed)
    }
  }

  deinit {
    for buffer in outputsOfLayer + gradientsOfLayer { buffer.deallocate() }
  }

  /// I.
  package var inputs: Int { layers[0].inputs }
  /// O.
  package var outputs: Int { layers[layers.count - 1].outputs }

  /// Runs the network on `x` (B, I) and returns (B, O): logits or predictions, valid until the next forward pass.
  ///
  /// - Precondition: `rows` is in 1...``maximumRows``.
  @inlinable package func forward(_ x: UnsafePointer<Scalar>, rows: Int) -> UnsafePointer<Scalar> {
    precondition(rows >= 1 && rows <= maximumRows, "a batch must fit the network's buffers")
    var input = x
    for number in 0..<layers.count {
      let output = outputsOfLayer[number]
      layers[number].forward(arena, x: input, y: output, rows: rows)
      if number + 1 < layers.count { activation.forward(output, count: rows * layers[number].outputs) }
      input = UnsafePointer(output)
    }
    return input
  }

  /// Given dL/doutput (B, O) of the latest forward pass on the same `x`, adds to the gradients of all weights.
  ///
  /// - Precondition: `rows` is that of the forward pass.
  @inlinable package func backward(_ x: UnsafePointer<Scalar>, outputGradient: UnsafePointer<Scalar>, rows: Int) {
    precondition(rows >= 1 && rows <= maximumRows, "a batch must fit the network's buffers")
    var gradient = outputGradient
    for number in stride(from: layers.count - 1, through: 0, by: -1) {
      let isFirst = number == 0
      layers[number].backward(
        arena, x: isFirst ? x : UnsafePointer(outputsOfLayer[number - 1]), dy: gradient,
        dx: isFirst ? nil : gradientsOfLayer[number - 1], rows: rows)
      if isFirst { return }
      activation.backward(
        y: outputsOfLayer[number - 1], gradient: gradientsOfLayer[number - 1], count: rows * layers[number - 1].outputs)
      gradient = UnsafePointer(gradientsOfLayer[number - 1])
    }
  }

  /// (B, O) room for the loss to write its gradient into.
  package var outputGradient: UnsafeMutablePointer<Scalar> { gradientsOfLayer[layers.count - 1] }

  private static func buffer(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    let buffer = UnsafeMutablePointer<Scalar>.allocate(capacity: count)
    buffer.initialize(repeating: 0, count: count)
    return buffer
  }
}
