// The evolution strategy: it solves what it should, whatever is known late, and stays inside.

import Optimization
import Testing

@Suite struct EvolutionTests {
  private static let sphere = TestProblem(
    name: "sphere", parameters: (0..<10).map { Parameter("x\($0)", .float(low: -5, high: 5)) }, minimum: 0, budget: 800
  ) { set in
    set.entries.enumerated().reduce(0.0) { sum, entry in
      let x = set.number(entry.element.name) - 0.3 * Double(entry.offset - 4)
      return sum + x * x
    }
  }

  private static let valley = TestProblem(
    name: "Rosenbrock", parameters: (0..<5).map { Parameter("x\($0)", .float(low: -2, high: 2)) }, minimum: 0,
    budget: 1500
  ) { set in
    let x = (0..<5).map { set.number("x\($0)") }
    return (0..<4).reduce(0.0) { sum, axis in
      let bend = x[axis + 1] - x[axis] * x[axis]
      return sum + 100 * bend * bend + (1 - x[axis]) * (1 - x[axis])
    }
  }

  @Test func aSphereOfTenDimensionsIsSolved() throws {
    let regret = try Self.sphere.medianRegret(EvolutionSampler(), trials: Self.sphere.budget, seeds: 0..<1)
    #expect(regret < 1e-3, "\(regret)")
  }

  @Test func aBentValleyOfFiveDimensionsIsSolved() throws {
    let regret = try Self.valley.medianRegret(EvolutionSampler(), trials: Self.valley.budget, seeds: 0..<1)
    #expect(regret < 1e-2, "\(regret)")
  }

  @Test func itFindsBetterValuesThanRandomSearch() throws {
    let evolution = try TestProblem.hartmann.medianRegret(EvolutionSampler(), trials: 100, seeds: 0..<9)
    let random = try TestProblem.hartmann.medianRegret(RandomSampler(), trials: 100, seeds: 0..<9)
    #expect(evolution < 0.6 * random, "\(evolution) beside \(random)")
  }

  @Test func trialsThatAreKnownLateDoNotStopIt() throws {
    let space = try SearchSpace(Self.sphere.parameters)
    let width = 8
    var trials: [Observation] = []
    for trial in 0..<700 {
      let known = trials.prefix(max(0, trial - width + 1))
      let set = EvolutionSampler().parameters(ofTrial: trial, in: space, seed: 3, history: Array(known))
      // Every ninth trial fails, too.
      trials.append(Observation(number: trial, parameters: set, loss: trial % 9 == 4 ? nil : Self.sphere.value(set)))
    }
    #expect(trials.compactMap(\.loss).min() ?? .infinity < 0.1)
  }

  private func mixed() throws -> SearchSpace {
    try SearchSpace([
      Parameter("kind", .categorical(["a", "b"])), Parameter("rate", .logarithmic(low: 1e-4, high: 1)),
      Parameter("depth", .integer(low: 1, high: 40)), Parameter("fixed", .integer(low: 2, high: 2)),
      Parameter("share", .stepped(low: 0, high: 1, step: 0.25)),
      Parameter("more", .float(low: -1, high: 1), when: .init("kind", [.category("b")])),
    ])
  }

  @Test func spacesOfAllKindsAreSearchedWithinTheirBounds() throws {
    let space = try mixed()
    var history: [Observation] = []
    for trial in 0..<200 {
      let set = EvolutionSampler().parameters(ofTrial: trial, in: space, seed: 4, history: history)
      #expect(space.contains(set), "\(set)")
      // The best lies in a corner: at depth 40, share 1 and the lowest rate.
      let loss = Double(40 - set.integer("depth")) / 40 + 1 - set.number("share") + set.number("rate")
      history.append(Observation(number: trial, parameters: set, loss: loss))
    }
    #expect(history.compactMap(\.loss).min() ?? .infinity < 0.05)
    #expect(Set(history.suffix(50).map { $0.parameters.category("kind") }) == ["a", "b"])
  }

  @Test func theChoiceDependsOnItsArgumentsOnly() throws {
    let space = try mixed()
    let history = (0..<60).map { trial in
      let set = RandomSampler().parameters(ofTrial: trial, in: space, seed: 1)
      return Observation(number: trial, parameters: set, loss: set.number("rate"), violation: trial % 5 == 0 ? 1 : 0)
    }
    let sampler = EvolutionSampler()
    let first = sampler.parameters(ofTrial: 60, in: space, seed: 1, history: history)
    _ = sampler.parameters(ofTrial: 61, in: space, seed: 1, history: history)
    #expect(sampler.parameters(ofTrial: 60, in: space, seed: 1, history: history) == first)
    #expect(sampler.parameters(ofTrial: 60, in: space, seed: 2, history: history) != first)
    #expect(sampler.parameters(ofTrial: 60, in: space, seed: 1, history: []) != first)
  }

  @Test func aSpaceWithoutNumbersIsDrawnAtRandom() throws {
    let space = try SearchSpace([Parameter("kind", .categorical(["a", "b", "c"]))])
    let kinds = Set((0..<40).map { EvolutionSampler().parameters(ofTrial: $0, in: space, seed: 1) })
    #expect(kinds.count == 3)
  }
}
