// Samplers: bounds, coverage, independence of order and of other parameters.

import Optimization
import Testing

@Suite struct SamplerTests {
  private let parameters = [
    Parameter("rate", .logarithmic(low: 0.001, high: 1)), Parameter("depth", .integer(low: 2, high: 8, step: 3)),
    Parameter("share", .stepped(low: 0.5, high: 1, step: 0.25)), Parameter("kind", .categorical(["a", "b"])),
    Parameter("shift", .float(low: -1, high: 1)),
  ]

  @Test func randomTrialsStayInsideAndUseEveryValue() throws {
    let space = try SearchSpace(parameters)
    var depths = Set<Int>()
    var kinds = Set<String>()
    var shares = Set<Double>()
    var decades = [0, 0, 0]
    for trial in 0..<600 {
      let set = RandomSampler().parameters(ofTrial: trial, in: space, seed: 1)
      let rate = set.number("rate")
      #expect(rate >= 0.001 && rate <= 1)
      decades[rate < 0.01 ? 0 : rate < 0.1 ? 1 : 2] += 1
      #expect(abs(set.number("shift")) <= 1)
      depths.insert(set.integer("depth"))
      kinds.insert(set.category("kind"))
      shares.insert(set.number("share"))
    }
    #expect(depths == [2, 5, 8])
    #expect(kinds == ["a", "b"])
    #expect(shares == [0.5, 0.75, 1])
    // Even in the logarithm: each decade holds a third, give or take four standard deviations (11.5 each).
    for count in decades { #expect(abs(count - 200) < 46) }
  }

  @Test func aDrawDependsOnSeedTrialAndNameOnly() throws {
    let full = try SearchSpace(parameters)
    let part = try SearchSpace([parameters[4], parameters[0]])
    for trial in [7, 3, 7, 100_000] {
      let one = RandomSampler().parameters(ofTrial: trial, in: full, seed: 9)
      let other = RandomSampler().parameters(ofTrial: trial, in: part, seed: 9)
      #expect(one["rate"] == other["rate"] && one["shift"] == other["shift"])
    }
    let first = RandomSampler().parameters(ofTrial: 0, in: full, seed: 9)
    #expect(first != RandomSampler().parameters(ofTrial: 1, in: full, seed: 9))
    #expect(first != RandomSampler().parameters(ofTrial: 0, in: full, seed: 10))
  }

  @Test func theGridHoldsEveryCombinationOnce() throws {
    let space = try SearchSpace(parameters)
    let grid = try GridSampler(resolution: 4)
    let limit = try #require(grid.limit(in: space))
    #expect(limit == 4 * 3 * 3 * 2 * 4)
    let all = Set((0..<limit).map { grid.parameters(ofTrial: $0, in: space, seed: 0) })
    #expect(all.count == limit)
    #expect(all.allSatisfy { $0.number("shift") >= -1 && $0.number("shift") <= 1 })
  }

  @Test func continuousAxesOfTheGridIncludeTheirEnds() throws {
    let space = try SearchSpace([Parameter("rate", .logarithmic(low: 0.001, high: 1))])
    let grid = try GridSampler(resolution: 4)
    let values = (0..<4).map { grid.parameters(ofTrial: $0, in: space, seed: 0).number("rate") }
    #expect(values[0] == 0.001 && values[3] == 1)
    #expect(abs(values[1] - 0.01) < 1e-15 && abs(values[2] - 0.1) < 1e-15)
  }

  @Test func aGridOfOneValueIsRefused() {
    #expect(throws: OptimizationError.self) { try GridSampler(resolution: 1) }
  }
}
