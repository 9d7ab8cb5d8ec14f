// Training runs: against PyTorch, across workers and interruptions, and on something that can be learned.

import Foundation
import NeuralNetworks
import QuantMath
import Synchronization
import Testing

@Suite struct TrainingTests {
  private static let shape = LstmShape(inputs: 2, hidden: 6, layers: 2, outputs: 3)

  /// Rows of noise; the class of a row says whether the sum of its last two rows' first column is low, middling or
  /// high.
  private final class Market {
    let rows = 400
    let features: UnsafeMutablePointer<Float>
    let targets: UnsafeMutablePointer<Float>

    init() {
      features = .allocate(capacity: 800)
      targets = .allocate(capacity: 400)
      var random = CounterRandom(seed: 11, purpose: "market")
      for index in 0..<800 { features[index] = Float(random.nextGaussian() * 3 + 5) }
      for row in 0..<400 {
        let sum = features[2 * row] + features[2 * max(0, row - 1)]
        targets[row] = sum < 8 ? 0 : sum < 12 ? 1 : 2
      }
    }

    deinit {
      features.deallocate()
      targets.deallocate()
    }

    var samples: SequenceSamples { SequenceSamples(features: features, rows: rows, columns: 2, targets: targets) }
  }

  private let market = Market()

  private func trainer(
    workers: Int = 1, epochs: Int = 4, patience: Int? = nil, rate: Double = 0.02, training: Range<Int32> = 0..<300,
    shuffles: Bool = true
  ) throws -> SequenceTrainer<LstmNetwork<Float>> {
    var configuration = TrainingConfiguration()
    configuration.workers = workers
    configuration.epochs = epochs
    configuration.batch = 50
    configuration.rate = rate
    configuration.patience = patience
    configuration.seed = 3
    configuration.shuffles = shuffles
    return try SequenceTrainer(
      LstmNetwork<Float>(Self.shape, steps: 5, maximumRows: 8, dropout: 0.2, seed: 2),
      loss: SequenceLoss([LossHead(.classes(weights: [1, 1, 1]))]), configuration: configuration,
      samples: market.samples, training: Array(training), validation: Array(300..<400))
  }

  private func weights(_ trainer: SequenceTrainer<LstmNetwork<Float>>) -> [UInt32] {
    UnsafeBufferPointer(start: trainer.network.arena.values, count: trainer.network.arena.layout.count)
      .map(\.bitPattern)
  }

  @Test func tenStepsGiveTheLossesAndWeightsOfPyTorch() throws {
    let golden = try TrainingGolden("trainer")
    let shape = try golden.lstmShape()
    let arena = try golden.arena(shape.layout())
    let (features, targets) = (try golden.elements("features"), try golden.elements("targets"))
    let weights = try golden.elements("weights")
    let expected = try golden.elements("losses")
    var configuration = TrainingConfiguration()
    configuration.epochs = 2
    configuration.batch = 8
    configuration.rate = 0.02
    configuration.clip = 0.5
    configuration.shuffles = false
    let loss = SequenceLoss([
      LossHead(.classes(weights: [1.5, 0.5, 1])), LossHead(.robustMeans(1, delta: 1), weight: 0.5),
    ])
    try features.withUnsafeBufferPointer { features in
      try targets.withUnsafeBufferPointer { targets in
        try weights.withUnsafeBufferPointer { weights in
          let trainer = try SequenceTrainer(
            LstmNetwork(shape, arena: arena, steps: 8, maximumRows: 3), loss: loss, configuration: configuration,
            samples: SequenceSamples(
              features: features.baseAddress!, rows: 60, columns: 4, targets: targets.baseAddress!,
              weights: weights.baseAddress!),
            training: Array(7..<47), validation: [],
            scaling: Standardisation(means: [0, 0, 0, 0], factors: [1, 1, 1, 1]))
          var means: [Double] = []
          try trainer.run(afterEpoch: { means.append($0.loss) })
          for epoch in 0..<2 {
            let mean = expected[(epoch * 5)..<(epoch * 5 + 5)].reduce(0) { $0 + Double($1) } / 5
            #expect(abs(means[epoch] - mean) < 2e-5 * mean)
          }
        }
      }
    }
    for slot in arena.layout.slots {
      let after = try golden.elements("after." + slot.name)
      let found = UnsafeBufferPointer(start: arena.values(slot), count: slot.count)
      let most = zip(found, after).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      #expect(most < 1e-4, "\(slot.name): \(most)")
    }
  }

  @Test func anyNumberOfWorkersGivesTheSameBytes() throws {
    let one = try trainer()
    try one.run()
    for workers in [2, 8] {
      let many = try trainer(workers: workers)
      try many.run()
      #expect(weights(many) == weights(one))
    }
  }

