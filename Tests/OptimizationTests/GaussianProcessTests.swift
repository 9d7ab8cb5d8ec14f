// Gaussian processes against scikit-learn, and the sampler's choices.

import Foundation
import Optimization
import QuantMath
import Testing

private struct Golden: Decodable {
  var points: [[Double]]
  var targets: [Double]
  var weights: [Double]
  var scale: Double
  var noise: Double
  var negativeLogLikelihood: Double
  var gradient: [Double]
  var queries: [[Double]]
  var means: [Double]
  var variances: [Double]
  var improvements: [[Double]]
  var skewed: [Double]
  var transformed: [Double]

  static func read() throws -> Golden {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    return try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: folder.appending(path: "gaussian-process.json")))
  }

  var kernel: MaternKernel { MaternKernel(weights: weights, scale: scale, noise: noise) }
}

private func near(_ left: Double, _ right: Double, _ tolerance: Double = 1e-7) -> Bool {
  abs(left - right) <= tolerance * max(1, abs(right))
}

@Suite struct GaussianProcessTests {
  private func cube(_ dimensions: Int) throws -> CubeColumns {
    CubeColumns(try SearchSpace((0..<dimensions).map { Parameter("x\($0)", .float(low: 0, high: 1)) }))
  }

  @Test func likelihoodAndGradientAreScikitLearns() throws {
    let golden = try Golden.read()
    let fit = KernelFit(golden.points, try cube(3), targets: golden.targets)
    let theta = golden.weights.map { log($0) } + [log(golden.scale), log(golden.noise)]
    var gradient = [Double](repeating: 0, count: 5)
    #expect(near(fit.negativeLogLikelihood(theta, &gradient), golden.negativeLogLikelihood))
    for (own, theirs) in zip(gradient, golden.gradient) { #expect(near(own, theirs, 1e-6)) }
  }

  @Test func thePosteriorsGradientIsItsDifference() throws {
    let golden = try Golden.read()
    let fit = KernelFit(golden.points, try cube(3), targets: golden.targets)
    let theta = [0.4, -1.1, 0.3, 0.2, -3.0]
    var (gradient, unused) = ([Double](repeating: 0, count: 5), [Double](repeating: 0, count: 5))
    _ = fit.negativeLogPosterior(theta, &gradient)
    for axis in theta.indices {
      var (above, below) = (theta, theta)
      above[axis] += 1e-5
      below[axis] -= 1e-5
      let slope = (fit.negativeLogPosterior(above, &unused) - fit.negativeLogPosterior(below, &unused)) / 2e-5
      #expect(near(gradient[axis], slope, 1e-6))
    }
    // The fitted kernel explains the observations better than what it began from.
    let best = fit.best(evaluations: 40)
    let found = best.weights.map { log($0) } + [log(best.scale), log(best.noise)]
    #expect(fit.negativeLogPosterior(found, &unused) < fit.negativeLogPosterior(theta, &unused))
  }

  @Test func predictionsAreScikitLearnsAndTheirGradientsDifferences() throws {
    let golden = try Golden.read()
    let process = try #require(
      GaussianProcess(golden.kernel, golden.points, try cube(3), targets: golden.targets))
    var scratch = process.scratch
    for (index, query) in golden.queries.enumerated() {
      var (byMean, byVariance) = ([0.0, 0, 0], [0.0, 0, 0])
      let (mean, variance) = process.prediction(query, &scratch, byMean: &byMean, byVariance: &byVariance)
      #expect(near(mean, golden.means[index]) && near(variance, golden.variances[index]))
      for axis in 0..<3 {
        var (above, below) = (query, query)
        above[axis] += 1e-5
        below[axis] -= 1e-5
        let (high, low) = (process.prediction(above, &scratch), process.prediction(below, &scratch))
        #expect(near(byMean[axis], (high.mean - low.mean) / 2e-5, 1e-6))
        #expect(near(byVariance[axis], (high.variance - low.variance) / 2e-5, 1e-6))
      }
    }
  }

