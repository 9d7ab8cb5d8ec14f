// A trained LSTM, ready to forecast.

import CHotPath

/// A stacked LSTM on the kernels of the hot path.
///
/// ``step(_:)`` carries the state on; ``window(_:steps:into:)`` runs over a window from a state of zeros, and gives
/// what as many steps after ``reset()`` give. Weights are copied.
package final class LstmInference: StreamingNetwork {
  package let shape: LstmShape
  package let longestWindow: Int
  private let memory: KernelMemory
  private let kernel: OpaquePointer

  /// - Parameter weights: Of ``LstmShape/layout()``.
  package init(_ shape: LstmShape, weights: ParameterArena<Float>, longestWindow: Int = 1) throws(NetworkError) {
    guard weights.layout == shape.layout() else { throw .differentWeights }
    var sizes = hp_lstm_shape(
      inputs: UInt32(clamping: shape.inputs), hidden: UInt32(clamping: shape.hidden),
      layers: UInt32(clamping: shape.layers), outputs: UInt32(clamping: shape.outputs),
      steps: UInt32(clamping: longestWindow))
    let size = hp_lstm_size(&sizes)
    guard size > 0 else { throw .shape("\(shape) with windows of \(longestWindow)") }
    func tensor(_ name: String) -> UnsafePointer<Float> { UnsafePointer(weights.values(weights.layout.slot(name))) }
    let layers = (0..<shape.layers).map { layer in
      hp_lstm_weights(
        input: tensor("lstm.weight_ih_l\(layer)"), recurrent: tensor("lstm.weight_hh_l\(layer)"),
        input_bias: tensor("lstm.bias_ih_l\(layer)"), recurrent_bias: tensor("lstm.bias_hh_l\(layer)"))
    }
    memory = KernelMemory(size: size)
    guard hp_lstm_init(memory.base, size, &sizes, layers, tensor("head.weight"), tensor("head.bias")) == 0 else {
      throw .shape("\(shape)")
    }
    kernel = OpaquePointer(memory.base)
    self.shape = shape
    self.longestWindow = longestWindow
  }

  package var inputs: Int { shape.inputs }
  package var outputs: Int { shape.outputs }

  package func reset() { hp_lstm_reset(kernel) }

  package func step(_ x: UnsafePointer<Float>) -> Bool { hp_lstm_step(kernel, x) == 0 }

  /// Numbers of a carried state.
  var stateCount: Int { Int(hp_lstm_state_count(kernel)) }

  func save(to state: UnsafeMutablePointer<Float>) { hp_lstm_save(kernel, state) }

  func restore(_ state: UnsafePointer<Float>) { hp_lstm_restore(kernel, state) }

  package func read(into out: UnsafeMutablePointer<Float>) { hp_lstm_read(kernel, out) }

  /// Writes what the head says after the last row of `x` (steps, I) to `out` (O); false where an input is not finite.
  /// The carried state is not touched.
  ///
  /// - Precondition: `steps` is in 1...``longestWindow``.
  package func window(_ x: UnsafePointer<Float>, steps: Int, into out: UnsafeMutablePointer<Float>) -> Bool {
    precondition(steps >= 1 && steps <= longestWindow, "a window must fit the network's memory")
    return hp_lstm_window(kernel, x, UInt32(steps), out) == 0
  }
}
