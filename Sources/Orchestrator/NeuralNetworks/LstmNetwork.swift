// An LSTM that learns.

import QuantMath

/// A stacked LSTM over windows whose last output goes through a linear head, forward and backward through time.
///
/// Tensors are those of ``LstmShape/layout()``. Dropout stands between layers, as in PyTorch, and not before the head.
package final class LstmNetwork<Scalar: TransformerScalar>: SequenceNetwork {
  package let shape: LstmShape
  package let arena: ParameterArena<Scalar>
  package let maximumRows: Int
  package let steps: Int
  /// (B, O).
  package let outputGradient: UnsafeMutablePointer<Scalar>
  private let dropout: Double
  /// Between a layer and the one above it, by the number of the upper one.
  private let masks: [Dropout<Scalar>]
  private let layers: [LstmLayer<Scalar>]
  private let head: Dense<Scalar>
  /// What each layer reads, (T, B, its inputs).
  private let layerInputs: [UnsafeMutablePointer<Scalar>]
  /// (T, B, H) gradients on their way from a layer to the one below.
  private let layerGradient: UnsafeMutablePointer<Scalar>
  /// (B, H) dL/dh of the last step.
  private let lastGradient: UnsafeMutablePointer<Scalar>
  private let results: UnsafeMutablePointer<Scalar>
  /// (B) of the latest forward pass: steps that each window lacks.
  private let missing: UnsafeMutablePointer<Int32>
  /// Of the latest forward pass; the backward pass must leave out the same elements.
  private var key: DropoutKey?

  package var inputs: Int { shape.inputs }
  package var outputs: Int { shape.outputs }

  /// A new network with weights and biases uniform over +-1 / sqrt(H), the biases of forget gates raised by 1.
  ///
  /// Source of the latter: R. Jozefowicz et al., "An empirical exploration of recurrent network architectures" (2015).
  /// - Precondition: all sizes are at least 1, `dropout` lies in 0..<1.
  package convenience init(_ shape: LstmShape, steps: Int, maximumRows: Int, dropout: Double = 0, seed: UInt64) {
    let arena = ParameterArena<Scalar>(shape.layout())
    let bound = 1 / Double(shape.hidden).squareRoot()
    for slot in arena.layout.slots {
      var random = CounterRandom(seed: seed, purpose: "network." + slot.name)
      let values = arena.values(slot)
      for index in 0..<slot.count { values[index] = Scalar(random.nextUniform(in: -bound..<bound)) }
      guard slot.name.hasPrefix("lstm.bias_ih") else { continue }
      for index in shape.hidden..<(2 * shape.hidden) { values[index] += 1 }
    }
    self.init(shape, arena: arena, steps: steps, maximumRows: maximumRows, dropout: dropout)
  }

  /// A network on existing weights, which it shares.
  ///
  /// - Precondition: `arena` has the shape's layout; all sizes are at least 1, `dropout` lies in 0..<1.
  package init(
    _ shape: LstmShape, arena: ParameterArena<Scalar>, steps: Int, maximumRows: Int, dropout: Double = 0
  ) {
    precondition(steps > 0 && maximumRows > 0, "a network needs at least one step and one row")
    precondition((0..<1).contains(dropout), "a dropout rate must lie in 0..<1")
    precondition(arena.layout == shape.layout(), "the weights were made for a network of another shape")
    self.shape = shape
    self.arena = arena
    self.steps = steps
    self.maximumRows = maximumRows
    self.dropout = dropout
    masks = (0..<shape.layers).map { Dropout(dropout, place: $0) }
    layers = (0..<shape.layers).map {
      LstmLayer(arena, layer: $0, hidden: shape.hidden, steps: steps, maximumRows: maximumRows)
    }
    head = Dense(
      inputs: shape.hidden, outputs: shape.outputs, weight: arena.layout.slot("head.weight"),
      bias: arena.layout.slot("head.bias"))
    func zeros(_ count: Int) -> UnsafeMutablePointer<Scalar> {
      let base = UnsafeMutablePointer<Scalar>.allocate(capacity: count)
      base.initialize(repeating: 0, count: count)
      return base
    }
    layerInputs = layers.map { zeros(steps * maximumRows * $0.inputs) }
    layerGradient = zeros(steps * maximumRows * shape.hidden)
    lastGradient = zeros(maximumRows * shape.hidden)
    results = zeros(maximumRows * shape.outputs)
    outputGradient = zeros(maximumRows * shape.outputs)
    missing = .allocate(capacity: maximumRows)
    missing.initialize(repeating: 0, count: maximumRows)
  }

  deinit {
    missing.deallocate()
    for base in layerInputs + [layerGradient, lastGradient, results, outputGradient] { base.deallocate() }
  }

  package func replica() -> LstmNetwork {
    LstmNetwork(
      shape, arena: ParameterArena(sharingValuesOf: arena), steps: steps, maximumRows: maximumRows, dropout: dropout)
  }

  // Callers are generic; without the attribute they would run unspecialised arithmetic, hundreds of times slower.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func forward(
    _ x: UnsafePointer<Scalar>, rows: Int, missing: UnsafePointer<Int32>?, dropout key: DropoutKey?
  ) -> UnsafePointer<Scalar> {
    precondition(rows >= 1 && rows <= maximumRows, "rows must fit the network's memory")
    self.key = key
    for row in 0..<rows {
      let gone = missing?[row] ?? 0
      precondition((0..<steps).contains(Int(gone)), "\(gone) of \(steps) steps are missing")
      self.missing[row] = gone
    }
    timeMajor(x, rows: rows)
    for (index, layer) in layers.enumerated() {
      if index > 0 {
        let count = steps * rows * shape.hidden
        layerInputs[index].update(from: layers[index - 1].states, count: count)
        drop(layerInputs[index], before: index, rows: rows)
      }
      layer.forward(layerInputs[index], missing: self.missing, rows: rows)
    }
    head.forward(arena, x: lastStates(rows), y: results, rows: rows)
    return UnsafePointer(results)
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func backward(_ x: UnsafePointer<Scalar>, rows: Int) {
    head.backward(arena, x: lastStates(rows), dy: outputGradient, dx: lastGradient, rows: rows)
    for index in stride(from: layers.count - 1, through: 0, by: -1) {
      let isTop = index == layers.count - 1
      layers[index].backward(
        layerInputs[index], lastGradient: isTop ? UnsafePointer(lastGradient) : nil,
        gradients: isTop ? nil : UnsafePointer(layerGradient), inputGradient: index > 0 ? layerGradient : nil,
        missing: missing, rows: rows)
      if index > 0 { drop(layerGradient, before: index, rows: rows) }
    }
  }

  /// (rows, H) of the last layer and step.
  private func lastStates(_ rows: Int) -> UnsafePointer<Scalar> {
    layers[layers.count - 1].states + (steps - 1) * rows * shape.hidden
  }

  /// `x` (rows, T, I) as (T, rows, I).
  private func timeMajor(_ x: UnsafePointer<Scalar>, rows: Int) {
    let width = shape.inputs
    for row in 0..<rows {
      for step in 0..<steps {
        (layerInputs[0] + (step * rows + row) * width).update(from: x + (row * steps + step) * width, count: width)
      }
    }
  }

  /// Leaves out elements of what lies between a layer and the one below it, or of its gradient.
  private func drop(_ values: UnsafeMutablePointer<Scalar>, before layer: Int, rows: Int) {
    guard let key, masks[layer].drops else { return }
    for step in 0..<steps {
      for row in 0..<rows {
        let state = values + (step * rows + row) * shape.hidden
        masks[layer].apply(key, row: row, part: step, state, to: state, count: shape.hidden)
      }
    }
  }
}
