// The transformer in single precision against PyTorch: outputs, every gradient, ten training steps.

import Foundation
import NeuralNetworks
import QuantMath
import Testing

@Suite struct TransformerGoldenTests {
  /// A model of Tests/oracle/make_transformer_golden.py.
  struct Model: CustomTestStringConvertible, Sendable {
    let name: String
    let shape: TransformerShape
    let steps: Int
    var pooling = Pooling.last
    var testDescription: String { name }
  }

  static let rows = 5
  static let models = [
    Model(name: "full", shape: shape(5, 12, 3, 2, 10, 3, .learned(steps: 9)), steps: 9),
    Model(name: "band", shape: shape(5, 16, 2, 2, 11, 3, .learned(steps: 13), span: 4), steps: 13),
    Model(name: "rotary", shape: shape(6, 16, 2, 2, 24, 3, .rotary, span: 5), steps: 14),
    Model(name: "rotary-full", shape: shape(4, 12, 2, 1, 9, 2, .rotary), steps: 10),
    Model(name: "first", shape: shape(5, 16, 4, 2, 21, 3, .learned(steps: 7), first: true), steps: 7),
    Model(name: "mean", shape: shape(5, 12, 3, 2, 10, 3, .learned(steps: 9)), steps: 9, pooling: .mean),
    Model(
      name: "attention", shape: shape(3, 8, 2, 1, 13, 3, .learned(steps: 11), span: 6, first: true), steps: 11,
      pooling: .attention),
  ]

  private static func shape(
    _ inputs: Int, _ width: Int, _ heads: Int, _ layers: Int, _ hidden: Int, _ outputs: Int,
    _ positions: TransformerShape.Positions, span: Int? = nil, first: Bool = false
  ) -> TransformerShape {
    TransformerShape(
      inputs: inputs, width: width, heads: heads, layers: layers, hidden: hidden, outputs: outputs,
      positions: positions, span: span, normsFirst: first)
  }

  /// The golden file, and the network with the weights in it.
  private func load(_ model: Model) throws -> (SafetensorsFile, TransformerNetwork<Float>) {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/train-transformer-\(model.name).safetensors")
    let file = try SafetensorsFile(parsing: [UInt8](Data(contentsOf: path)))
    let network = TransformerNetwork<Float>(
      model.shape, steps: model.steps, pooling: model.pooling, maximumRows: Self.rows, seed: 1)
    let names = Set(network.arena.layout.slots.map(\.name))
    try network.arena.load(SafetensorsFile(tensors: file.tensors.filter { names.contains($0.name) }))
    return (file, network)
  }

  private func floats(_ file: SafetensorsFile, _ name: String) throws -> [Float] {
    try #require(file.tensor(name)?.elements())
  }

  private func targets(_ file: SafetensorsFile) throws -> [Int32] {
    try #require(file.tensor("target")).bytes.enumerated().filter { $0.offset % 4 == 0 }.map { Int32($0.element) }
  }

  /// Loss, with the gradients in the arena.
  private func pass(_ network: TransformerNetwork<Float>, _ x: [Float], _ targets: [Int32]) -> Float {
    network.arena.clearGradients()
    let y = network.forward(x, rows: Self.rows, dropout: nil)
    let loss = SoftmaxCrossEntropy.loss(
      logits: y, targets: targets, gradient: network.outputGradient, rows: Self.rows, classes: network.outputs)
    network.backward(x, rows: Self.rows)
    return loss
  }

  /// Largest difference, in units of the largest expected magnitude.
  private func error(_ found: UnsafePointer<Float>, _ expected: [Float]) -> Float {
    let scale = expected.map(abs).max() ?? 0
    return (expected.indices.map { abs(found[$0] - expected[$0]) }.max() ?? .infinity) / scale
  }

  @Test(arguments: models) func outputsAndEveryGradientAreThoseOfPyTorch(model: Model) throws {
    let (file, network) = try load(model)
    let x = try floats(file, "x")
    let loss = pass(network, x, try targets(file))
    let first = try #require(try floats(file, "losses").first)
    #expect(abs(loss - first) <= 1e-5 * first)
    let y = network.forward(x, rows: Self.rows, dropout: nil)
    #expect(error(y, try floats(file, "y")) < 1e-5)
    for slot in network.arena.layout.slots {
      let found = error(network.arena.gradients(slot), try floats(file, "gradient." + slot.name))
      #expect(found < 1e-5, "\(slot.name)")
    }
  }

  @Test(arguments: models) func tenTrainingStepsLoseWhatPyTorchLoses(model: Model) throws {
    let (file, network) = try load(model)
    let (x, targets) = (try floats(file, "x"), try targets(file))
    let optimiser = AdamW<Float>(network.arena.layout, rate: 0.01, decay: 0.01)
    for expected in try floats(file, "losses") {
      let loss = pass(network, x, targets)
      #expect(abs(loss - expected) <= 1e-5 * expected)
      optimiser.step(network.arena)
    }
  }
}