  @Test func expectedImprovementIsItsIntegral() throws {
    for row in try Golden.read().improvements {
      let found = ExpectedImprovement.logarithm(mean: row[0], deviation: row[1], best: row[2])
      #expect(near(found.value, row[3], 1e-8))
    }
    // Far from any improvement it still says which way is better; with a sure one it is the distance.
    let far = ExpectedImprovement.logarithm(mean: 30, deviation: 1, best: 0)
    let farther = ExpectedImprovement.logarithm(mean: 31, deviation: 1, best: 0)
    #expect(far.value > farther.value && farther.value.isFinite && far.byMean < 0)
    #expect(near(ExpectedImprovement.logarithm(mean: -50, deviation: 1, best: 0).value, log(50)))
    func slope(_ place: Double, _ step: Double, _ value: (Double) -> Double) -> Double {
      (value(place + step) - value(place - step)) / (2 * step)
    }
    for mean in [-45.0, -3, 0, 3, 24, 26, 60] {
      let found = ExpectedImprovement.logarithm(mean: mean, deviation: 0.9, best: 0)
      let byMean = slope(mean, 1e-5) { ExpectedImprovement.logarithm(mean: $0, deviation: 0.9, best: 0).value }
      #expect(near(found.byMean, byMean, 1e-4), "at \(mean)")
      let byDeviation = slope(0.9, 1e-6) { ExpectedImprovement.logarithm(mean: mean, deviation: $0, best: 0).value }
      #expect(near(found.byDeviation, byDeviation, 1e-3), "at \(mean)")
      let kept = ExpectedImprovement.logProbabilityBelowZero(mean: mean, deviation: 0.9)
      let byBound = slope(mean, 1e-5) { ExpectedImprovement.logProbabilityBelowZero(mean: $0, deviation: 0.9).value }
      #expect(near(kept.byMean, byBound, 1e-4), "at \(mean)")
    }
  }

  @Test func skewedScoresBecomeNormalAsInScikitLearn() throws {
    let golden = try Golden.read()
    for (own, theirs) in zip(PowerTransform.standardised(golden.skewed), golden.transformed) {
      #expect(near(own, theirs, 1e-3))
    }
    #expect(PowerTransform.standardised([2, 2, 2, 2]) == [0, 0, 0, 0])
  }

  @Test func setsKeepTheirPlaceInTheCube() throws {
    let space = try SearchSpace([
      Parameter("kind", .categorical(["a", "b", "c"])), Parameter("rate", .logarithmic(low: 0.001, high: 1)),
      Parameter("depth", .integer(low: 2, high: 8), when: .init("kind", [.category("a")])),
      Parameter("step", .stepped(low: 0, high: 1, step: 0.25)),
    ])
    let cube = CubeColumns(space)
    for trial in 0..<200 {
      let set = RandomSampler().parameters(ofTrial: trial, in: space, seed: 5)
      let again = cube.set(cube.point(set))
      #expect(space.contains(again))
      #expect(abs(again.number("rate") - set.number("rate")) < 1e-12)
      for name in ["kind", "depth", "step"] { #expect(again[name] == set[name]) }
    }
  }
}

@Suite struct GaussianProcessSamplerTests {
  private func minimum(
    of function: (ParameterSet) -> (loss: Double, violation: Double), in space: SearchSpace, sampler: any Sampler,
    trials: Int, seed: UInt64
  ) -> (best: Double, history: [Observation]) {
    var history: [Observation] = []
    for number in 0..<trials {
      let set = sampler.parameters(ofTrial: number, in: space, seed: seed, history: history)
      let (loss, violation) = function(set)
      history.append(Observation(number: number, parameters: set, loss: loss, violation: violation))
    }
    let best = history.filter { $0.violation <= 0 }.compactMap(\.loss).min() ?? .infinity
    return (best, history)
  }

  @Test func itFindsABowlsBottomClosely() throws {
    let space = try SearchSpace([
      Parameter("x", .float(low: -5, high: 10)), Parameter("y", .logarithmic(low: 0.01, high: 100)),
    ])
    for seed in 0..<3 as Range<UInt64> {
      let (best, history) = minimum(
        of: { set in
          let (x, y) = (set.number("x") - 3, log(set.number("y")) - 1)
          return (x * x + 2 * y * y + x * y, 0)
        }, in: space, sampler: GaussianProcessSampler(), trials: 30, seed: seed)
      #expect(best < 1e-3, "seed \(seed): \(best)")
      #expect(history.allSatisfy { space.contains($0.parameters) })
    }
  }

