// The sizes of an LSTM and the names of its tensors.

/// A stacked LSTM whose newest output goes through a linear head.
package struct LstmShape: Hashable, Sendable {
  /// I.
  package var inputs: Int
  /// Units a layer, H.
  package var hidden: Int
  package var layers: Int
  /// O.
  package var outputs: Int

  package init(inputs: Int, hidden: Int, layers: Int, outputs: Int) {
    self.inputs = inputs
    self.hidden = hidden
    self.layers = layers
    self.outputs = outputs
  }

  /// The tensors as PyTorch names and shapes them in a module with an `LSTM` called `lstm` and a `Linear` called
  /// `head`; gates in the order input, forget, cell, output.
  package func layout() -> ParameterLayout {
    var layout = ParameterLayout()
    for layer in 0..<layers {
      _ = layout.add("lstm.weight_ih_l\(layer)", shape: [4 * hidden, layer == 0 ? inputs : hidden])
      _ = layout.add("lstm.weight_hh_l\(layer)", shape: [4 * hidden, hidden])
      _ = layout.add("lstm.bias_ih_l\(layer)", shape: [4 * hidden])
      _ = layout.add("lstm.bias_hh_l\(layer)", shape: [4 * hidden])
    }
    _ = layout.add("head.weight", shape: [outputs, hidden])
    _ = layout.add("head.bias", shape: [outputs])
    return layout
  }
}
