// Trains networks over windows of bars.

import QuantMath

/// What became known at the end of an epoch.
package struct EpochReport: Hashable, Sendable {
  /// Counted from 1.
  package let epoch: Int
  /// Mean over the epoch's steps, as seen while training.
  package let loss: Double
  /// Nil without validation positions.
  package let validationLoss: Double?
  /// Learning rate of the epoch's last step.
  package let rate: Double
  /// Whether this is the best epoch so far.
  package let isBest: Bool
}

/// A training run: mini-batches, AdamW, a schedule, clipping and early stopping.
///
/// The network's ``SequenceNetwork/maximumRows`` is the size of the chunks that a batch is cut into; it is part of what
/// determines the bytes of the result, the number of workers is not. Purging of positions that overlap in time is the
/// caller's.
package final class SequenceTrainer<Network: SequenceNetwork> where Network.Scalar == Float {
  package let network: Network
  package let loss: SequenceLoss
  package let configuration: TrainingConfiguration
  package let scaling: Standardisation
  let optimiser: AdamW<Float>
  /// What a checkpoint holds beside weights and moments.
  var state = TrainingState()
  /// Weights of the best epoch; empty before the first.
  var best: [Float] = []
  private let samples: SequenceSamples
  private let training: [Int32]
  private let validation: [Int32]
  private let workers: ChunkWorkers<Network>

  /// A run over `training`, judged after every epoch on `validation`, which may be empty.
  ///
  /// - Parameter scaling: Nil to fit it to the rows that training windows cover.
  package init(
    _ network: Network, loss: SequenceLoss, configuration: TrainingConfiguration, samples: SequenceSamples,
    training: [Int32], validation: [Int32], scaling: Standardisation? = nil
  ) throws(TrainingError) {
    guard !training.isEmpty else { throw .noPositions }
    guard samples.columns == network.inputs, loss.outputs == network.outputs else {
      throw .sizes(
        "data of \(samples.columns) columns and a loss over \(loss.outputs) outputs do not fit a network of "
          + "\(network.inputs) inputs and \(network.outputs) outputs")
    }
    guard configuration.batch > 0, configuration.epochs > 0, configuration.rate > 0 else {
      throw .sizes("batch, epochs and rate must be positive: \(configuration)")
    }
    try Self.check(samples, training + validation, loss: loss, steps: network.steps)
    self.network = network
    self.loss = loss
    self.configuration = configuration
    self.samples = samples
    self.training = training
    self.validation = validation
    if let scaling {
      self.scaling = scaling
    } else {
      self.scaling = try Standardisation(samples, positions: training, steps: network.steps)
    }
    optimiser = AdamW(network.arena.layout, rate: configuration.rate, decay: configuration.decay)
    workers = ChunkWorkers(network, loss: loss, batch: configuration.batch, workers: configuration.workers)
  }

  /// Optimiser steps an epoch.
  package var stepsPerEpoch: Int { (training.count + configuration.batch - 1) / configuration.batch }

  /// Epochs that are done.
  package var epochs: Int { state.epoch }

  /// Trains until the epochs are over, patience is, or `isCancelled` says so between two steps; then puts the best
  /// epoch's weights into the network, if there is a validation set.
  ///
  /// - Parameter afterEpoch: May take a ``checkpoint()``.
  /// - Returns: Whether the run came to its end; false if it was cancelled, in which case the network is as the latest
  ///   step left it.
  @discardableResult package func run(
    isCancelled: () -> Bool = { false }, afterEpoch: (EpochReport) -> Void = { _ in }
  ) throws(TrainingError) -> Bool {
    while state.epoch < configuration.epochs, !isPatienceOver {
      guard let mean = try epoch(isCancelled: isCancelled) else { return false }
      let judged = validation.isEmpty ? nil : evaluate(validation)
      if let judged, !judged.isFinite {
        throw .diverged(epoch: state.epoch + 1, step: stepsPerEpoch, rate: optimiser.rate)
      }
      let isBest = judged.map { $0 < state.bestLoss - configuration.improvement } ?? false
      state.epoch += 1
      state.stale = isBest ? 0 : state.stale + 1
      if isBest, let judged {
        state.bestLoss = judged
        best = Array(UnsafeBufferPointer(start: network.arena.values, count: network.arena.layout.count))
      }
      afterEpoch(
        EpochReport(epoch: state.epoch, loss: mean, validationLoss: judged, rate: optimiser.rate, isBest: isBest))
    }
    if !best.isEmpty { network.arena.values.update(from: best, count: best.count) }
    return true
  }

  /// The mean loss over windows at `positions`, nothing dropped; 0 for none.
  package func evaluate(_ positions: [Int32]) -> Double {
    let totals = self.totals(positions[...])
    var sum = 0.0
    for first in stride(from: 0, to: positions.count, by: workers.capacity) {
      let part = positions[first..<min(first + workers.capacity, positions.count)]
      sum += workers.run(samples, part, scaling: scaling, totals: totals, key: nil)
    }
    return sum
  }

  /// One pass over the training positions: the mean loss, or nil if it was cancelled.
  private func epoch(isCancelled: () -> Bool) throws(TrainingError) -> Double? {
    var order = training
    if configuration.shuffles {
      var random = CounterRandom(seed: configuration.seed, purpose: "training.order", index: UInt64(state.epoch))
      random.shuffle(&order)
    }
    let total = stepsPerEpoch * configuration.epochs
    var sum = 0.0
    for index in 0..<stepsPerEpoch {
      if isCancelled() { return nil }
      let first = index * configuration.batch
      let part = order[first..<min(first + configuration.batch, order.count)]
      let step = state.epoch * stepsPerEpoch + index
      optimiser.rate = configuration.rate * configuration.schedule.share(step: step, total: total)
      let value = workers.run(
        samples, part, scaling: scaling, totals: totals(part),
        key: DropoutKey(seed: configuration.seed, step: UInt64(step)))
      guard value.isFinite else { throw .diverged(epoch: state.epoch + 1, step: index + 1, rate: optimiser.rate) }
      if let limit = configuration.clip { GradientClip.apply(network.arena, limit: limit) }
      optimiser.step(network.arena)
      sum += value
    }
    return sum / Double(stepsPerEpoch)
  }

  private var isPatienceOver: Bool {
    guard let patience = configuration.patience, !validation.isEmpty else { return false }
    return state.stale >= patience
  }

  /// W of every head over the rows at `positions`.
  private func totals(_ positions: ArraySlice<Int32>) -> [Double] {
    var totals = [Double](repeating: 0, count: loss.heads.count)
    for position in positions {
      let row = Int(position)
      let own = loss.totals(
        targets: samples.targets + row * loss.targets, weights: samples.weights.map { $0 + row }, rows: 1)
      for head in totals.indices { totals[head] += own[head] }
    }
    return totals
  }

  private static func check(
    _ samples: SequenceSamples, _ positions: [Int32], loss: SequenceLoss, steps: Int
  ) throws(TrainingError) {
    for position in positions {
      let row = Int(position)
      guard row >= 0, row < samples.rows else { throw .position(row, rows: samples.rows) }
      for column in 0..<loss.targets where !samples.targets[row * loss.targets + column].isFinite {
        throw .notFinite(what: "target", row: row, column: column)
      }
      if let weight = samples.weights?[row], !(weight.isFinite && weight >= 0) {
        throw .notFinite(what: "weight", row: row, column: 0)
      }
      for index in (samples.start(of: row, steps: steps) * samples.columns)..<((row + 1) * samples.columns)
      where !samples.features[index].isFinite {
        throw .notFinite(what: "feature", row: index / samples.columns, column: index % samples.columns)
      }
    }
  }
}
