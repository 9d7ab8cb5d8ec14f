// What goes out to PyTorch: the committed files are what this program writes, and `check_network_export.py` loads them.

import Foundation
import NeuralNetworks
import QuantMath
import Testing

/// A network's own weights with an input and what the head says of it, as one file.
private func exported(_ arena: ParameterArena<Float>, x: [Float], shape: [Int], y: [Float]) throws -> [UInt8] {
  func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> SafetensorsTensor {
    SafetensorsTensor(
      name: name, type: .f32, shape: shape,
      bytes: values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
  }
  return try SafetensorsFile(tensors: arena.tensors() + [tensor("x", shape, x), tensor("y", [y.count], y)])
    .serialized()
}

private func window(_ steps: Int, _ inputs: Int) -> [Float] {
  var random = CounterRandom(seed: 8, purpose: "export")
  return (0..<(steps * inputs)).map { _ in Float(random.nextUniform(in: -2..<2)) }
}

/// Holds the bytes against the committed file, weights to the bit and outputs to rounding; writes it where
/// EXPORT_GOLDEN is set.
private func compare(_ bytes: [UInt8], _ name: String) throws {
  let url = GoldenNetwork.folder.appending(path: name)
  if ProcessInfo.processInfo.environment["EXPORT_GOLDEN"] != nil { try Data(bytes).write(to: url) }
  let committed = try SafetensorsFile(parsing: Array(Data(contentsOf: url)))
  let now = try SafetensorsFile(parsing: bytes)
  #expect(committed.tensors.map(\.name) == now.tensors.map(\.name))
  for (before, after) in zip(committed.tensors, now.tensors) {
    #expect(before.shape == after.shape)
    guard before.name == "y" else {
      #expect(before.bytes == after.bytes, "\(before.name)")
      continue
    }
    for (left, right) in zip(floats(before.bytes), floats(after.bytes)) { #expect(abs(left - right) < 1e-5) }
  }
}

private func floats(_ bytes: [UInt8]) -> [Float] {
  stride(from: 0, to: bytes.count, by: 4).map { place in
    Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) })
  }
}

@Test func anLstmGoesOutAsPyTorchNamesIt() throws {
  let shape = LstmShape(inputs: 5, hidden: 7, layers: 2, outputs: 3)
  let network = LstmNetwork<Float>(shape, steps: 9, maximumRows: 1, seed: 4)
  let x = window(9, 5)
  var y = [Float](repeating: 0, count: 3)
  #expect(try LstmInference(shape, weights: network.arena, longestWindow: 9).window(x, steps: 9, into: &y))
  try compare(exported(network.arena, x: x, shape: [9, 5], y: y), "export-lstm.safetensors")
}

@Test func aTransformerGoesOutAsPyTorchNamesIt() throws {
  let shape = TransformerShape(
    inputs: 5, width: 12, heads: 3, layers: 2, hidden: 20, outputs: 3, positions: .learned(steps: 9), span: nil)
  let network = TransformerNetwork<Float>(shape, steps: 9, maximumRows: 1, seed: 4)
  let x = window(9, 5)
  var y = [Float](repeating: 0, count: 3)
  #expect(try TransformerInference(shape, weights: network.arena, longestWindow: 9).window(x, steps: 9, into: &y))
  try compare(exported(network.arena, x: x, shape: [9, 5], y: y), "export-transformer.safetensors")
}
