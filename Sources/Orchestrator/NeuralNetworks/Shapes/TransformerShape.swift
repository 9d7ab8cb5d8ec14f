// The sizes of a transformer encoder and the names of its tensors.

/// A transformer encoder whose newest token goes through a linear head.
package struct TransformerShape: Hashable, Sendable {
  /// How a token knows where it stands.
  package enum Positions: Hashable, Sendable {
    /// A learned vector a place, added to the token; the longest window is `steps`.
    case learned(steps: Int)
    /// Queries and keys are turned by their place, so that only distances count.
    case rotary
  }

  /// I.
  package var inputs: Int
  /// Width of a token, D.
  package var width: Int
  package var heads: Int
  package var layers: Int
  /// Width inside a layer's network, F.
  package var hidden: Int
  /// O.
  package var outputs: Int
  package var positions: Positions
  /// Tokens that a token attends to, itself and those before it; nil for all of the window, later ones included.
  package var span: Int?
  /// Whether norms stand before attention and network, with one more at the end.
  package var normsFirst: Bool

  package init(
    inputs: Int, width: Int, heads: Int, layers: Int, hidden: Int, outputs: Int, positions: Positions, span: Int?,
    normsFirst: Bool = false
  ) {
    self.inputs = inputs
    self.width = width
    self.heads = heads
    self.layers = layers
    self.hidden = hidden
    self.outputs = outputs
    self.positions = positions
    self.span = span
    self.normsFirst = normsFirst
  }

  /// Tokens on which the newest output depends; nil where that is the window, whatever its length.
  package var reach: Int? { span.map { layers * ($0 - 1) + 1 } }

  /// The tensors as PyTorch names and shapes them in a module with a `Linear` called `input`, a parameter `positions`,
  /// a `TransformerEncoder` called `encoder` and a `Linear` called `head`.
  package func layout() -> ParameterLayout {
    var layout = ParameterLayout()
    _ = layout.add("input.weight", shape: [width, inputs])
    _ = layout.add("input.bias", shape: [width])
    if case .learned(let steps) = positions { _ = layout.add("positions", shape: [1, steps, width]) }
    for layer in 0..<layers {
      let name = "encoder.layers.\(layer)."
      _ = layout.add(name + "self_attn.in_proj_weight", shape: [3 * width, width])
      _ = layout.add(name + "self_attn.in_proj_bias", shape: [3 * width])
      _ = layout.add(name + "self_attn.out_proj.weight", shape: [width, width])
      _ = layout.add(name + "self_attn.out_proj.bias", shape: [width])
      _ = layout.add(name + "linear1.weight", shape: [hidden, width])
      _ = layout.add(name + "linear1.bias", shape: [hidden])
      _ = layout.add(name + "linear2.weight", shape: [width, hidden])
      _ = layout.add(name + "linear2.bias", shape: [width])
      for norm in ["norm1", "norm2"] {
        _ = layout.add(name + norm + ".weight", shape: [width])
        _ = layout.add(name + norm + ".bias", shape: [width])
      }
    }
    if normsFirst {
      _ = layout.add("encoder.norm.weight", shape: [width])
      _ = layout.add("encoder.norm.bias", shape: [width])
    }
    _ = layout.add("head.weight", shape: [outputs, width])
    _ = layout.add("head.bias", shape: [outputs])
    return layout
  }
}
