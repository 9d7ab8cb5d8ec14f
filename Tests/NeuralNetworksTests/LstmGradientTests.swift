// An LSTM's outputs and gradients against PyTorch, finite differences, and itself in other arrangements.

import Foundation
import NeuralNetworks
import QuantMath
import Testing

@Suite struct LstmGradientTests {
  @Test(arguments: ["lstm-gradients-one", "lstm-gradients-two"])
  func outputsAndEveryGradientAreThoseOfPyTorch(name: String) throws {
    let golden = try TrainingGolden(name)
    let x = try golden.tensor("x")
    let shape = try golden.lstmShape()
    let arena = try golden.arena(shape.layout())
    let rows = x.shape[0]
    let network = LstmNetwork(shape, arena: arena, steps: x.shape[1], maximumRows: rows + 3)
    let values = try golden.elements("x")
    let y = network.forward(values, rows: rows, dropout: nil)
    expectClose(UnsafeBufferPointer(start: y, count: rows * shape.outputs), try golden.elements("y"), name)
    let dy = try golden.elements("dy")
    network.outputGradient.update(from: dy, count: dy.count)
    network.backward(values, rows: rows)
    for slot in arena.layout.slots {
      let gradient = UnsafeBufferPointer(start: arena.gradients(slot), count: slot.count)
      expectClose(gradient, try golden.elements("gradient." + slot.name), slot.name)
    }
  }

  @Test(arguments: [0.0, 0.4]) func everyGradientAgreesWithFiniteDifferences(dropout: Double) {
    let shape = LstmShape(inputs: 3, hidden: 4, layers: 2, outputs: 2)
    let network = LstmNetwork<Double>(shape, steps: 5, maximumRows: 3, dropout: dropout, seed: 5)
    var random = CounterRandom(seed: 1, purpose: "x")
    let x = (0..<45).map { _ in random.nextGaussian() }
    let weights = (0..<6).map { _ in random.nextGaussian() }
    let key = DropoutKey(seed: 3, step: 9)
    func loss() -> Double {
      let y = network.forward(x, rows: 3, dropout: key)
      return (0..<6).reduce(0) { $0 + weights[$1] * y[$1] }
    }
    _ = loss()
    network.outputGradient.update(from: weights, count: 6)
    network.backward(x, rows: 3)
    var largest = 0.0
    for index in 0..<network.arena.layout.count {
      let value = network.arena.values[index]
      network.arena.values[index] = value + 1e-6
      let above = loss()
      network.arena.values[index] = value - 1e-6
      let below = loss()
      network.arena.values[index] = value
      largest = max(largest, abs((above - below) / 2e-6 - network.arena.gradients[index]))
    }
    #expect(largest < 1e-8)
  }

  @Test func dropoutIsTheSameForAChunkAsForTheWholeBatchAndOffInEvaluation() {
    let shape = LstmShape(inputs: 3, hidden: 8, layers: 2, outputs: 2)
    let network = LstmNetwork<Float>(shape, steps: 4, maximumRows: 6, dropout: 0.5, seed: 5)
    var random = CounterRandom(seed: 1, purpose: "x")
    let x = (0..<72).map { _ in Float(random.nextGaussian()) }
    func outputs(_ first: Int, _ rows: Int, _ key: DropoutKey?) -> [Float] {
      Array(
        UnsafeBufferPointer(
          start: network.forward(Array(x[(first * 12)..<((first + rows) * 12)]), rows: rows, dropout: key),
          count: rows * 2))
    }
    let whole = outputs(0, 6, DropoutKey(seed: 7, step: 2))
    #expect(outputs(0, 6, DropoutKey(seed: 7, step: 2)) == whole)
    #expect(Array(whole[8...]) == outputs(4, 2, DropoutKey(seed: 7, step: 2, firstRow: 4)))
    #expect(outputs(0, 6, DropoutKey(seed: 7, step: 3)) != whole)
    #expect(outputs(0, 6, DropoutKey(seed: 8, step: 2)) != whole)
    let still = outputs(0, 6, nil)
    #expect(still != whole)
    #expect(still == outputs(0, 6, nil))
  }

  @Test func aTrainedNetworkForecastsTheSameOnTheKernelsOfTheHotPath() throws {
    let shape = LstmShape(inputs: 5, hidden: 19, layers: 2, outputs: 3)
    let network = LstmNetwork<Float>(shape, steps: 12, maximumRows: 1, seed: 5)
    var random = CounterRandom(seed: 1, purpose: "x")
    let x = (0..<60).map { _ in Float(random.nextGaussian()) }
    let inference = try LstmInference(shape, weights: network.arena, longestWindow: 12)
    var out = [Float](repeating: 0, count: 3)
    #expect(inference.window(x, steps: 12, into: &out))
    expectClose(UnsafeBufferPointer(start: network.forward(x, rows: 1, dropout: nil), count: 3), out, "outputs")
  }
}

/// Expects two sets of numbers to differ by less than 1e-5 of the largest.
func expectClose(_ found: UnsafeBufferPointer<Float>, _ expected: [Float], _ what: String) {
  #expect(found.count == expected.count)
  let size = expected.reduce(0) { max($0, abs($1)) }
  let most = zip(found, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
  #expect(most <= 1e-5 * size && size > 0, "\(what): \(most) of \(size)")
}

/// A file of the golden folder with a network's weights and what a training step makes of them.
struct TrainingGolden {
  let file: SafetensorsFile

  init(_ name: String) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).safetensors")
    file = try SafetensorsFile(parsing: [UInt8](try Data(contentsOf: url)))
  }

  func tensor(_ name: String) throws -> SafetensorsTensor { try #require(file.tensor(name)) }

  func elements(_ name: String) throws -> [Float] { try #require(try tensor(name).elements()) }

  func lstmShape() throws -> LstmShape {
    let (input, head) = (try tensor("lstm.weight_ih_l0").shape, try tensor("head.weight").shape)
    return LstmShape(
      inputs: input[1], hidden: input[0] / 4, layers: file.tensor("lstm.weight_ih_l1") == nil ? 1 : 2, outputs: head[0])
  }

  func arena(_ layout: ParameterLayout) throws -> ParameterArena<Float> {
    let arena = ParameterArena<Float>(layout)
    try arena.load(
      SafetensorsFile(tensors: file.tensors.filter { name in layout.slots.contains { $0.name == name.name } }))
    return arena
  }
}
