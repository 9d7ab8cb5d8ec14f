// The transformer's backward pass against finite differences in double precision, and what else must hold of it.

import NeuralNetworks
import QuantMath
import Testing

@Suite struct TransformerGradientTests {
  /// Every option, in models small enough for one difference a weight.
  struct Model: CustomTestStringConvertible, Sendable {
    var positions = TransformerShape.Positions.learned(steps: 8)
    var span: Int?
    var normsFirst = false
    var pooling = Pooling.last
    var dropout = 0.0
    var testDescription: String { "\(positions) \(span ?? 0) \(normsFirst) \(pooling) \(dropout)" }

    var shape: TransformerShape {
      TransformerShape(
        inputs: 3, width: 12, heads: 2, layers: 2, hidden: 9, outputs: 2, positions: positions, span: span,
        normsFirst: normsFirst)
    }
  }

  private static let rows = 3
  private static let steps = 7
  private static let key = DropoutKey(seed: 5, step: 9)

  static let models = [
    Model(), Model(span: 3), Model(positions: .rotary, span: 3), Model(positions: .rotary, normsFirst: true),
    Model(span: 4, normsFirst: true, pooling: .attention), Model(pooling: .mean),
    Model(positions: .rotary, span: 2, pooling: .mean, dropout: 0.3), Model(normsFirst: true, dropout: 0.3),
    Model(dropout: 0.5),
  ]

  private func network<Scalar: TransformerScalar>(
    _ model: Model, as type: Scalar.Type, rows: Int = rows
  ) -> TransformerNetwork<Scalar> {
    let network = TransformerNetwork<Scalar>(
      model.shape, steps: Self.steps, pooling: model.pooling, dropout: model.dropout, maximumRows: rows, seed: 31)
    // Biases and norms away from 0 and 1, so that they are tested where they live.
    var random = CounterRandom(seed: 8, purpose: "biases")
    for slot in network.arena.layout.slots where slot.shape.count == 1 {
      for index in 0..<slot.count { network.arena.values(slot)[index] += Scalar(0.3 * random.nextGaussian()) }
    }
    return network
  }

  private func inputs<Scalar: NetworkScalar>(_ network: TransformerNetwork<Scalar>, rows: Int = rows) -> [Scalar] {
    var random = CounterRandom(seed: 4, purpose: "inputs")
    return (0..<(rows * Self.steps * network.inputs)).map { _ in Scalar(random.nextGaussian()) }
  }

  /// Mean squared error against fixed targets.
  private func loss<Scalar: NetworkScalar>(_ network: TransformerNetwork<Scalar>, _ x: [Scalar]) -> Scalar {
    let targets: [Scalar] = Samples.fill(Self.rows * network.outputs, offset: 3)
    let y = network.forward(x, rows: Self.rows, dropout: Self.key)
    return MeanSquaredError.loss(
      predictions: y, targets: targets, gradient: network.outputGradient, rows: Self.rows, outputs: network.outputs)
  }

  /// The same, with the gradients in the arena.
  private func pass<Scalar: NetworkScalar>(_ network: TransformerNetwork<Scalar>, _ x: [Scalar]) -> Scalar {
    network.arena.clearGradients()
    let loss = loss(network, x)
    network.backward(x, rows: Self.rows)
    return loss
  }

  private func gradients<Scalar>(_ network: TransformerNetwork<Scalar>) -> [Scalar] {
    Array(UnsafeBufferPointer(start: network.arena.gradients, count: network.arena.layout.count))
  }

  @Test(arguments: models) func everyGradientAgreesWithFiniteDifferences(model: Model) {
    let network = network(model, as: Double.self)
    let x = inputs(network)
    _ = pass(network, x)
    let gradients = gradients(network)
    for slot in network.arena.layout.slots {
      let expected = Differences.slopes(network.arena.values(slot), count: slot.count) { loss(network, x) }
      let found = gradients[slot.offset..<(slot.offset + slot.count)]
      #expect(Differences.largest(found, expected) < 1e-8, "\(slot.name)")
      #expect(found.contains { abs($0) > 1e-5 }, "\(slot.name) has no gradient")
    }
  }

  @Test(arguments: models) func singlePrecisionFollowsDouble(model: Model) {
    let (single, double) = (network(model, as: Float.self), network(model, as: Double.self))
    #expect(abs(Double(pass(single, inputs(single))) - pass(double, inputs(double))) < 1e-5)
    #expect(Differences.largest(gradients(single).map { Double($0) }, gradients(double)) < 1e-5)
  }

