// Fitting one member to the past.

import DecisionForests
import Ensemble
import Features
import Foundation
import NeuralNetworks
import Validation

/// Fits members to labels of the past.
struct MemberFit {
  let rows: MemberRows
  let plan: MemberPlan

  /// Part of the training labels, the newest, that ends a fit early.
  private static let watchedPart = 5

  /// A member with the rounds or epochs after which it was best; 0 where there is no such thing.
  struct Result {
    var member: FittedMember
    var length: Int
  }

  /// A member of `kind` that learned from the labels at `train`, which ascend.
  ///
  /// - Parameter length: Rounds or epochs, where they are known; nil stops when the newest part of `train`, purged of
  ///   what overlaps it, is forecast no better.
  func fit(_ kind: MemberKind, train: [Int], length: Int? = nil) throws -> Result {
    switch kind {
    case .base: return Result(member: .base(shares(train), columns: rows.columns), length: 0)
    case .logistic: return Result(member: .logistic(try logistic(train)), length: 0)
    case .trees: return try trees(train, length)
    case .lstm, .transformer: return try network(kind, train, length)
    }
  }

  /// The newest part of `train`, and what is left before it once purged of what overlaps it.
  private func watched(_ train: [Int]) throws -> (fitted: [Int], watched: [Int]) {
    let inner = Array(train.suffix(train.count / Self.watchedPart))
    guard let first = inner.first else { throw TrainingError.tooFewRows(count: train.count, needed: Self.watchedPart) }
    let fitted = train.prefix(train.count - inner.count).filter { rows.labels[$0].end < rows.labels[first].start }
    return (Array(fitted), inner)
  }

  private func shares(_ train: [Int]) -> [Double] {
    // As if each class had happened once more: nothing is impossible because it has not been seen.
    var shares = [Double](repeating: 1, count: MoveClass.count)
    for position in train { shares[rows.outcome(position)] += rows.weights[position] }
    let total = shares.reduce(0, +)
    return shares.map { $0 / total }
  }

  private func logistic(_ train: [Int]) throws -> LogisticModel {
    try LogisticModel(
      x: rows.features(train), columns: rows.columns, outcomes: train.map { rows.outcome($0) },
      classes: MoveClass.count, weights: train.map { rows.weights[$0] }, penalty: plan.penalty)
  }

  // MARK: Trees

  private func trees(_ train: [Int], _ length: Int?) throws -> Result {
    var parameters = plan.forest.parameters(
      .softProbability(classes: MoveClass.count), rounds: length ?? plan.forest.rounds)
    var fitted = train
    var validation: TrainingMatrix?
    if length == nil {
      let split = try watched(train)
      fitted = split.fitted
      validation = matrix(split.watched)
      parameters.earlyStoppingRounds = plan.forest.patience
    }
    let trained = try XGBoostTrainer.train(matrix(fitted), validation: validation, parameters: parameters)
    return Result(member: .trees(trained.modelUBJSON, name: "trees"), length: trained.rounds)
  }

  private func matrix(_ positions: [Int]) -> TrainingMatrix {
    TrainingMatrix(
      values: rows.features(positions), columnCount: rows.columns, labels: positions.map { Float(rows.outcome($0)) },
      weights: positions.map { Float(rows.weights[$0]) }, featureNames: rows.schema.names)
  }

  // MARK: Networks

