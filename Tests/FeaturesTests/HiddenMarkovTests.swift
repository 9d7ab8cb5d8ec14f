// Hidden Markov recursions and fitting against hmmlearn, against every path of a tiny chain, and on their own rules.

import Foundation
import Testing

import Features
import QuantMath

/// What Tests/oracle/make_regime_golden.py wrote.
private struct HiddenMarkovGolden: Decodable {
  struct Parameters: Decodable {
    var start, transitions, means, covariances: [Double]

    var chain: GaussianHiddenMarkovModel {
      GaussianHiddenMarkovModel(
        stateCount: 4, dimension: 3, start: start, transitions: transitions, means: means, covariances: covariances)
    }
  }

  struct Step: Decodable {
    var sticky: Bool
    var iterations: Int
    var model: Parameters
    var logLikelihood: Double
  }

  var lengths: [Int]
  var observations: [Double]
  var shown: [Int]
  var start: Parameters
  var logLikelihood: Double
  var filtered, smoothed: [Double]
  var stickiness, pseudoCount: Double
  var steps: [Step]

  static func read() throws -> HiddenMarkovGolden {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/hidden_markov.json")
    return try JSONDecoder().decode(HiddenMarkovGolden.self, from: Data(contentsOf: path))
  }

  var sequences: ObservationSequences {
    var result = ObservationSequences(dimension: 3)
    var step = 0
    for length in lengths {
      result.beginSequence()
      for _ in 0..<length {
        result.append(Array(observations[step * 3..<step * 3 + 3]))
        step += 1
      }
    }
    return result
  }
}

