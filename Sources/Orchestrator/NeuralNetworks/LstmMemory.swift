// What an LSTM layer keeps between its forward and its backward pass.

/// Buffers of one layer, made once; sizes as in ``LstmLayer``, with room for B windows.
final class LstmMemory<Scalar: NetworkScalar> {
  /// (T, B, 4H) gates, then dL/dsums.
  let gates: UnsafeMutablePointer<Scalar>
  /// (T, B, H) c.
  let cells: UnsafeMutablePointer<Scalar>
  /// (T, B, H) tanh c.
  let bounded: UnsafeMutablePointer<Scalar>
  /// (T, B, H) h.
  let states: UnsafeMutablePointer<Scalar>
  /// (B, 4H) the state's share of a step's sums.
  let recurrent: UnsafeMutablePointer<Scalar>
  /// (B, H) dL/dh.
  let stateGradient: UnsafeMutablePointer<Scalar>
  /// (B, H) dL/dc.
  let cellGradient: UnsafeMutablePointer<Scalar>
  /// (4H) the sum of both biases, then of their gradients.
  let bias: UnsafeMutablePointer<Scalar>
  /// The input's weights, packed for the way that runs.
  let inputPacked: UnsafeMutablePointer<Scalar>
  /// The state's weights, packed for the way that runs.
  let statePacked: UnsafeMutablePointer<Scalar>

  init(inputs: Int, hidden: Int, steps: Int, rows: Int) {
    func zeros(_ count: Int) -> UnsafeMutablePointer<Scalar> {
      let base = UnsafeMutablePointer<Scalar>.allocate(capacity: count)
      base.initialize(repeating: 0, count: count)
      return base
    }
    func packed(_ from: Int, _ to: Int) -> Int {
      max(Scalar.packedCount(n: from, k: to), Scalar.packedCount(n: to, k: from))
    }
    gates = zeros(steps * rows * 4 * hidden)
    cells = zeros(steps * rows * hidden)
    bounded = zeros(steps * rows * hidden)
    states = zeros(steps * rows * hidden)
    recurrent = zeros(rows * 4 * hidden)
    stateGradient = zeros(rows * hidden)
    cellGradient = zeros(rows * hidden)
    bias = zeros(4 * hidden)
    inputPacked = zeros(packed(4 * hidden, inputs))
    statePacked = zeros(packed(4 * hidden, hidden))
  }

  deinit {
    for base in [gates, cells, bounded, states, recurrent, stateGradient, cellGradient, bias, inputPacked, statePacked]
    {
      base.deallocate()
    }
  }
}
