// A trained transformer, ready to forecast.

import CHotPath

/// A transformer encoder on the kernels of the hot path.
///
/// With rotary positions and a span, ``step(_:)`` keeps the keys and values of the newest tokens, and gives what a
/// window over the newest ``TransformerShape/reach`` tokens gives. Weights are copied.
package final class TransformerInference: StreamingNetwork {
  package let shape: TransformerShape
  package let longestWindow: Int
  private let memory: KernelMemory
  private let kernel: OpaquePointer

  /// - Parameter weights: Of ``TransformerShape/layout()``.
  package init(_ shape: TransformerShape, weights: ParameterArena<Float>, longestWindow: Int = 1) throws(NetworkError) {
    guard weights.layout == shape.layout() else { throw .differentWeights }
    var steps = longestWindow
    var flags: UInt32 = 0
    switch shape.positions {
    case .learned(let learned): steps = learned
    case .rotary: flags |= UInt32(HP_TRANSFORMER_ROTARY)
    }
    if shape.span != nil { flags |= UInt32(HP_TRANSFORMER_CAUSAL) }
    if shape.normsFirst { flags |= UInt32(HP_TRANSFORMER_NORM_FIRST) }
    var sizes = hp_transformer_shape(
      inputs: UInt32(clamping: shape.inputs), width: UInt32(clamping: shape.width),
      heads: UInt32(clamping: shape.heads), layers: UInt32(clamping: shape.layers),
      hidden: UInt32(clamping: shape.hidden), outputs: UInt32(clamping: shape.outputs),
      steps: UInt32(clamping: steps), span: UInt32(clamping: shape.span ?? 1), flags: flags)
    let size = hp_transformer_size(&sizes)
    guard size > 0 else { throw .shape("\(shape) with windows of \(steps)") }
    func tensor(_ name: String) -> UnsafePointer<Float> { UnsafePointer(weights.values(weights.layout.slot(name))) }
    let layers = (0..<shape.layers).map { layer in
      let name = "encoder.layers.\(layer)."
      return hp_transformer_weights(
        attention: tensor(name + "self_attn.in_proj_weight"), attention_bias: tensor(name + "self_attn.in_proj_bias"),
        joining: tensor(name + "self_attn.out_proj.weight"), joining_bias: tensor(name + "self_attn.out_proj.bias"),
        rising: tensor(name + "linear1.weight"), rising_bias: tensor(name + "linear1.bias"),
        falling: tensor(name + "linear2.weight"), falling_bias: tensor(name + "linear2.bias"),
        norm1: tensor(name + "norm1.weight"), norm1_bias: tensor(name + "norm1.bias"),
        norm2: tensor(name + "norm2.weight"), norm2_bias: tensor(name + "norm2.bias"))
    }
    var ends = hp_transformer_ends(
      input: tensor("input.weight"), input_bias: tensor("input.bias"),
      positions: shape.positions == .rotary ? nil : tensor("positions"),
      norm: shape.normsFirst ? tensor("encoder.norm.weight") : nil,
      norm_bias: shape.normsFirst ? tensor("encoder.norm.bias") : nil, head: tensor("head.weight"),
      head_bias: tensor("head.bias"))
    memory = KernelMemory(size: size)
    guard hp_transformer_init(memory.base, size, &sizes, layers, &ends) == 0 else { throw .shape("\(shape)") }
    kernel = OpaquePointer(memory.base)
    self.shape = shape
    self.longestWindow = steps
  }

  package var inputs: Int { shape.inputs }
  package var outputs: Int { shape.outputs }
  /// Whether it can be fed step by step: only where a window that moves changes nothing but its edge.
  package var streams: Bool { shape.positions == .rotary && shape.span != nil }

  package func reset() { hp_transformer_reset(kernel) }

  /// - Precondition: ``streams``.
  package func step(_ x: UnsafePointer<Float>) -> Bool {
    precondition(streams, "learned positions and attention to later tokens need whole windows")
    return hp_transformer_step(kernel, x) == 0
  }

  package func read(into out: UnsafeMutablePointer<Float>) { hp_transformer_read(kernel, out) }

  /// Writes what the head says of the last row of `x` (steps, I) to `out` (O); false where an input is not finite.
  /// The steps' state is not touched. `everyToken` computes the last layer for all tokens, of which only the last is
  /// read: for comparisons.
  ///
  /// - Precondition: `steps` is in 1...``longestWindow``.
  package func window(
    _ x: UnsafePointer<Float>, steps: Int, everyToken: Bool = false, into out: UnsafeMutablePointer<Float>
  ) -> Bool {
    precondition(steps >= 1 && steps <= longestWindow, "a window must fit the network's memory")
    return hp_transformer_window(kernel, x, UInt32(steps), everyToken ? 1 : 0, out) == 0
  }
}