/// Largest absolute difference.
private func largestDifference(_ left: some Collection<Double>, _ right: some Collection<Double>) -> Double {
  precondition(left.count == right.count, "columns of different lengths")
  return zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

private func rows(_ table: UnsafeBufferPointer<Double>, _ steps: [Int]) -> [Double] {
  steps.flatMap { Array(table[$0 * 4..<$0 * 4 + 4]) }
}

@Test func probabilitiesAndLikelihoodAreThoseOfHmmlearn() throws {
  let golden = try HiddenMarkovGolden.read()
  let recursions = ForwardBackward(golden.sequences, stateCount: 4)
  let logLikelihood = recursions.run(golden.start.chain)
  #expect(abs(logLikelihood / golden.logLikelihood - 1) < 1e-12)
  let filtered = largestDifference(rows(recursions.filtered, golden.shown), golden.filtered)
  let smoothed = largestDifference(rows(recursions.smoothed, golden.shown), golden.smoothed)
  #expect(filtered < 1e-11 && smoothed < 1e-11, "filtered \(filtered), smoothed \(smoothed)")
}

@Test func theSmootherKnowsWhatTheFilterDoesNot() throws {
  let golden = try HiddenMarkovGolden.read()
  let recursions = ForwardBackward(golden.sequences, stateCount: 4)
  recursions.run(golden.start.chain)
  // If these were equal, either the chain would not matter or the filter would see the future.
  #expect(largestDifference(recursions.filtered, recursions.smoothed) > 0.2)
  // At the end of each sequence there is no future to know.
  var end = 0
  for length in golden.lengths {
    end += length
    let last = rows(recursions.filtered, [end - 1])
    #expect(largestDifference(last, rows(recursions.smoothed, [end - 1])) == 0)
  }
}

@Test func stepsOfBaumWelchAreThoseOfHmmlearn() throws {
  let golden = try HiddenMarkovGolden.read()
  for step in golden.steps {
    var settings = BaumWelchSettings()
    settings.stickiness = step.sticky ? golden.stickiness : 0
    settings.pseudoCount = step.sticky ? golden.pseudoCount : 0
    let baumWelch = BaumWelch(golden.sequences, stateCount: 4, settings: settings)
    var chain = golden.start.chain
    for _ in 0..<step.iterations { chain = baumWelch.step(chain).model }
    let name = "\(step.iterations) steps, \(step.sticky ? "sticky" : "no prior")"
    #expect(largestDifference(chain.start, step.model.start) < 1e-9, "\(name): start")
    #expect(largestDifference(chain.transitions, step.model.transitions) < 1e-9, "\(name): transitions")
    #expect(largestDifference(chain.means, step.model.means) < 1e-9, "\(name): means")
    #expect(largestDifference(chain.covariances, step.model.covariances) < 1e-9, "\(name): covariances")
    let logLikelihood = baumWelch.step(chain).logLikelihood
    #expect(abs(logLikelihood / step.logLikelihood - 1) < 1e-9, "\(name): \(logLikelihood)")
  }
}

@Test func noStepLowersTheLikelihoodAndTheFitStops() throws {
  let golden = try HiddenMarkovGolden.read()
  let baumWelch = BaumWelch(golden.sequences, stateCount: 4, settings: BaumWelchSettings())
  var chain = golden.start.chain
  var before = -Double.infinity
  for _ in 0..<40 {
    let (next, logLikelihood) = baumWelch.step(chain)
    #expect(logLikelihood > before - 1e-9)
    (chain, before) = (next, logLikelihood)
  }
  let fit = baumWelch.fit(from: golden.start.chain)
  #expect(fit.hasConverged && fit.logLikelihood >= before - 1e-3)
  #expect(fit.model.fault == nil)
}

/// Two states, one dimension, five steps of which the third is missing: small enough to write every path down.
@Test func everyPathOfATinyChainAddsUpToTheRecursions() {
  let chain = GaussianHiddenMarkovModel(
    stateCount: 2, dimension: 1, start: [0.7, 0.3], transitions: [0.8, 0.2, 0.35, 0.65], means: [0.2, -1],
    covariances: [0.5, 1.5])
  let values: [Double?] = [0.1, -0.7, nil, 0.9, -2.2]
  var observations = ObservationSequences(dimension: 1)
  observations.beginSequence()
  for value in values { observations.append(value.map { [$0] }) }
  let recursions = ForwardBackward(observations, stateCount: 2)
  recursions.run(chain)

  func density(_ state: Int, _ value: Double?) -> Double {
    guard let value else { return 1 }
    let (mean, variance) = (chain.means[state], chain.covariances[state])
    return exp(-0.5 * (value - mean) * (value - mean) / variance) / (2 * Double.pi * variance).squareRoot()
  }
  /// Weight of being in state 1 at `step`, and of everything, over all paths of the first `length` steps.
  func paths(length: Int, step: Int) -> (inState1: Double, all: Double) {
    var sums = (inState1: 0.0, all: 0.0)
    for path in 0..<1 << length {
      func state(_ step: Int) -> Int { path >> step & 1 }
      var weight = chain.start[state(0)]
      for step in 0..<length {
        if step > 0 { weight *= chain.transitions[state(step - 1) * 2 + state(step)] }
        weight *= density(state(step), values[step])
      }
      sums.all += weight
      if state(step) == 1 { sums.inState1 += weight }
    }
    return sums
  }
  #expect(abs(recursions.logLikelihood - log(paths(length: 5, step: 0).all)) < 1e-12)
  for step in 0..<5 {
    let known = paths(length: step + 1, step: step)
    let all = paths(length: 5, step: step)
    #expect(abs(recursions.filtered[step * 2 + 1] - known.inState1 / known.all) < 1e-12)
    #expect(abs(recursions.smoothed[step * 2 + 1] - all.inState1 / all.all) < 1e-12)
  }
}

@Test func aStateWithoutSpreadKeepsAFloor() {
  var observations = ObservationSequences(dimension: 2)
  observations.beginSequence()
  // The second part never moves, and half of the first part stands still too.
  for step in 0..<200 { observations.append([step < 100 ? 1 : sin(Double(step)), 3]) }
  let start = GaussianHiddenMarkovModel(
    stateCount: 2, dimension: 2, start: [0.5, 0.5], transitions: [0.9, 0.1, 0.1, 0.9], means: [1, 3, 0, 3],
    covariances: [0.1, 0, 0, 0.1, 0.5, 0, 0, 0.1])
  let fit = BaumWelch(observations, stateCount: 2, settings: BaumWelchSettings()).fit(from: start)
  #expect(fit.model.fault == nil, "\(fit.model.fault ?? "")")
  #expect(fit.logLikelihood.isFinite)
}

@Test func aShuffledChainFindsItsWayBack() throws {
  let golden = try HiddenMarkovGolden.read()
  let chain = golden.start.chain
  for order in [[1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1], [0, 1, 2, 3]] {
    let shuffled = chain.reordered(order)
    let alignment = StateAlignment(of: shuffled, to: chain)
    #expect(shuffled.reordered(alignment.order) == chain)
    #expect(alignment.distance < 1e-12 && alignment.runnerUp > 0.05)
  }
}

@Test func distancesAreZeroToOneselfAndEqualBothWays() throws {
  let chain = try HiddenMarkovGolden.read().start.chain
  for left in 0..<4 {
    for right in 0..<4 {
      let distance = bhattacharyyaDistance(chain, left, chain, right)
      #expect(abs(distance - bhattacharyyaDistance(chain, right, chain, left)) < 1e-14)
      #expect(left == right ? abs(distance) < 1e-14 : distance > 0.01)
    }
  }
  // One dimension by hand: means 0 and 2, variances 1 and 4.
  let line = GaussianHiddenMarkovModel(
    stateCount: 2, dimension: 1, start: [0.5, 0.5], transitions: [0.5, 0.5, 0.5, 0.5], means: [0, 2],
    covariances: [1, 4])
  #expect(abs(bhattacharyyaDistance(line, 0, line, 1) - (4 / 2.5 / 8 + 0.5 * log(2.5 / 2))) < 1e-14)
}