  @Test func aWindowsOutputIsTheSameInAnyBatchAndGroup() {
    let network = TransformerNetwork<Float>(
      Model(positions: .rotary, span: 3).shape, steps: Self.steps, maximumRows: 90, seed: 2)
    let x = inputs(network, rows: 90)
    let together = Array(UnsafeBufferPointer(start: network.forward(x, rows: 90, dropout: nil), count: 180))
    let size = Self.steps * network.inputs
    for row in [0, 1, 33, 34, 35, 89] {
      let alone = network.forward(Array(x[(row * size)..<((row + 1) * size)]), rows: 1, dropout: nil)
      #expect([alone[0], alone[1]] == Array(together[(2 * row)..<(2 * row + 2)]))
    }
  }

  @Test func chunksOfABatchDropWhatTheWholeBatchDrops() {
    let model = Model(positions: .rotary, normsFirst: true, pooling: .mean, dropout: 0.4)
    let whole = network(model, as: Float.self)
    let x = inputs(whole)
    let key = DropoutKey(seed: 3, step: 12, firstRow: 20)
    let expected = Array(UnsafeBufferPointer(start: whole.forward(x, rows: 3, dropout: key), count: 6))
    let size = Self.steps * whole.inputs
    let tail = DropoutKey(seed: 3, step: 12, firstRow: 21)
    let found = whole.forward(Array(x[size...]), rows: 2, dropout: tail)
    #expect(Array(UnsafeBufferPointer(start: found, count: 4)) == Array(expected[2...]))
    let later = whole.forward(x, rows: 3, dropout: DropoutKey(seed: 3, step: 13, firstRow: 20))
    #expect(Array(UnsafeBufferPointer(start: later, count: 6)) != expected)
  }

  @Test func replicasShareWeightsAndNothingElse() {
    let first = network(Model(), as: Float.self)
    let second = first.replica()
    let x = inputs(first)
    _ = pass(first, x)
    #expect(gradients(second).allSatisfy { $0 == 0 })
    _ = pass(second, x)
    #expect(gradients(first) == gradients(second))
    first.arena.values[0] += 1
    #expect(second.arena.values[0] == first.arena.values[0])
  }

  @Test func whatLiesBeyondReachIsNotRead() {
    let network = TransformerNetwork<Float>(Model(positions: .rotary, span: 3).shape, steps: 7, maximumRows: 1, seed: 2)
    var x = inputs(network, rows: 1)
    let y = network.forward(x, rows: 1, dropout: nil)[0]
    // Two layers of span 3 reach 5 tokens.
    for index in 0..<(2 * 3) { x[index] = .nan }
    #expect(network.forward(x, rows: 1, dropout: nil)[0] == y)
    x[2 * 3] = .nan
    #expect(network.forward(x, rows: 1, dropout: nil)[0].isNaN)
  }

  @Test func equalSeedsGiveEqualNetworksInBothPrecisions() {
    let (one, two) = (network(Model(), as: Float.self), network(Model(), as: Double.self))
    #expect((0..<one.arena.layout.count).allSatisfy { abs(Double(one.arena.values[$0]) - two.arena.values[$0]) < 1e-6 })
    let other = TransformerNetwork<Float>(Model().shape, steps: 7, maximumRows: 1, seed: 32)
    #expect(other.arena.values[0] != one.arena.values[0])
  }

  @Test(arguments: models.filter { $0.dropout == 0 }, [1, 4, 6]) func missingTokensLeaveAShorterWindow(
    model: Model, missing: Int
  ) {
    let network = network(model, as: Double.self)
    let size = Self.steps * network.inputs
    let x = inputs(network)
    // Between two whole windows one that lacks its oldest tokens, of which noise is left in the buffer.
    let counts = [0, Int32(missing), 0]
    let y = network.forward(x, rows: 3, missing: counts, dropout: nil)
    let found = [y[2], y[3]]
    network.outputGradient.update(from: [0, 0, 1, -2, 0, 0], count: 6)
    network.arena.clearGradients()
    network.backward(x, rows: 3)
    let short = TransformerNetwork<Double>(
      model.shape, steps: Self.steps - missing, pooling: model.pooling, maximumRows: 1, seed: 0)
    short.arena.values.update(from: network.arena.values, count: network.arena.layout.count)
    let window = Array(x[(size + missing * network.inputs)..<(2 * size)])
    let expected = short.forward(window, rows: 1, dropout: nil)
    #expect(Differences.largest(found, [expected[0], expected[1]]) < 1e-12)
    short.outputGradient.update(from: [1, -2], count: 2)
    short.backward(window, rows: 1)
    #expect(Differences.largest(gradients(network), gradients(short)) < 1e-12)
  }
}
