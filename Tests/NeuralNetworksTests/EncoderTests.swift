// One encoder layer: gradients of its input, and newest tokens alone.

import Foundation
import NeuralNetworks
import Testing

@Suite struct EncoderTests {
  private static let (width, rows, tokens) = (8, 2, 5)

  /// A layer over 5 tokens and everything around it.
  private struct Setup {
    let memory = LayerMemory<Double>()
    let arena: ParameterArena<Double>
    let layer: EncoderLayer<Double>

    init(normsFirst: Bool, queries: Int, dropout: Double = 0) {
      let shape = TransformerShape(
        inputs: 1, width: width, heads: 2, layers: 1, hidden: 11, outputs: 1, positions: .learned(steps: 1), span: nil,
        normsFirst: normsFirst)
      let layout = shape.layout()
      arena = ParameterArena(layout)
      arena.values.update(from: Differences.normals(layout.count, "weights").map { 0.5 * $0 }, count: layout.count)
      layer = EncoderLayer(
        shape, number: 0, tokens: tokens, queries: queries, dropout: dropout, rotary: nil, maximumRows: 6,
        layout: layout, scratch: EncoderScratch(shape, tokens: tokens, rows: rows, memory: memory), memory: memory)
    }

    /// Outputs for windows 3 and 4 of a batch.
    func forward(_ x: UnsafePointer<Double>, _ y: Room<Double>, key: DropoutKey?) {
      layer.packForward(arena)
      layer.forward(arena, x: x, y: y.base, WindowGroup(first: 3, rows: rows, steps: tokens, key: key))
    }
  }

  @Test(arguments: [false, true], [5, 2]) func theInputsGradientAgreesWithFiniteDifferences(
    normsFirst: Bool, queries: Int
  ) {
    let setup = Setup(normsFirst: normsFirst, queries: queries, dropout: 0.3)
    let key = DropoutKey(seed: 2, step: 3)
    let x = Room(Differences.normals(Self.rows * Self.tokens * Self.width, "x", as: Double.self))
    let y = Room<Double>(Self.rows * queries * Self.width)
    let slope = Differences.normals(y.count, "dy", as: Double.self)
    func loss() -> Double {
      setup.forward(x.base, y, key: key)
      return Differences.dot(y.numbers, slope)
    }
    _ = loss()
    let (dy, dx) = (Room(slope), Room<Double>(x.count))
    setup.layer.packBackward(setup.arena)
    setup.layer.backward(
      setup.arena, x: x.base, dy: dy.base, dx: dx.base,
      WindowGroup(first: 3, rows: Self.rows, steps: Self.tokens, key: key))
    let expected = Differences.slopes(x.base, count: x.count, of: loss)
    #expect(Differences.largest(dx.numbers, expected) < 1e-7)
    #expect(expected.contains { abs($0) > 0.1 })
  }

  @Test(arguments: [false, true]) func newestTokensAloneAreThoseOfAll(normsFirst: Bool) {
    let x = Differences.normals(Self.rows * Self.tokens * Self.width, "x", as: Double.self)
    let (all, few) = (Room<Double>(x.count), Room<Double>(Self.rows * 2 * Self.width))
    Setup(normsFirst: normsFirst, queries: 5).forward(x, all, key: nil)
    Setup(normsFirst: normsFirst, queries: 2).forward(x, few, key: nil)
    for row in 0..<Self.rows {
      let newest = (row * Self.tokens + 3) * Self.width
      #expect(all.numbers[newest..<(newest + 16)].elementsEqual(few.numbers[(row * 16)..<(row * 16 + 16)]))
    }
  }

  /// What the layer adds to its input under dropout of 1/4, with all parameters 0 but those that `set` sets.
  private func added(_ set: (String, UnsafeMutablePointer<Double>) -> Void) -> Set<Double> {
    let setup = Setup(normsFirst: true, queries: 5, dropout: 0.25)
    for slot in setup.arena.layout.slots {
      setup.arena.values(slot).update(repeating: 0, count: slot.count)
      set(slot.name.replacingOccurrences(of: "encoder.layers.0.", with: ""), setup.arena.values(slot))
    }
    let x = [Double](repeating: 0, count: Self.rows * Self.tokens * Self.width)
    let y = Room<Double>(x.count)
    setup.forward(x, y, key: DropoutKey(seed: 2, step: 3))
    // Rounded, so that equal values are one.
    return Set(y.numbers.map { ($0 * 1e9).rounded() / 1e9 })
  }

  private func rounded(_ values: [Double]) -> Set<Double> { Set(values.map { ($0 * 1e9).rounded() / 1e9 }) }

  @Test func dropoutStandsInFourPlaces() {
    let scale = 4.0 / 3
    // After the attention, and after the inner network: a bias alone is dropped or scaled.
    #expect(added { name, values in if name == "self_attn.out_proj.bias" { values[0] = 1 } } == rounded([0, scale]))
    #expect(added { name, values in if name == "linear2.bias" { values[0] = 1 } } == rounded([0, scale]))
    // After the gelu as well: scaled twice, or dropped.
    let gelu = 0.841_344_746_068_542_9
    let inner = added { name, values in if name == "linear1.bias" || name == "linear2.weight" { values[0] = 1 } }
    #expect(inner == rounded([0, scale * scale * gelu]))
    // On the weights: of five equal ones some number is left, before the output is masked.
    let weights = added { name, values in
      if name == "self_attn.in_proj_bias" { values[2 * Self.width] = 1 }
      if name == "self_attn.out_proj.weight" { values[0] = 1 }
    }
    #expect(weights.isSubset(of: rounded((0...5).map { Double($0) / 5 * scale * scale })))
    #expect(weights.count > 2)
  }

  @Test func withoutAKeyNothingIsDropped() {
    let x = Differences.normals(Self.rows * Self.tokens * Self.width, "x", as: Double.self)
    let (plain, dropping) = (Room<Double>(x.count), Room<Double>(x.count))
    Setup(normsFirst: true, queries: 5).forward(x, plain, key: nil)
    Setup(normsFirst: true, queries: 5, dropout: 0.3).forward(x, dropping, key: nil)
    #expect(dropping.numbers == plain.numbers)
  }
}
