// Stages `network.lstm` and `network.transformer`: one more bar for a network that carries its state.

import Monitoring
import NeuralNetworks
import QuantMath

extension BenchStage {
  /// 32 features, one layer of 64 units, three classes.
  static var networkLstm: BenchStage {
    network("network.lstm", "step an LSTM of 64 units and read its head") {
      let shape = LstmShape(inputs: 32, hidden: 64, layers: 1, outputs: 3)
      return try LstmInference(shape, weights: drawn(shape.layout()))
    }
  }

  /// 32 features, two layers of width 64 with four heads, 60 bars of attention.
  static var networkTransformer: BenchStage {
    network("network.transformer", "step a transformer of two layers over 60 bars and read its head") {
      let shape = TransformerShape(
        inputs: 32, width: 64, heads: 4, layers: 2, hidden: 128, outputs: 3, positions: .rotary, span: 60)
      return try TransformerInference(shape, weights: drawn(shape.layout()))
    }
  }

  /// Rows of features in turn, each copied to the same hot memory before the clock starts.
  private static func network(
    _ name: String, _ operation: String, _ make: @escaping () throws -> any StreamingNetwork
  ) -> BenchStage {
    BenchStage(name: name, operation: operation, batch: 1, samples: 4_000) { stopwatch in
      let network = try make()
      let rows = inputs(count: 512 * network.inputs)
      let row = UnsafeMutablePointer<Float>.allocate(capacity: network.inputs)
      row.initialize(repeating: 0, count: network.inputs)
      let output = UnsafeMutablePointer<Float>.allocate(capacity: network.outputs)
      output.initialize(repeating: 0, count: network.outputs)
      return PreparedStage(
        finish: {
          row.deallocate()
          output.deallocate()
        },
        round: { samples, recorder in
          var checksum: UInt64 = 0
          network.reset()
          for sample in 0..<samples {
            let first = sample % 512 * network.inputs
            for column in 0..<network.inputs { row[column] = rows[first + column] }
            let start = stopwatch.ticks
            let isTaken = network.step(row)
            network.read(into: output)
            let end = stopwatch.ticks
            recorder.record(stopwatch.nanoseconds(from: start, to: end))
            checksum = (checksum &* 0x100_0000_01B3) ^ UInt64(output.pointee.bitPattern) ^ (isTaken ? 1 : 0)
          }
          return checksum
        })
    }
  }

  /// Weights small enough that nothing saturates.
  private static func drawn(_ layout: ParameterLayout) -> ParameterArena<Float> {
    let arena = ParameterArena<Float>(layout)
    var random = CounterRandom(seed: 1, purpose: "network stage")
    for index in 0..<layout.count { arena.values[index] = Float(random.nextUniform(in: -0.2..<0.2)) }
    return arena
  }

  private static func inputs(count: Int) -> [Float] {
    var random = CounterRandom(seed: 2, purpose: "network stage")
    return (0..<count).map { _ in Float(random.nextUniform(in: -2..<2)) }
  }
}
