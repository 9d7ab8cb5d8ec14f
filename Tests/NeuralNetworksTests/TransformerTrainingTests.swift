// The transformer under the trainer: chunks, replicas and dropout on several threads.

import NeuralNetworks
import Testing

@Suite struct TransformerTrainingTests {
  private let rows = 200
  private let inputs = 3

  /// The weights after two epochs with dropout, in chunks of 4 windows.
  private func trained(workers: Int) throws -> [Float] {
    let features: [Float] = Differences.normals(rows * inputs, "features")
    let targets = (0..<rows).map { Float($0 % 3) }
    let shape = TransformerShape(
      inputs: inputs, width: 8, heads: 2, layers: 2, hidden: 12, outputs: 3, positions: .rotary, span: 3)
    let network = TransformerNetwork<Float>(
      shape, steps: 6, pooling: .attention, dropout: 0.2, maximumRows: 4, seed: 1)
    var configuration = TrainingConfiguration()
    configuration.epochs = 2
    configuration.batch = 18
    configuration.workers = workers
    return try features.withUnsafeBufferPointer { features in
      try targets.withUnsafeBufferPointer { targets in
        let samples = SequenceSamples(
          features: try #require(features.baseAddress), rows: rows, columns: inputs,
          targets: try #require(targets.baseAddress))
        let trainer = try SequenceTrainer(
          network, loss: SequenceLoss([LossHead(.classes(weights: [1, 1, 1]))]), configuration: configuration,
          samples: samples, training: (5..<105).map { Int32($0) }, validation: (120..<160).map { Int32($0) })
        let before = Array(UnsafeBufferPointer(start: network.arena.values, count: network.arena.layout.count))
        try trainer.run()
        let after = Array(UnsafeBufferPointer(start: network.arena.values, count: network.arena.layout.count))
        #expect(before != after)
        return after
      }
    }
  }

  @Test func theNumberOfThreadsDoesNotChangeAByteOfTheResult() throws {
    let one = try trained(workers: 1)
    for workers in [2, 5] {
      let several = try trained(workers: workers)
      #expect(several == one)
    }
  }
}
