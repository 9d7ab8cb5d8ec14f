// Layer normalisation against its definition and finite differences.

import NeuralNetworks
import Testing

@Suite struct LayerNormTests {
  private let rows = 4

  /// The layer with a scale and place away from 1 and 0.
  private func layer(_ width: Int) -> (LayerNorm<Double>, ParameterArena<Double>) {
    var layout = ParameterLayout()
    _ = layout.add("norm.weight", shape: [width])
    _ = layout.add("norm.bias", shape: [width])
    let arena = ParameterArena<Double>(layout)
    arena.values.update(from: Differences.normals(2 * width, "weights"), count: 2 * width)
    return (LayerNorm("norm", in: layout), arena)
  }

  @Test(arguments: [1, 3, 8, 21]) func everyTokenIsBroughtToScaleAndPlace(width: Int) {
    let (layer, arena) = layer(width)
    let x = Differences.normals(rows * width, "x", as: Double.self)
    let (normal, inverse, y) = (Room<Double>(rows * width), Room<Double>(rows), Room<Double>(rows * width))
    layer.forward(arena, x: x, normal: normal.base, inverse: inverse.base, y: y.base, rows: rows)
    for row in 0..<rows {
      let token = Array(x[(row * width)..<((row + 1) * width)])
      let mean = token.reduce(0, +) / Double(width)
      let variance = token.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
      for place in 0..<width {
        let expected = (token[place] - mean) / (variance + 1e-5).squareRoot()
        #expect(abs(normal.numbers[row * width + place] - expected) < 1e-13)
        let scaled = expected * arena.values[place] + arena.values[width + place]
        #expect(abs(y.numbers[row * width + place] - scaled) < 1e-13)
      }
    }
  }

  @Test(arguments: [3, 8, 21]) func gradientsAgreeWithFiniteDifferences(width: Int) {
    let (layer, arena) = layer(width)
    let count = rows * width
    let x = Room(Differences.normals(count, "x", as: Double.self))
    let dy = Differences.normals(count, "dy", as: Double.self)
    let (normal, inverse, y) = (Room<Double>(count), Room<Double>(rows), Room<Double>(count))
    func loss() -> Double {
      layer.forward(arena, x: x.base, normal: normal.base, inverse: inverse.base, y: y.base, rows: rows)
      return Differences.dot(y.numbers, dy)
    }
    _ = loss()
    let dx = Room<Double>(count)
    layer.backward(arena, normal: normal.base, inverse: inverse.base, dy: dy, dx: dx.base, rows: rows)
    let inPlace = Room(dy)
    layer.backward(arena, normal: normal.base, inverse: inverse.base, dy: inPlace.base, dx: inPlace.base, rows: rows)
    #expect(inPlace.numbers == dx.numbers)
    #expect(Differences.largest(dx.numbers, Differences.slopes(x.base, count: count, of: loss)) < 1e-8)
    // Two passes have added up.
    let found = (0..<(2 * width)).map { arena.gradients[$0] / 2 }
    #expect(Differences.largest(found, Differences.slopes(arena.values, count: 2 * width, of: loss)) < 1e-8)
  }

  @Test func aTokenOfEqualElementsGivesThePlaceAlone() {
    let (layer, arena) = layer(8)
    let (normal, inverse, y) = (Room<Double>(8), Room<Double>(1), Room<Double>(8))
    let x = [Double](repeating: 5, count: 8)
    layer.forward(arena, x: x, normal: normal.base, inverse: inverse.base, y: y.base, rows: 1)
    #expect(y.numbers == (8..<16).map { arena.values[$0] })
  }
}
