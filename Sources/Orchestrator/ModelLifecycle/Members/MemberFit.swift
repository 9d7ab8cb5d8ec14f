// A kind of model that can be a member: fitted on the past, it forecasts what comes after.

import DecisionForests
import Ensemble
import Features
import Glibc
import NeuralNetworks
import Validation

/// Kinds of members.
package enum MemberKind: String, CaseIterable, Codable, Sendable {
  /// How often each class happened, whatever the features say.
  case base
  /// Logistic regression: what a line can tell.
  case logistic
  case trees
  case lstm
  case transformer

  /// For tables.
  package var words: String {
    switch self {
    case .base: return "base rate"
    case .logistic: return "logistic"
    case .trees: return "trees"
    case .lstm: return "LSTM"
    case .transformer: return "transformer"
    }
  }
}

/// How members are fitted.
package struct MemberPlan: Hashable, Sendable {
  /// Of the trees.
  package var forest = TrainingPlan()
  /// Penalty of the logistic regression, per unit of weight.
  package var penalty = 1e-3
  /// Bars that a network reads.
  package var steps = 60
  /// Units of the LSTM, and width of the transformer's tokens.
  package var width = 32
  /// Heads and layers of the transformer.
  package var heads = 4
  package var layers = 2
  package var dropout = 0.1
  package var epochs = 12
  package var batch = 128
  package var rate = 1e-3
  /// Epochs without a better loss on the newest part of the past.
  package var patience = 3
  package var workers = 2

  package init() {
    forest.patience = 25
    forest.rounds = 200
    forest.learningRate = 0.05
    forest.minimumChildWeight = 20
  }

  /// Bars of attention a layer, so that all layers together reach ``steps`` bars back and no further.
  var span: Int { max(1, (steps - 1) / layers + 1) }

  /// Largest value that a standardised feature is taken for by a network.
  static let hold: Float = 8
}

/// Fits members to the past and asks them for the future.
struct MemberFit {
  let rows: MemberRows
  let plan: MemberPlan

  /// Part of the training labels, the newest, that ends a fit early.
  private static let watchedPart = 5

  /// Probabilities (test, classes) of the labels at `test`, by a model of `kind` that learned from those at `train`.
  ///
  /// - Parameters:
  ///   - train: Ascending, and purged of everything that overlaps the test.
  ///   - features: Standardised rows for networks; see ``standardised(upTo:)``.
  func forecasts(_ kind: MemberKind, train: [Int], test: [Int]) throws -> [Double] {
    switch kind {
    case .base: return base(train: train, test: test)
    case .logistic: return try logistic(train: train, test: test)
    case .trees: return try trees(train: train, test: test)
    case .lstm, .transformer: return try network(kind, train: train, test: test)
    }
  }

  /// The newest part of `train`, and what is left before it once purged of what overlaps it.
  private func watched(_ train: [Int]) throws -> (fitted: [Int], watched: [Int]) {
    let inner = Array(train.suffix(train.count / Self.watchedPart))
    guard let first = inner.first else { throw TrainingError.tooFewRows(count: train.count, needed: Self.watchedPart) }
    let fitted = train.prefix(train.count - inner.count).filter { rows.labels[$0].end < rows.labels[first].start }
    return (Array(fitted), inner)
  }

  private func base(train: [Int], test: [Int]) -> [Double] {
    var shares = [Double](repeating: 1e-9, count: MemberRows.classes)
    for position in train { shares[rows.outcomes[position]] += rows.weights[position] }
    let total = shares.reduce(0, +)
    return test.flatMap { _ in shares.map { $0 / total } }
  }

  private func logistic(train: [Int], test: [Int]) throws -> [Double] {
    let model = try LogisticModel(
      x: rows.features(train), columns: rows.columns, outcomes: train.map { rows.outcomes[$0] },
      classes: MemberRows.classes, weights: train.map { rows.weights[$0] }, penalty: plan.penalty)
    let features = rows.features(test)
    var p = [Double](repeating: 0, count: MemberRows.classes)
    return features.withUnsafeBufferPointer { features in
      guard let start = features.baseAddress else { return [] }
      return test.indices.flatMap { index in
        _ = model.predict(start + index * rows.columns, into: &p)
        return p
      }
    }
  }

  private func trees(train: [Int], test: [Int]) throws -> [Double] {
    let (fitted, watched) = try watched(train)
    var parameters = plan.forest.parameters(.softProbability(classes: MemberRows.classes), rounds: plan.forest.rounds)
    parameters.earlyStoppingRounds = plan.forest.patience
    let trained = try XGBoostTrainer.train(matrix(fitted), validation: matrix(watched), parameters: parameters)
    let predictor = try ForestPredictor(Forest(bytes: Array(trained.modelUBJSON), named: "member"))
    var output = [Double](repeating: 0, count: predictor.marginCount)
    let features = rows.features(test)
    return features.withUnsafeBufferPointer { features in
      guard let start = features.baseAddress else { return [] }
      return test.indices.flatMap { index in
        predictor.predict(start + index * rows.columns, into: &output)
        return output.prefix(MemberRows.classes)
      }
    }
  }

  private func matrix(_ positions: [Int]) -> TrainingMatrix {
    TrainingMatrix(
      values: rows.features(positions), columnCount: rows.columns, labels: positions.map { Float(rows.outcomes[$0]) },
      weights: positions.map { Float(rows.weights[$0]) }, featureNames: rows.schema.names)
  }

  // MARK: Networks

  /// A network that has learned.
  private enum Trained {
    case recurrent(LstmInference)
    case attention(TransformerInference)
  }

