// Tree-structured Parzen estimation: its densities, its quality beside random search, its bounds.

import Glibc
import Optimization
import QuantMath
import Testing

@Suite struct TreeParzenTests {
  @Test func fourLanesAgreeWithTheLibrary() {
    for step in 0..<3000 {
      let x = -Double(step) * 0.2
      let relative = exponential(SIMD4(repeating: x)).z / exp(x) - 1
      #expect(abs(relative) < 2e-14, "exp(\(x)) is off by \(relative)")
      let near = Double(step) * 0.008
      #expect(abs(errorFunction(SIMD4(repeating: near)).y - erf(near)) < 2e-7)
    }
  }

  private let axes: [Parameter] = [
    Parameter("rate", .logarithmic(low: 0.001, high: 1)), Parameter("depth", .integer(low: 2, high: 8)),
    Parameter("kind", .categorical(["a", "b", "c"])), Parameter("shift", .float(low: -1, high: 1)),
  ]

  private func history(_ space: SearchSpace, _ count: Int, seed: UInt64) -> [Observation] {
    (0..<count).map { trial in
      let set = RandomSampler().parameters(ofTrial: trial, in: space, seed: seed)
      return Observation(number: trial, parameters: set, loss: Double(trial % 7))
    }
  }

  /// The obvious mixture: weights, cut Gaussians, their masses on countable axes, categories; and the prior.
  private func plainDensity(_ point: [Double], _ rows: [[Double]]) -> Double {
    let n = rows.count
    func phi(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }
    func kernel(_ axis: Int, _ centre: Double?) -> Double {
      let width = max(0.12 * pow(Double(n), -1 / 8), 1 / Double(min(100, n + 2)))
      let (middle, sigma) = (centre ?? 0.5, centre == nil ? 1 : width)
      let mass = phi((1 - middle) / sigma) - phi(-middle / sigma)
      switch axis {
      case 1:
        let level = (point[1] * 7).rounded(.down)
        return (phi(((level + 1) / 7 - middle) / sigma) - phi((level / 7 - middle) / sigma)) / mass
      case 2:
        let share = 1 / Double(n + 1)
        guard let centre else { return 1.0 / 3 }
        return ((centre * 3).rounded(.down) == (point[2] * 3).rounded(.down) ? 1 + share : share) / (1 + 3 * share)
      default:
        let away = (point[axis] - middle) / sigma
        return exp(-0.5 * away * away) / ((2 * Double.pi).squareRoot() * sigma * mass)
      }
    }
    let weights = (0..<n).map { $0 >= n - 25 ? 1 : 1 / Double(n) + (1 - 1 / Double(n)) * Double($0) / Double(n - 26) }
    var sum = (0..<4).reduce(1.0) { $0 * kernel($1, nil) }
    for (weight, row) in zip(weights, rows) { sum += (0..<4).reduce(weight) { $0 * kernel($1, row[$1]) } }
    return sum / (weights.reduce(0, +) + 1)
  }

  @Test(arguments: [1, 2, 5, 24, 61]) func densitiesAreThoseOfTheObviousMixture(count: Int) throws {
    let space = try SearchSpace(axes)
    let unit = axes.map { UnitAxis($0) }
    let positions = UnitAxis.positions(history(space, count, seed: 2), on: unit)
    let estimator = ParzenEstimator(
      unit, positions: positions, stride: count, columns: [0, 1, 2, 3], rows: Array(0..<count))
    let rows = (0..<count).map { row in (0..<4).map { positions[$0 * count + row] } }
    var random = CounterRandom(seed: 3, purpose: "points")
    var worst = 0.0
    for _ in 0..<50 {
      let point = (0..<4).map { _ in random.nextUniform() }
      worst = max(worst, abs(estimator.logDensity(point) - log(plainDensity(point, rows))))
    }
    #expect(worst < 2e-6, "the largest difference of logarithms is \(worst)")
  }

  @Test func aDensityAddsUpToOne() throws {
    let unit = [axes[1], axes[3]].map { UnitAxis($0) }
    let space = try SearchSpace([axes[1], axes[3]])
    let positions = UnitAxis.positions(history(space, 12, seed: 4), on: unit)
    let estimator = ParzenEstimator(unit, positions: positions, stride: 12, columns: [0, 1], rows: Array(0..<12))
    var sum = 0.0
    for level in 0..<7 {
      for cell in 0..<400 {
        sum += exp(estimator.logDensity([(Double(level) + 0.5) / 7, (Double(cell) + 0.5) / 400])) / 400
      }
    }
    #expect(abs(sum - 1) < 1e-4, "the sum is \(sum)")
  }

  @Test func itFindsFarBetterValuesThanRandomSearch() throws {
    for problem in [TestProblem.branin, .hartmann] {
      let seeds = UInt64(0)..<11
      let parzen = try problem.medianRegret(TreeParzenSampler(), trials: problem.budget, seeds: seeds)
      let random = try problem.medianRegret(RandomSampler(), trials: problem.budget, seeds: seeds)
      #expect(parzen < 0.5 * random, "\(problem.name): \(parzen) beside \(random)")
    }
  }

  private func conditional() throws -> SearchSpace {
    try SearchSpace([
      Parameter("model", .categorical(["trees", "line", "net"])), Parameter("rate", .logarithmic(low: 1e-4, high: 1)),
      Parameter("depth", .integer(low: 2, high: 8), when: .init("model", [.category("trees")])),
      Parameter("share", .stepped(low: 0, high: 1, step: 0.1), when: .init("model", [.category("trees")])),
      Parameter("leaves", .integer(low: 2, high: 5000), when: .init("depth", [.integer(7), .integer(8)])),
      Parameter("width", .float(low: 1, high: 1), when: .init("model", [.category("net")])),
    ])
  }

