// One layer of an LSTM over whole windows.

/// A layer of H units over T steps of up to B windows, with what the backward pass needs of the forward pass.
///
/// Everything is time-major, (T, rows, ...): so the products with the inputs are one product for all steps, and a
/// step's state is one block.
final class LstmLayer<Scalar: NetworkScalar> {
  let inputs: Int
  let hidden: Int
  let steps: Int
  private let arena: ParameterArena<Scalar>
  private let inputWeight: ParameterSlot
  private let stateWeight: ParameterSlot
  private let inputBias: ParameterSlot
  private let stateBias: ParameterSlot
  private let memory: LstmMemory<Scalar>

  init(_ arena: ParameterArena<Scalar>, layer: Int, hidden: Int, steps: Int, maximumRows: Int) {
    self.arena = arena
    self.hidden = hidden
    self.steps = steps
    inputWeight = arena.layout.slot("lstm.weight_ih_l\(layer)")
    stateWeight = arena.layout.slot("lstm.weight_hh_l\(layer)")
    inputBias = arena.layout.slot("lstm.bias_ih_l\(layer)")
    stateBias = arena.layout.slot("lstm.bias_hh_l\(layer)")
    inputs = inputWeight.shape[1]
    memory = LstmMemory(inputs: inputs, hidden: hidden, steps: steps, rows: maximumRows)
  }

  /// (T, rows, H) outputs of the latest forward pass.
  var states: UnsafePointer<Scalar> { UnsafePointer(memory.states) }

  /// Runs over all steps of `x` (T, rows, I), from a state of zeros.
  ///
  /// - Parameter missing: (rows) steps of each window that are not there: the state is still zeros after them.
  func forward(_ x: UnsafePointer<Scalar>, missing: UnsafePointer<Int32>, rows: Int) {
    let width = 4 * hidden
    let bias = memory.bias
    let (first, second) = (arena.values(inputBias), arena.values(stateBias))
    for index in 0..<width { bias[index] = first[index] + second[index] }
    let inputPacked = memory.inputPacked
    Scalar.pack(n: width, k: inputs, b: arena.values(inputWeight), transposed: true, into: inputPacked)
    Scalar.pack(n: width, k: hidden, b: arena.values(stateWeight), transposed: true, into: memory.statePacked)
    Scalar.product(
      m: steps * rows, n: width, k: inputs, a: x, packed: inputPacked, bias: bias, c: memory.gates)
    for step in 0..<steps {
      let at = step * rows * hidden
      let before = step > 0 ? UnsafePointer(memory.cells + at - rows * hidden) : nil
      if step > 0 {
        Scalar.product(
          m: rows, n: width, k: hidden, a: memory.states + at - rows * hidden, packed: memory.statePacked, bias: nil,
          c: memory.recurrent)
      }
      LstmGates.forward(
        gates: memory.gates + 4 * at, recurrent: step > 0 ? UnsafePointer(memory.recurrent) : nil, before: before,
        cell: memory.cells + at, bounded: memory.bounded + at, output: memory.states + at, rows: rows, hidden: hidden)
      for row in 0..<rows where step < missing[row] {
        (memory.cells + at + row * hidden).update(repeating: 0, count: hidden)
        (memory.states + at + row * hidden).update(repeating: 0, count: hidden)
      }
    }
  }

  /// Adds this layer's gradients to the arena's.
  ///
  /// - Parameters:
  ///   - x: (T, rows, I), as in the forward pass.
  ///   - lastGradient: (rows, H) dL/dh of the last step, or nil.
  ///   - gradients: (T, rows, H) dL/dh of all steps, or nil where only the last one was used.
  ///   - inputGradient: (T, rows, I), overwritten with dL/dx; nil for the first layer.
  ///   - missing: As in the forward pass: nothing flows into missing steps.
  func backward(
    _ x: UnsafePointer<Scalar>, lastGradient: UnsafePointer<Scalar>?, gradients: UnsafePointer<Scalar>?,
    inputGradient: UnsafeMutablePointer<Scalar>?, missing: UnsafePointer<Int32>, rows: Int
  ) {
    let width = 4 * hidden
    let block = rows * hidden
    let (dh, dc) = (memory.stateGradient, memory.cellGradient)
    if let lastGradient { dh.update(from: lastGradient, count: block) } else { dh.update(repeating: 0, count: block) }
    dc.update(repeating: 0, count: block)
    // The forward pass is over: its packed weights make room for those of the way back.
    Scalar.pack(n: hidden, k: width, b: arena.values(stateWeight), transposed: false, into: memory.statePacked)
    for step in stride(from: steps - 1, through: 0, by: -1) {
      let at = step * block
      if let gradients {
        for index in 0..<block { dh[index] += gradients[at + index] }
      }
      for row in 0..<rows where step < missing[row] {
        (dh + row * hidden).update(repeating: 0, count: hidden)
        (dc + row * hidden).update(repeating: 0, count: hidden)
      }
      LstmGates.backward(
        gates: memory.gates + 4 * at, before: step > 0 ? UnsafePointer(memory.cells + at - block) : nil,
        bounded: memory.bounded + at, outputGradient: dh, cellGradient: dc, rows: rows, hidden: hidden)
      if step > 0 {
        Scalar.product(
          m: rows, n: hidden, k: width, a: memory.gates + 4 * at, packed: memory.statePacked, bias: nil, c: dh)
      }
    }
    accumulate(x, rows: rows)
    if let inputGradient {
      Scalar.pack(n: inputs, k: width, b: arena.values(inputWeight), transposed: false, into: memory.inputPacked)
      Scalar.product(
        m: steps * rows, n: inputs, k: width, a: memory.gates, packed: memory.inputPacked, bias: nil, c: inputGradient)
    }
  }

  /// From dL/dsums of all steps to the gradients of the weights: one product for the inputs, one for the states.
  private func accumulate(_ x: UnsafePointer<Scalar>, rows: Int) {
    let width = 4 * hidden
    let sums = memory.gates
    Scalar.product(
      m: width, n: inputs, k: steps * rows, a: sums, transposeA: true, b: x, transposeB: false, beta: 1,
      c: arena.gradients(inputWeight))
    if steps > 1 {
      Scalar.product(
        m: width, n: hidden, k: (steps - 1) * rows, a: sums + width * rows, transposeA: true, b: memory.states,
        transposeB: false, beta: 1, c: arena.gradients(stateWeight))
    }
    // Both biases stand in every sum alike.
    let column = memory.bias
    column.update(repeating: 0, count: width)
    for row in 0..<(steps * rows) {
      let sum = sums + row * width
      for index in 0..<width { column[index] += sum[index] }
    }
    let (first, second) = (arena.gradients(inputBias), arena.gradients(stateBias))
    for index in 0..<width {
      first[index] += column[index]
      second[index] += column[index]
    }
  }
}
