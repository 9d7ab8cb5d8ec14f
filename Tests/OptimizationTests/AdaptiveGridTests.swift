// The adaptive grid: covers first, then stands on the plateau and not on the peak; and what decided.

import Glibc
import Optimization
import Testing

/// A broad hill at (0.3, 0.7) of depth 1, and a needle of depth 1.5 at (0.9, 0.1).
private func loss(_ set: ParameterSet) -> Double {
  let (x, y) = (set.number("x"), set.number("y"))
  let hill = exp(-((x - 0.3) * (x - 0.3) + (y - 0.7) * (y - 0.7)) / 0.1)
  let needle = abs(x - 1) < 0.02 && abs(y) < 0.02 ? 1.5 : 0
  return -max(hill, needle)
}

private func space() throws -> SearchSpace {
  try SearchSpace([Parameter("x", .float(low: 0, high: 1)), Parameter("y", .float(low: 0, high: 1))])
}

@Test func theAdaptiveGridRefinesAroundThePlateauAndNotThePeak() throws {
  let (space, sampler) = (try space(), AdaptiveGridSampler(levels: 5, batch: 20))
  var history: [Observation] = []
  for number in 0..<140 {
    let visible = history.filter { $0.number <= number - 4 }
    let set = sampler.parameters(ofTrial: number, in: space, seed: 3, history: visible)
    #expect(space.contains(set))
    history.append(Observation(number: number, parameters: set, loss: loss(set)))
  }
  // The corner with the needle is a point of the coarse grid, and still the last stages stand on the hill.
  #expect(history.prefix(25).contains { ($0.loss ?? 0) < -1.4 })
  for observation in history.suffix(20) {
    #expect(abs(observation.parameters.number("x") - 0.3) < 0.15)
    #expect(abs(observation.parameters.number("y") - 0.7) < 0.15)
  }
  #expect(Set(history.prefix(25).map(\.parameters)).count == 25, "the coarse grid visits every point once")
}

@Test func trialsOfAStageSeeTheSame() throws {
  let (space, sampler) = (try space(), AdaptiveGridSampler())
  let history = (0..<60).map { number -> Observation in
    let set = RandomSampler().parameters(ofTrial: number, in: space, seed: 1)
    return Observation(number: number, parameters: set, loss: loss(set))
  }
  let few = sampler.parameters(ofTrial: 45, in: space, seed: 1, history: Array(history.prefix(30)))
  let many = sampler.parameters(ofTrial: 45, in: space, seed: 1, history: Array(history.prefix(45)))
  #expect(few == many)
}

@Test func theParameterThatDecidesIsNamed() throws {
  let space = try SearchSpace([
    Parameter("matters", .float(low: 0, high: 1)), Parameter("idle", .float(low: 0, high: 1)),
    Parameter("kind", .categorical(["a", "b"])),
  ])
  var study = Study(name: "s", space: space, sampler: RandomSampler(), seed: 2, direction: .maximise)
  for number in 0..<200 {
    let set = try study.parameters(ofTrial: number)
    try study.record(Trial(number: number, parameters: set, scores: [-abs(set.number("matters") - 0.2)]))
  }
  let shares = Importance.shares(study)
  #expect(shares.map(\.name) == ["matters", "idle", "kind"])
  #expect(shares[0].share > 0.8 && abs(shares.reduce(0) { $0 + $1.share } - 1) < 1e-9)
}
