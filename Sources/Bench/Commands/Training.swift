// `bench training`: windows a second through forward pass, backward pass and optimiser.

import ArgumentParser
import NeuralNetworks
import QuantMath

/// Trains a network on noise and prints samples a second.
struct Training: ParsableCommand {
  /// Networks whose training is compared with PyTorch's.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case lstm64, lstm128x2, transformer
  }

  static let configuration = CommandConfiguration(
    abstract: "Measure training in windows a second: 60 bars of 32 features, batches of 64.",
    discussion: """
      Whole steps: gathering a batch, forward, cross-entropy, backward, clipping by norm, AdamW. One epoch warms up \
      and is not counted. Benchmarks/peers/training.py runs it beside PyTorch.
      """)

  @Argument(help: "lstm64, lstm128x2 or transformer.")
  var kind: Kind
  @Option(help: "Threads.")
  var threads = 1
  @Option(help: "Seconds to go on for, at least.")
  var seconds = 3.0

  func validate() throws {
    guard (1...64).contains(threads), seconds > 0, seconds <= 3_600 else {
      throw ValidationError("--threads must be 1 to 64, --seconds more than 0 and at most 3600")
    }
  }

  func run() throws {
    let rate: Double
    switch kind {
    case .lstm64, .lstm128x2:
      let shape = LstmShape(inputs: 32, hidden: kind == .lstm64 ? 64 : 128, layers: kind == .lstm64 ? 1 : 2, outputs: 3)
      rate = try measure(LstmNetwork<Float>(shape, steps: 60, maximumRows: 32, seed: 1))
    case .transformer:
      let shape = TransformerShape(
        inputs: 32, width: 64, heads: 4, layers: 2, hidden: 128, outputs: 3, positions: .learned(steps: 60), span: nil)
      // Every token is pooled, so that none is left out of the last layer, as PyTorch leaves none out.
      rate = try measure(
        TransformerNetwork<Float>(shape, steps: 60, pooling: .mean, maximumRows: 32, seed: 1))
    }
    print("{\"kind\":\"\(kind.rawValue)\",\"threads\":\(threads),\"samples_per_second\":\(rate)}")
  }

  private func measure<Network: SequenceNetwork>(_ network: Network) throws -> Double where Network.Scalar == Float {
    let (windows, rows) = (1_024, 1_024 + 60)
    var random = CounterRandom(seed: 1, purpose: "bench.training")
    let features = (0..<(rows * 32)).map { _ in Float(random.nextGaussian()) }
    let targets = (0..<rows).map { Float($0 % 3) }
    var configuration = TrainingConfiguration()
    configuration.workers = threads
    configuration.epochs = .max / rows
    configuration.batch = 64
    configuration.schedule = .constant
    var first: ContinuousClock.Instant?
    var latest = ContinuousClock.now
    var epochs = -1
    try features.withUnsafeBufferPointer { features in
      try targets.withUnsafeBufferPointer { targets in
        guard let features = features.baseAddress, let targets = targets.baseAddress else { return }
        let samples = SequenceSamples(features: features, rows: rows, columns: 32, targets: targets)
        let trainer = try SequenceTrainer(
          network, loss: SequenceLoss([LossHead(.classes(weights: [1, 1, 1]))]), configuration: configuration,
          samples: samples, training: Array(60..<Int32(60 + windows)), validation: [])
        // The first epoch warms caches and pages.
        try trainer.run(
          isCancelled: { epochs > 0 && first.map { latest - $0 >= .seconds(seconds) } ?? false },
          afterEpoch: { _ in
            epochs += 1
            latest = ContinuousClock.now
            if first == nil { first = latest }
          })
      }
    }
    guard let first else { return 0 }
    let elapsed = (latest - first).components
    return Double(epochs * windows) / (Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18)
  }
}
