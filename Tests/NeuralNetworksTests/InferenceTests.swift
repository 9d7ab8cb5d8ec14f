// The kernels against PyTorch, windows against steps, and inputs that are no numbers.

import Foundation
import NeuralNetworks
import QuantMath
import Testing

/// A network of the golden folder: weights, inputs, and PyTorch's outputs after every step.
struct GoldenNetwork {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  let weights: SafetensorsFile
  let x: [Float]
  let y: [Float]
  let steps: Int
  let inputs: Int
  let outputs: Int

  init(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name + ".safetensors")))
    let file = try SafetensorsFile(parsing: bytes)
    let (x, y) = (try #require(file.tensor("x")), try #require(file.tensor("y")))
    self.x = try #require(x.elements())
    self.y = try #require(y.elements())
    (steps, inputs, outputs) = (x.shape[0], x.shape[1], y.shape[1])
    weights = SafetensorsFile(tensors: file.tensors.filter { $0.name != "x" && $0.name != "y" })
  }

  func arena(_ layout: ParameterLayout) throws -> ParameterArena<Float> {
    let arena = ParameterArena<Float>(layout)
    try arena.load(weights)
    return arena
  }

  /// Largest difference from PyTorch's outputs after each step.
  func difference(_ outputsAfter: (_ step: Int, _ out: UnsafeMutablePointer<Float>) -> Void) -> Float {
    var out = [Float](repeating: 0, count: outputs)
    var most: Float = 0
    for step in 0..<steps {
      outputsAfter(step, &out)
      for place in 0..<outputs { most = max(most, abs(out[place] - y[step * outputs + place])) }
    }
    return most
  }
}

private let lstms: [(String, LstmShape)] = [
  ("lstm-odd", LstmShape(inputs: 5, hidden: 19, layers: 2, outputs: 3)),
  ("lstm-whole", LstmShape(inputs: 8, hidden: 32, layers: 1, outputs: 3)),
]

private let windowed: [(String, TransformerShape)] = [
  (
    "transformer-odd",
    TransformerShape(
      inputs: 5, width: 12, heads: 3, layers: 2, hidden: 10, outputs: 3, positions: .learned(steps: 9), span: nil)
  ),
  (
    "transformer-first",
    TransformerShape(
      inputs: 5, width: 16, heads: 2, layers: 2, hidden: 21, outputs: 2, positions: .learned(steps: 7), span: nil,
      normsFirst: true)
  ),
]

private let streaming: [(String, TransformerShape)] = [
  (
    "transformer-band",
    TransformerShape(
      inputs: 6, width: 16, heads: 2, layers: 2, hidden: 24, outputs: 3, positions: .rotary, span: 4)
  ),
  (
    "transformer-band-first",
    TransformerShape(
      inputs: 3, width: 24, heads: 4, layers: 3, hidden: 16, outputs: 3, positions: .rotary, span: 3,
      normsFirst: true)
  ),
]