  /// Trains on windows, and forecasts from as many bars.
  private func network(_ kind: MemberKind, train: [Int], test: [Int]) throws -> [Double] {
    let (fitted, watched) = try watched(train)
    let values = try standardised(by: fitted)
    var targets = [Float](repeating: 0, count: rows.rows)
    var weights = [Float](repeating: 0, count: rows.rows)
    for position in train {
      targets[rows.rowOfLabel[position]] = Float(rows.outcomes[position])
      weights[rows.rowOfLabel[position]] = Float(rows.weights[position])
    }
    var configuration = TrainingConfiguration()
    configuration.epochs = plan.epochs
    configuration.batch = plan.batch
    configuration.rate = plan.rate
    configuration.patience = plan.patience
    configuration.seed = plan.forest.seed
    configuration.workers = plan.workers
    configuration.schedule = .cosine(warmUp: 20, floor: 0.05)
    let network = try values.withUnsafeBufferPointer { values in
      try targets.withUnsafeBufferPointer { targets in
        try weights.withUnsafeBufferPointer { weights -> Trained in
          guard let x = values.baseAddress, let y = targets.baseAddress, let w = weights.baseAddress else {
            throw TrainingError.tooFewRows(count: 0, needed: 1)
          }
          let samples = SequenceSamples(features: x, rows: rows.rows, columns: rows.columns, targets: y, weights: w)
          return try trained(kind, samples, fitted, watched, configuration)
        }
      }
    }
    return said(by: network, values, test)
  }

  private func trained(
    _ kind: MemberKind, _ samples: SequenceSamples, _ fitted: [Int], _ watched: [Int],
    _ configuration: TrainingConfiguration
  ) throws -> Trained {
    let (training, validation) = (places(fitted), places(watched))
    let loss = SequenceLoss([LossHead(.classes(weights: Array(repeating: 1, count: MemberRows.classes)))])
    // The rows are standardised already, and held.
    let scaling = Standardisation(
      means: Array(repeating: 0, count: rows.columns), factors: Array(repeating: 1, count: rows.columns))
    if kind == .lstm {
      let shape = LstmShape(inputs: rows.columns, hidden: plan.width, layers: 1, outputs: MemberRows.classes)
      let network = LstmNetwork<Float>(
        shape, steps: plan.steps, maximumRows: 32, dropout: plan.dropout, seed: plan.forest.seed)
      try SequenceTrainer(
        network, loss: loss, configuration: configuration, samples: samples, training: training,
        validation: validation, scaling: scaling
      ).run()
      return .recurrent(try LstmInference(shape, weights: network.arena, longestWindow: plan.steps))
    }
    let shape = TransformerShape(
      inputs: rows.columns, width: plan.width, heads: plan.heads, layers: plan.layers, hidden: 2 * plan.width,
      outputs: MemberRows.classes, positions: .rotary, span: plan.span)
    let network = TransformerNetwork<Float>(
      shape, steps: plan.steps, dropout: plan.dropout, maximumRows: 32, seed: plan.forest.seed)
    try SequenceTrainer(
      network, loss: loss, configuration: configuration, samples: samples, training: training, validation: validation,
      scaling: scaling
    ).run()
    return .attention(try TransformerInference(shape, weights: network.arena))
  }

  private func places(_ positions: [Int]) -> [Int32] { positions.map { Int32(rows.rowOfLabel[$0]) } }

  /// All rows on the scale of those before the newest one at `positions`, wild values held.
  private func standardised(by positions: [Int]) throws -> [Float] {
    let last = positions.map { rows.rowOfLabel[$0] }.max() ?? 0
    var values = [Float](repeating: 0, count: rows.values.count)
    let everything = (0...last).map { Int32($0) }
    try rows.values.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      let samples = SequenceSamples(
        features: start, rows: rows.rows, columns: rows.columns, targets: start)
      let scaling = try Standardisation(samples, positions: everything, steps: 1)
      values.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return }
        scaling.apply(start, rows: rows.rows, into: out)
      }
    }
    for place in values.indices { values[place] = min(max(values[place], -MemberPlan.hold), MemberPlan.hold) }
    return values
  }

  /// What `network` says at the labels of `test`.
  private func said(by network: Trained, _ values: [Float], _ test: [Int]) -> [Double] {
    switch network {
    case .recurrent(let lstm): return windows(lstm, values, test)
    case .attention(let transformer): return stream(transformer, values, test)
    }
  }

  /// Each label's window from a state of zeros, as in training: an LSTM that has only learned to read
  /// ``MemberPlan/steps`` bars is not asked to go on for longer.
  private func windows(_ lstm: LstmInference, _ values: [Float], _ test: [Int]) -> [Double] {
    var said: [Double] = []
    var logits = [Float](repeating: 0, count: MemberRows.classes)
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for position in test {
        let row = rows.rowOfLabel[position]
        let length = min(plan.steps, row + 1)
        _ = lstm.window(start + (row - length + 1) * rows.columns, steps: length, into: &logits)
        said += Self.softmax(logits)
      }
    }
    return said
  }

  /// Bar by bar with what was kept of earlier ones: the same as windows, since attention reaches no further back.
  private func stream(_ network: any StreamingNetwork, _ values: [Float], _ test: [Int]) -> [Double] {
    var said: [Double] = []
    var logits = [Float](repeating: 0, count: MemberRows.classes)
    network.reset()
    var next = 0
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, let last = test.last else { return }
      for row in 0...rows.rowOfLabel[last] {
        _ = network.step(start + row * rows.columns)
        guard next < test.count, rows.rowOfLabel[test[next]] == row else { continue }
        network.read(into: &logits)
        said += Self.softmax(logits)
        next += 1
      }
    }
    return said
  }

  private static func softmax(_ logits: [Float]) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let powers = logits.map { exp(Double($0) - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