  @Test func aRunTakenUpAgainEndsInTheSameBytes() throws {
    let whole = try trainer()
    try whole.run()
    let first = try trainer()
    var saved: [UInt8] = []
    let done = Mutex(0)
    let finished = try first.run(
      isCancelled: { done.withLock { $0 } == 2 },
      afterEpoch: { report in
        if report.epoch == 2 { saved = first.checkpoint().serialized() }
        done.withLock { $0 = report.epoch }
      })
    #expect(!finished)
    let second = try trainer(workers: 2)
    try second.resume(SafetensorsFile(parsing: saved))
    #expect(second.epochs == 2)
    try second.run()
    #expect(weights(second) == weights(whole))
    let other = try trainer(rate: 0.01)
    let checkpoint = try SafetensorsFile(parsing: saved)
    #expect(throws: TrainingError.self) { try other.resume(checkpoint) }
  }

  @Test func aRuleThatSpansTwoRowsIsLearned() throws {
    let trainer = try trainer(epochs: 30)
    let before = trainer.evaluate(Array(300..<400))
    try trainer.run()
    #expect(before > 0.9)
    #expect(trainer.evaluate(Array(300..<400)) < 0.45)
  }

  @Test func theBestEpochsWeightsAreKeptAndPatienceEndsTheRun() throws {
    // Forty rows are learned by heart soon, and the validation loss turns.
    let trainer = try trainer(epochs: 200, patience: 4, rate: 0.05, training: 0..<40)
    var reports: [EpochReport] = []
    try trainer.run(afterEpoch: { reports.append($0) })
    let best = try #require(reports.compactMap(\.validationLoss).min())
    #expect(reports.count < 200)
    #expect(reports.last?.validationLoss != best)
    #expect(reports.suffix(4).allSatisfy { !$0.isBest })
    #expect(trainer.evaluate(Array(300..<400)) == best)
  }

  @Test func windowsEndAtTheStartOfTheirSession() throws {
    // With the session's start at its own row, a forecast cannot depend on the row before.
    let starts = (0..<400).map { Int32($0 < 350 ? 0 : 350) }
    let network = LstmNetwork<Float>(Self.shape, steps: 5, maximumRows: 8, seed: 2)
    try starts.withUnsafeBufferPointer { starts in
      func evaluate(_ cuts: Bool) throws -> Double {
        let samples = SequenceSamples(
          features: market.features, rows: 400, columns: 2, targets: market.targets,
          windowStarts: cuts ? starts.baseAddress : nil)
        return try SequenceTrainer(
          network, loss: SequenceLoss([LossHead(.classes(weights: [1, 1, 1]))]), configuration: TrainingConfiguration(),
          samples: samples, training: [360], validation: [],
          scaling: Standardisation(means: [5, 5], factors: [1, 1])
        ).evaluate([350, 352])
      }
      let (cut, whole) = (try evaluate(true), try evaluate(false))
      market.features[2 * 349] += 4
      #expect(try evaluate(true) == cut)
      #expect(try evaluate(false) != whole)
    }
  }

  @Test func scalesAreThoseOfTrainingRowsAlone() throws {
    let before = try trainer().scaling
    for row in 300..<400 { market.features[2 * row] = 1000 }
    #expect(try trainer().scaling == before)
    market.features[10] += 100
    #expect(try trainer().scaling != before)
  }

  @Test func dataThatAreNoNumbersAreRefusedWithTheirPlace() throws {
    market.features[2 * 17 + 1] = .nan
    #expect(throws: TrainingError.notFinite(what: "feature", row: 17, column: 1)) { try trainer() }
    market.features[2 * 17 + 1] = 0
    market.targets[31] = .infinity
    #expect(throws: TrainingError.notFinite(what: "target", row: 31, column: 0)) { try trainer() }
  }

  @Test func schedulesGoAsPyTorchsDo() {
    let cosine = RateSchedule.cosine(warmUp: 2, floor: 0.1)
    #expect(cosine.share(step: 0, total: 12) == 0.5 && cosine.share(step: 1, total: 12) == 1)
    #expect(abs(cosine.share(step: 7, total: 12) - 0.55) < 1e-12)
    #expect(abs(cosine.share(step: 12, total: 12) - 0.1) < 1e-12)
    let cycle = RateSchedule.oneCycle(rise: 0.3, start: 25, end: 10_000)
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10).
    for (step, share) in [(0, 0.04), (1, 0.52), (2, 1), (6, 0.388742), (9, 4e-6)] {
      #expect(abs(cycle.share(step: step, total: 10) - share) < 1e-6)
    }
    #expect(RateSchedule.stepped(steps: 3, factor: 0.5).share(step: 7, total: 9) == 0.25)
  }
}