@Test(arguments: lstms) func anLstmSaysWhatPyTorchSays(_ name: String, _ shape: LstmShape) throws {
  let golden = try GoldenNetwork(name)
  let network = try LstmInference(shape, weights: golden.arena(shape.layout()), longestWindow: golden.steps)
  let byWindow = golden.difference { step, out in #expect(network.window(golden.x, steps: step + 1, into: out)) }
  #expect(byWindow < 3e-6)
  let byStep = golden.difference { step, out in
    golden.x.withUnsafeBufferPointer { #expect(network.step($0.baseAddress! + step * shape.inputs)) }
    network.read(into: out)
  }
  #expect(byStep < 3e-6)
}

@Test(arguments: windowed + streaming)
func aTransformerSaysWhatPyTorchSays(_ name: String, _ shape: TransformerShape) throws {
  let golden = try GoldenNetwork(name)
  let network = try TransformerInference(shape, weights: golden.arena(shape.layout()), longestWindow: golden.steps)
  for everyToken in [true, false] {
    let difference = golden.difference { step, out in
      #expect(network.window(golden.x, steps: step + 1, everyToken: everyToken, into: out))
    }
    #expect(difference < 1e-5)
  }
}

@Test(arguments: streaming)
func aTransformerStepsThroughWhatPyTorchSays(_ name: String, _ shape: TransformerShape) throws {
  let golden = try GoldenNetwork(name)
  let network = try TransformerInference(shape, weights: golden.arena(shape.layout()))
  for _ in 0..<2 {
    network.reset()
    let difference = golden.difference { step, out in
      golden.x.withUnsafeBufferPointer { #expect(network.step($0.baseAddress! + step * shape.inputs)) }
      network.read(into: out)
    }
    #expect(difference < 1e-5)
  }
}

/// Weights drawn small enough that nothing saturates.
private func drawn(_ layout: ParameterLayout, seed: UInt64) -> ParameterArena<Float> {
  let arena = ParameterArena<Float>(layout)
  var random = CounterRandom(seed: seed, purpose: "drawn weights")
  for index in 0..<layout.count { arena.values[index] = Float(random.nextUniform(in: -0.2..<0.2)) }
  for slot in layout.slots where slot.name.contains("norm") && slot.name.hasSuffix("weight") {
    arena.values(slot).update(repeating: 1, count: slot.count)
  }
  return arena
}

/// After so many steps, a network that streams must still say what a window over its newest tokens says.
@Test func stepsDoNotDriftFromWindows() throws {
  let steps = 200_000
  let shape = TransformerShape(
    inputs: 4, width: 16, heads: 2, layers: 2, hidden: 16, outputs: 3, positions: .rotary, span: 8)
  let reach = try #require(shape.reach)
  let network = try TransformerInference(shape, weights: drawn(shape.layout(), seed: 3), longestWindow: reach)
  let recurrent = LstmShape(inputs: 4, hidden: 16, layers: 1, outputs: 3)
  let weights = drawn(recurrent.layout(), seed: 4)
  let lstm = try LstmInference(recurrent, weights: weights)
  // The forget gates close enough that 200 steps ago is forgotten: a window from zeros then says the same.
  let fresh = try LstmInference(recurrent, weights: weights, longestWindow: 200)
  var random = CounterRandom(seed: 9, purpose: "inputs")
  var rows: [Float] = []
  var (streamed, windowed) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
  for step in 0..<steps {
    let row = (0..<4).map { _ in Float(random.nextUniform(in: -1..<1)) }
    rows.append(contentsOf: row)
    #expect(network.step(row) && lstm.step(row))
    if rows.count > 4_000 { rows.removeFirst(rows.count - 800) }
    guard step % 19_997 == 0 || step == steps - 1, step > 200 else { continue }
    rows.withUnsafeBufferPointer { rows in
      let end = rows.baseAddress! + rows.count
      network.read(into: &streamed)
      #expect(network.window(end - 4 * reach, steps: reach, into: &windowed))
      #expect(zip(streamed, windowed).allSatisfy { abs($0 - $1) < 1e-5 })
      lstm.read(into: &streamed)
      #expect(fresh.window(end - 800, steps: 200, into: &windowed))
      #expect(zip(streamed, windowed).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }
}

@Test(arguments: [Float.nan, .infinity, -.infinity])
func whatIsNoNumberIsRefusedAndChangesNothing(_ bad: Float) throws {
  let shape = LstmShape(inputs: 3, hidden: 5, layers: 1, outputs: 2)
  let lstm = try LstmInference(shape, weights: drawn(shape.layout(), seed: 1), longestWindow: 2)
  let attention = TransformerShape(
    inputs: 3, width: 8, heads: 2, layers: 1, hidden: 8, outputs: 2, positions: .rotary, span: 2)
  let transformer = try TransformerInference(
    attention, weights: drawn(attention.layout(), seed: 2), longestWindow: 2)
  for network in [lstm, transformer] as [any StreamingNetwork] {
    var (before, after) = ([Float](repeating: 0, count: 2), [Float](repeating: 0, count: 2))
    #expect(network.step([0.5, -1, 2]))
    network.read(into: &before)
    #expect(!network.step([0.5, bad, 2]))
    network.read(into: &after)
    #expect(before == after && before.allSatisfy(\.isFinite))
  }
  var out: [Float] = [7, 7]
  #expect(!lstm.window([0, 0, 0, 0, bad, 0], steps: 2, into: &out))
  #expect(!transformer.window([0, 0, 0, 0, bad, 0], steps: 2, into: &out))
  #expect(out == [7, 7])
}

@Test func shapesThatCannotBeAreRefused() throws {
  let odd = TransformerShape(
    inputs: 3, width: 6, heads: 2, layers: 1, hidden: 8, outputs: 2, positions: .rotary, span: 2)
  // Three numbers a head cannot be turned in pairs.
  #expect(throws: NetworkError.self) { try TransformerInference(odd, weights: drawn(odd.layout(), seed: 1)) }
  let deep = LstmShape(inputs: 3, hidden: 5, layers: 9, outputs: 2)
  #expect(throws: NetworkError.self) { try LstmInference(deep, weights: drawn(deep.layout(), seed: 1)) }
  let shape = LstmShape(inputs: 3, hidden: 5, layers: 1, outputs: 2)
  #expect(throws: NetworkError.differentWeights) {
    try LstmInference(shape, weights: drawn(deep.layout(), seed: 1))
  }
}
