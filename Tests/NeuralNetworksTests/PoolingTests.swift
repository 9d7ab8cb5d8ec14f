// Pooling against its definitions and finite differences.

import Glibc
import NeuralNetworks
import Testing

@Suite struct PoolingTests {
  private let rows = 2
  private let tokens = 5
  private let width = 9

  private func layer(_ kind: Pooling, _ memory: LayerMemory<Double>) -> (PoolingLayer<Double>, ParameterArena<Double>) {
    var layout = ParameterLayout()
    _ = layout.add(PoolingLayer<Double>.queryName, shape: [1, width])
    let arena = ParameterArena<Double>(layout)
    arena.values.update(from: Differences.normals(width, "query"), count: width)
    let layer = PoolingLayer<Double>(
      kind, tokens: tokens, width: width, maximumRows: rows, in: layout, memory: memory)
    return (layer, arena)
  }

  @Test(arguments: Pooling.allCases) func outputsFollowTheDefinition(kind: Pooling) {
    let memory = LayerMemory<Double>()
    let (layer, arena) = layer(kind, memory)
    let h = Differences.normals(rows * tokens * width, "h", as: Double.self)
    let y = Room<Double>(rows * width)
    layer.forward(arena, h: h, y: y.base, WindowGroup(rows: rows, steps: tokens))
    for row in 0..<rows {
      let vectors = (0..<tokens).map { token in Array(h[((row * tokens + token) * width)...].prefix(width)) }
      let scores: [Double] =
        switch kind {
        case .last: [0, 0, 0, 0, 1]
        case .mean: [1, 1, 1, 1, 1]
        case .attention:
          vectors.map { exp(Differences.dot($0, (0..<width).map { arena.values[$0] }) / 3) }
        }
      let total = scores.reduce(0, +)
      for place in 0..<width {
        let expected = (0..<tokens).map { scores[$0] / total * vectors[$0][place] }.reduce(0, +)
        #expect(abs(y.numbers[row * width + place] - expected) < 1e-14)
      }
    }
  }

  @Test(arguments: Pooling.allCases) func gradientsAgreeWithFiniteDifferences(kind: Pooling) {
    let memory = LayerMemory<Double>()
    let (layer, arena) = layer(kind, memory)
    let h = Room(Differences.normals(rows * tokens * width, "h", as: Double.self))
    let dy = Differences.normals(rows * width, "dy", as: Double.self)
    let (y, dh) = (Room<Double>(rows * width), Room<Double>(h.count))
    func loss() -> Double {
      layer.forward(arena, h: h.base, y: y.base, WindowGroup(rows: rows, steps: tokens))
      return Differences.dot(y.numbers, dy)
    }
    _ = loss()
    layer.backward(arena, h: h.base, dy: dy, dh: dh.base, WindowGroup(rows: rows, steps: tokens))
    #expect(Differences.largest(dh.numbers, Differences.slopes(h.base, count: h.count, of: loss)) < 1e-8)
    let query = (0..<width).map { arena.gradients[$0] }
    #expect(Differences.largest(query, Differences.slopes(arena.values, count: width, of: loss)) < 1e-8)
    #expect(query.contains { abs($0) > 1e-3 } == (kind == .attention))
  }
}
