// Sobol points: known ones, their evenness, and trials made of them.

import Optimization
import QuantMath
import Testing

@Suite struct SobolTests {
  @Test func theFirstPointsAreTheKnownOnes() {
    // scipy.stats.qmc.Sobol(3, scramble=False).random(8).
    let expected: [[Double]] = [
      [0, 0, 0], [0.5, 0.5, 0.5], [0.75, 0.25, 0.25], [0.25, 0.75, 0.75], [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125], [0.625, 0.125, 0.875], [0.125, 0.625, 0.375],
    ]
    for (number, point) in expected.enumerated() {
      for (dimension, value) in point.enumerated() {
        #expect(Double(SobolSequence.bits(ofPoint: UInt32(number), dimension: dimension)) * 0x1p-64 == value)
      }
    }
    // The same of point 1000 in dimensions 8, 16, 24 and 32.
    let far = [8: 0.8994140625, 16: 0.3701171875, 24: 0.5400390625, 32: 0.1455078125]
    for (dimension, value) in far {
      #expect(Double(SobolSequence.bits(ofPoint: 1000, dimension: dimension - 1)) * 0x1p-64 == value)
    }
  }

  @Test func everyDimensionPutsOnePointIntoEachSlice() {
    for dimension in 0..<SobolSequence.dimensions {
      let slices = Set((0..<256).map { SobolSequence.bits(ofPoint: $0, dimension: dimension) >> 56 })
      #expect(slices.count == 256)
    }
  }

  /// Squared L2-star discrepancy in two dimensions.
  /// Source: T. T. Warnock, "Computational investigations of low-discrepancy point sets" (1972).
  private static func discrepancy(_ points: [SIMD2<Double>]) -> Double {
    let n = Double(points.count)
    var single = 0.0
    var double = 0.0
    for point in points {
      single += (1 - point.x * point.x) * (1 - point.y * point.y) / 4
      for other in points { double += (1 - max(point.x, other.x)) * (1 - max(point.y, other.y)) }
    }
    return 1.0 / 9 - 2 * single / n + double / (n * n)
  }

  @Test func shiftedPointsAreFarMoreEvenThanRandomOnes() throws {
    let space = try SearchSpace((0..<8).map { Parameter("p\($0)", .float(low: 0, high: 1)) })
    for (first, second) in [("p0", "p1"), ("p2", "p5"), ("p6", "p7")] {
      for seed in UInt64(0)..<4 {
        func points(_ sampler: any Sampler) -> [SIMD2<Double>] {
          (0..<256).map { trial in
            let set = sampler.parameters(ofTrial: trial, in: space, seed: seed)
            return SIMD2(set.number(first), set.number(second))
          }
        }
        #expect(Self.discrepancy(points(SobolSampler())) < 0.2 * Self.discrepancy(points(RandomSampler())))
      }
    }
  }

  @Test func trialsStayInTheSpaceAndDependOnTheirArgumentsOnly() throws {
    let space = try SearchSpace([
      Parameter("kind", .categorical(["a", "b", "c", "d"])), Parameter("rate", .logarithmic(low: 0.001, high: 1)),
      Parameter("depth", .integer(low: 2, high: 9), when: .init("kind", [.category("b")])),
    ])
    var kinds: [String: Int] = [:]
    for trial in 0..<64 {
      let set = SobolSampler().parameters(ofTrial: trial, in: space, seed: 5)
      #expect(space.contains(set))
      #expect(set == SobolSampler().parameters(ofTrial: trial, in: space, seed: 5))
      #expect(set != SobolSampler().parameters(ofTrial: trial, in: space, seed: 6))
      kinds[set.category("kind"), default: 0] += 1
    }
    #expect(kinds == ["a": 16, "b": 16, "c": 16, "d": 16])
    // More parameters than the sequence has dimensions.
    let wide = try SearchSpace((0..<40).map { Parameter("p\($0)", .float(low: 0, high: 1)) })
    let last = Set((0..<64).map { SobolSampler().parameters(ofTrial: $0, in: wide, seed: 1).number("p39") })
    #expect(last.count == 64)
  }
}