  private func network(_ kind: MemberKind, _ train: [Int], _ length: Int?) throws -> Result {
    let split = length == nil ? try watched(train) : (fitted: train, watched: [])
    let scaled = try scaled(by: split.fitted)
    var targets = [Float](repeating: 0, count: rows.rows)
    var weights = [Float](repeating: 0, count: rows.rows)
    for position in train {
      targets[rows.rowOfLabel[position]] = Float(rows.outcome(position))
      weights[rows.rowOfLabel[position]] = Float(rows.weights[position])
    }
    let starts = kind == .lstm ? plan.lanes.windowStarts(slots: rows.slots) : []
    let source = NetworkSource(
      values: scaled.values, columns: rows.columns, targets: targets, weights: weights, starts: starts,
      training: split.fitted.map { Int32(rows.rowOfLabel[$0]) },
      validation: split.watched.map { Int32(rows.rowOfLabel[$0]) })
    var description = NetworkDescription(
      inputs: rows.columns, layers: kind == .lstm ? 1 : plan.layers, width: plan.width, means: scaled.scaling.means,
      factors: scaled.scaling.factors)
    let trained: (epochs: Int, tensors: [SafetensorsTensor])
    if kind == .lstm {
      (description.lanes, description.stagger) = (plan.lanes.lanes, plan.lanes.stagger)
      trained = try source.train(
        LstmNetwork<Float>(
          description.lstm, steps: plan.lanes.longest, maximumRows: 32, dropout: plan.dropout, seed: plan.forest.seed),
        plan, epochs: length)
    } else {
      (description.heads, description.hidden, description.span) = (plan.heads, 2 * plan.width, plan.span)
      trained = try source.train(
        TransformerNetwork<Float>(
          description.transformer, steps: plan.steps, dropout: plan.dropout, maximumRows: 32, seed: plan.forest.seed),
        plan, epochs: length)
    }
    let file = try SafetensorsFile(tensors: trained.tensors)
    return Result(
      member: .network(kind, description, weights: Data(file.serialized())), length: trained.epochs)
  }

  /// All rows on the scale of those before the newest one at `positions`, wild values held.
  private func scaled(by positions: [Int]) throws -> (values: [Float], scaling: Standardisation) {
    let last = positions.map { rows.rowOfLabel[$0] }.max() ?? 0
    let source = rows.values
    var values = [Float](repeating: 0, count: source.count)
    let scaling = try source.withUnsafeBufferPointer { source -> Standardisation in
      guard let start = source.baseAddress else { throw TrainingError.tooFewRows(count: 0, needed: 1) }
      let samples = SequenceSamples(features: start, rows: rows.rows, columns: rows.columns, targets: start)
      let scaling = try Standardisation(samples, positions: (0...last).map { Int32($0) }, steps: 1)
      values.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return }
        scaling.apply(start, rows: rows.rows, into: out)
      }
      return scaling
    }
    let hold = NetworkMember.hold
    for place in values.indices { values[place] = min(max(values[place], -hold), hold) }
    return (values, scaling)
  }
}

/// What a network is trained on.
private struct NetworkSource {
  let values: [Float]
  let columns: Int
  let targets: [Float]
  let weights: [Float]
  /// Empty where windows are bounded by the first row only.
  let starts: [Int32]
  let training: [Int32]
  let validation: [Int32]

  /// - Parameter epochs: Where they are known: then the schedule is that of a whole run, cut off there.
  /// - Returns: The epochs after which it was best, and its weights then.
  func train<Network: SequenceNetwork>(
    _ network: Network, _ plan: MemberPlan, epochs: Int?
  ) throws -> (epochs: Int, tensors: [SafetensorsTensor]) where Network.Scalar == Float {
    var configuration = TrainingConfiguration()
    configuration.epochs = plan.epochs
    configuration.batch = plan.batch
    configuration.rate = plan.rate
    configuration.patience = plan.patience
    configuration.seed = plan.forest.seed
    configuration.workers = plan.workers
    configuration.schedule = .cosine(warmUp: 20, floor: 0.05)
    let loss = SequenceLoss([LossHead(.classes(weights: Array(repeating: 1, count: MoveClass.count)))])
    // The rows are standardised already, and held.
    let scaling = Standardisation(
      means: Array(repeating: 0, count: columns), factors: Array(repeating: 1, count: columns))
    var (best, done) = (0, 0)
    try values.withUnsafeBufferPointer { values in
      try targets.withUnsafeBufferPointer { targets in
        try weights.withUnsafeBufferPointer { weights in
          try starts.withUnsafeBufferPointer { starts in
            guard let x = values.baseAddress, let y = targets.baseAddress, let w = weights.baseAddress else {
              throw TrainingError.tooFewRows(count: 0, needed: 1)
            }
            let samples = SequenceSamples(
              features: x, rows: targets.count, columns: columns, targets: y, weights: w,
              windowStarts: starts.isEmpty ? nil : starts.baseAddress)
            try SequenceTrainer(
              network, loss: loss, configuration: configuration, samples: samples, training: training,
              validation: validation, scaling: scaling
            ).run(isCancelled: { epochs.map { done >= $0 } ?? false }) { report in
              done = report.epoch
              if report.isBest { best = report.epoch }
            }
          }
        }
      }
    }
    return (epochs ?? best, network.arena.tensors())
  }
}