  @Test func mixedAndConditionalParametersAreFoundTogether() throws {
    let space = try SearchSpace([
      Parameter("kind", .categorical(["flat", "deep", "far"])),
      Parameter("level", .integer(low: 0, high: 20), when: .init("kind", [.category("deep")])),
      Parameter("x", .float(low: 0, high: 1)),
    ])
    let (best, _) = minimum(
      of: { set in
        let x = (set.number("x") - 0.3) * (set.number("x") - 0.3)
        guard set["kind"] == .category("deep") else { return (1 + x, 0) }
        return (Double(abs(set.integer("level") - 13)) * 0.1 + x, 0)
      }, in: space, sampler: GaussianProcessSampler(), trials: 45, seed: 2)
    #expect(best < 0.01)
  }

  @Test func constraintsAreKept() throws {
    let space = try SearchSpace([Parameter("x", .float(low: 0, high: 1)), Parameter("y", .float(low: 0, high: 1))])
    // The lower the sum the better, but it must not be below 1: the best is 1.
    let (best, history) = minimum(
      of: { set in
        let sum = set.number("x") + set.number("y")
        return (sum, 1 - sum)
      }, in: space, sampler: GaussianProcessSampler(), trials: 40, seed: 1)
    #expect(best < 1.02)
    #expect(history.suffix(20).count { $0.violation > 0.05 } < 6)
  }

  @Test func trialsBeingWorkedOnAreNotChosenAgain() throws {
    let space = try SearchSpace([Parameter("x", .float(low: 0, high: 1))])
    let history = (0..<12).map { trial -> Observation in
      let set = SobolSampler().parameters(ofTrial: trial, in: space, seed: 3)
      let away = set.number("x") - 0.37
      return Observation(number: trial, parameters: set, loss: away * away)
    }
    let sampler = GaussianProcessSampler()
    var pending: [ParameterSet] = []
    for number in 12..<16 {
      pending.append(
        sampler.parameters(ofTrial: number, in: space, seed: 3, history: history, pending: pending))
    }
    #expect(Set(pending).count == 4)
    #expect(
      sampler.parameters(ofTrial: 15, in: space, seed: 3, history: history, pending: Array(pending.prefix(3)))
        == pending[3])
  }

  @Test func equalFailedAndManyTrialsDoNoHarm() throws {
    let space = try SearchSpace([
      Parameter("x", .float(low: 0, high: 1)), Parameter("k", .integer(low: 1, high: 3)),
      Parameter("fixed", .categorical(["only"])),
    ])
    func history(_ losses: [Double?]) -> [Observation] {
      losses.enumerated().map { number, loss in
        let set = RandomSampler().parameters(ofTrial: number, in: space, seed: 1)
        return Observation(number: number, parameters: set, loss: loss)
      }
    }
    let sampler = GaussianProcessSampler(startup: 5, limit: 40)
    let equal = [Double?](repeating: 1, count: 12)
    let half: [Double?] = (0..<12).map { $0 % 2 == 0 ? nil : Double($0) }
    let huge: [Double?] = (0..<12).map { $0 == 7 ? 1e300 : Double($0) }
    let many: [Double?] = (0..<41).map { Double($0 % 5) }
    for losses in [equal, half, huge, many, [Double?](repeating: nil, count: 12)] {
      let number = losses.count
      let set = sampler.parameters(ofTrial: number, in: space, seed: 1, history: history(losses))
      #expect(space.contains(set))
    }
    // Beyond the limit it is the other sampler.
    let other = TreeParzenSampler().parameters(ofTrial: 41, in: space, seed: 1, history: history(many))
    #expect(sampler.parameters(ofTrial: 41, in: space, seed: 1, history: history(many)) == other)
    // All of a small countable space is tried before anything is tried again.
    let small = try SearchSpace([Parameter("k", .integer(low: 0, high: 11))])
    var seen: [Observation] = []
    for number in 0..<12 {
      let set = GaussianProcessSampler(startup: 3).parameters(ofTrial: number, in: small, seed: 2, history: seen)
      seen.append(Observation(number: number, parameters: set, loss: Double(set.integer("k"))))
    }
    #expect(Set(seen.map(\.parameters)).count >= 10)
  }
}