  /// Some trials fail, some break a constraint; the best are trees of depth 8 with few leaves.
  private func observe(_ number: Int, _ set: ParameterSet) -> Observation {
    var loss = abs(log10(set.number("rate")) + 2)
    switch set.category("model") {
    case "trees":
      loss += Double(8 - set.integer("depth")) * 0.2 + abs(set.number("share") - 0.3)
      if set["leaves"] != nil { loss += Double(set.integer("leaves")) / 5000 - 1 }
    case "line": return Observation(number: number, parameters: set, loss: -100, violation: 1)
    default: if number % 3 == 0 { return Observation(number: number, parameters: set, loss: nil) } else { loss += 2 }
    }
    return Observation(number: number, parameters: set, loss: loss)
  }

  @Test func conditionsConstraintsAndFailuresAreLearned() throws {
    let space = try conditional()
    var history: [Observation] = []
    for trial in 0..<150 {
      let set = TreeParzenSampler().parameters(ofTrial: trial, in: space, seed: 6, history: history)
      #expect(space.contains(set), "\(set)")
      history.append(observe(trial, set))
    }
    let late = history.suffix(75).map(\.parameters)
    #expect(late.count { $0["model"] == .category("line") } < 8, "cheap, but forbidden")
    #expect(late.count { $0["leaves"] != nil } > 50)
  }

  @Test func theChoiceDependsOnItsArgumentsOnly() throws {
    let space = try conditional()
    let history = (0..<60).map { observe($0, RandomSampler().parameters(ofTrial: $0, in: space, seed: 1)) }
    let sampler = TreeParzenSampler()
    let first = sampler.parameters(ofTrial: 60, in: space, seed: 1, history: history)
    _ = sampler.parameters(ofTrial: 61, in: space, seed: 1, history: history)
    #expect(sampler.parameters(ofTrial: 60, in: space, seed: 1, history: history) == first)
    let others = Set((61..<71).map { sampler.parameters(ofTrial: $0, in: space, seed: 1, history: history) })
    #expect(others.count == 10 && !others.contains(first))
    #expect(sampler.parameters(ofTrial: 60, in: space, seed: 2, history: history) != first)
    // Nothing but failures is known: still at random.
    let failed = history.map { Observation(number: $0.number, parameters: $0.parameters, loss: nil) }
    let drawn = RandomSampler().parameters(ofTrial: 60, in: space, seed: 1)
    #expect(sampler.parameters(ofTrial: 60, in: space, seed: 1, history: failed) == drawn)
  }

  @Test func integersAndCategoriesOfOneValueAndHugeRangesWork() throws {
    let space = try SearchSpace([
      Parameter("one", .categorical(["only"])), Parameter("two", .integer(low: 3, high: 3)),
      Parameter("huge", .integer(low: -1_000_000_000, high: 1_000_000_000)), Parameter("far", .float(low: 5, high: 5)),
    ])
    var history: [Observation] = []
    for trial in 0..<60 {
      let set = TreeParzenSampler().parameters(ofTrial: trial, in: space, seed: 8, history: history)
      #expect(space.contains(set))
      history.append(Observation(number: trial, parameters: set, loss: abs(set.number("huge") - 5e8)))
    }
    #expect(history.compactMap(\.loss).min() ?? .infinity < 5e7)
  }
}

/// Functions with known minima.
struct TestProblem: Sendable {
  let name: String
  let parameters: [Parameter]
  let minimum: Double
  let budget: Int
  let value: @Sendable (ParameterSet) -> Double

  /// Median over seeds of the best value's distance from the minimum.
  func medianRegret(_ sampler: any Sampler, trials: Int, seeds: Range<UInt64>) throws -> Double {
    let space = try SearchSpace(parameters)
    let regrets = seeds.map { seed in
      var history: [Observation] = []
      for trial in 0..<trials {
        let set = sampler.parameters(ofTrial: trial, in: space, seed: seed, history: history)
        #expect(space.contains(set))
        history.append(Observation(number: trial, parameters: set, loss: value(set)))
      }
      return (history.compactMap(\.loss).min() ?? .infinity) - minimum
    }
    return regrets.sorted()[regrets.count / 2]
  }

  static let branin = TestProblem(
    name: "Branin", parameters: [Parameter("x", .float(low: -5, high: 10)), Parameter("y", .float(low: 0, high: 15))],
    minimum: 0.397887357729738, budget: 60
  ) { set in
    let x = set.number("x")
    let bend = set.number("y") - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
    return bend * bend + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
  }

  static let hartmann = TestProblem(
    name: "Hartmann-6", parameters: (0..<6).map { Parameter("x\($0)", .float(low: 0, high: 1)) },
    minimum: -3.32236801141551, budget: 100
  ) { set in
    let widths: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ]
    let centres: [[Double]] = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    let heights: [Double] = [1, 1.2, 3, 3.2]
    let x = (0..<6).map { set.number("x\($0)") }
    var sum = 0.0
    for hill in 0..<4 {
      var away = 0.0
      for axis in 0..<6 {
        let distance = x[axis] - centres[hill][axis]
        away += widths[hill][axis] * distance * distance
      }
      sum -= heights[hill] * exp(-away)
    }
    return sum
  }
}
