// Vectors of categories, and the time of day as sines.

import Glibc
import NeuralNetworks
import QuantMath
import Testing

@Suite struct EmbeddingTests {
  @Test func categoriesAddTheirVectorsAndGatherTheirGradients() {
    var layout = ParameterLayout()
    let layer = Embedding<Double>("hour", categories: 4, width: 3, in: &layout)
    let arena = ParameterArena<Double>(layout)
    for index in 0..<12 { arena.values[index] = Double(index) }
    let y = Room<Double>([100, 100, 100, 200, 200, 200, 300, 300, 300])
    layer.add(arena, of: [2, 0, 2], to: y.base, rows: 3)
    #expect(y.numbers == [106, 107, 108, 200, 201, 202, 306, 307, 308])
    layer.backward(arena, of: [2, 0, 2], dy: [1, 2, 3, 4, 5, 6, 7, 8, 9], rows: 3)
    #expect((0..<12).map { arena.gradients[$0] } == [4, 5, 6, 0, 0, 0, 8, 10, 12, 0, 0, 0])
  }

  @Test func tablesAreDrawnWithTheDeviationAskedFor() {
    var layout = ParameterLayout()
    let layer = Embedding<Float>("hour", categories: 100, width: 50, in: &layout)
    #expect(layout.slots.map(\.name) == ["hour.weight"])
    let arena = ParameterArena<Float>(layout)
    var random = CounterRandom(seed: 1, purpose: "table")
    layer.initialise(arena, deviation: 0.5, random: &random)
    let squares = (0..<5_000).map { Double(arena.values[$0] * arena.values[$0]) }.reduce(0, +) / 5_000
    #expect(abs(squares - 0.25) < 4 * 0.25 * (2.0 / 5_000).squareRoot())
  }

  @Test func theTimeOfDayIsAPlaceOnCircles() {
    let time = TimeOfDay(harmonics: 2)
    #expect(time.count == 4)
    func features(_ nanoseconds: Int64) -> [Float] {
      let room = Room<Float>(time.count)
      time.write(nanoseconds, to: room.base)
      return room.numbers
    }
    func isNear(_ x: [Float], _ y: [Float]) -> Bool { zip(x, y).allSatisfy { abs($0 - $1) < 1e-6 } }
    #expect(isNear(features(0), [0, 1, 0, 1]))
    #expect(isNear(features(TimeOfDay.day / 4), [1, 0, 0, -1]))
    let half = Float(0.5).squareRoot()
    #expect(isNear(features(TimeOfDay.day / 8 * 3), [half, -half, -1, 0]))
    // Nanoseconds of 2026 lose nothing, and times before 1970 count on.
    #expect(features(20_000 * TimeOfDay.day + 1_000_000_007) == features(1_000_000_007))
    #expect(features(-TimeOfDay.day / 4) == features(3 * TimeOfDay.day / 4))
  }
}
