// Run lengths against a plain program of the paper's recursions, and what dropping hypotheses costs.

import Foundation
import Testing

import Features
import QuantMath

/// What Tests/oracle/make_regime_golden.py wrote.
private struct ChangePointGolden: Decodable {
  struct Runs: Decodable {
    var longest: Int
    var expected, below10, surprise: [Double]
  }

  var values: [Double]
  var hazard: Double
  var prior: [Double]
  var every: Int
  var runs: [Runs]

  static func read() throws -> ChangePointGolden {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/change_point.json")
    return try JSONDecoder().decode(ChangePointGolden.self, from: Data(contentsOf: path))
  }

  var runPrior: RunPrior { RunPrior(mean: prior[0], weight: prior[1], shape: prior[2], scale: prior[3]) }
}

/// Values of unit variance whose mean steps up by `step` at `change`.
private func steppedValues(_ count: Int, change: Int, step: Double, seed: UInt64) -> [Double] {
  var random = CounterRandom(seed: seed, purpose: "features.changes")
  return (0..<count).map { random.nextGaussian() + ($0 >= change ? step : 0) }
}

@Test func runLengthsAndSurpriseAreThoseOfThePaper() throws {
  let golden = try ChangePointGolden.read()
  for runs in golden.runs {
    var detector = ChangePointDetector(
      hazard: golden.hazard, maximumRunLength: runs.longest, maximumHypotheses: runs.longest + 1,
      prior: golden.runPrior)
    var largest = 0.0
    for (index, value) in golden.values.enumerated() {
      detector.update(value)
      guard index % golden.every == 0 else { continue }
      let row = index / golden.every
      largest = max(largest, abs(detector.expectedRunLength - runs.expected[row]) / max(1, runs.expected[row]))
      largest = max(largest, abs(detector.probability(runLengthBelow: 10) - runs.below10[row]))
      largest = max(largest, abs((detector.surprise ?? .infinity) - runs.surprise[row]))
    }
    #expect(largest < 1e-9, "longest run \(runs.longest): largest difference \(largest)")
  }
}

@Test func droppingTheLeastProbableHypothesesChangesLittle() throws {
  let golden = try ChangePointGolden.read()
  var full = ChangePointDetector(
    hazard: golden.hazard, maximumRunLength: 400, maximumHypotheses: 401, prior: golden.runPrior)
  var pruned = ChangePointDetector(hazard: golden.hazard, maximumRunLength: 400, prior: golden.runPrior)
  var (probability, length, surprise) = (0.0, 0.0, 0.0)
  for value in golden.values {
    full.update(value)
    pruned.update(value)
    #expect(pruned.hypothesisCount <= pruned.maximumHypotheses)
    probability = max(
      probability, abs(full.probability(runLengthBelow: 10) - pruned.probability(runLengthBelow: 10)))
    length = max(length, abs(full.expectedRunLength - pruned.expectedRunLength) / max(10, full.expectedRunLength))
    surprise = max(surprise, abs((full.surprise ?? 0) - (pruned.surprise ?? 0)))
  }
  #expect(
    probability < 0.01 && length < 0.05 && surprise < 0.05,
    "probability \(probability), length \(length), surprise \(surprise)")
}

@Test func aStepIsNoticedSoonAndQuietIsNot() {
  var detector = ChangePointDetector(hazard: 1.0 / 250)
  let values = steppedValues(600, change: 400, step: 3, seed: 5)
  for value in values[..<400] { detector.update(value) }
  #expect(detector.expectedRunLength > 300 && detector.probability(runLengthBelow: 20) < 0.1)
  for value in values[400..<410] { detector.update(value) }
  #expect(detector.probability(runLengthBelow: 20) > 0.9, "\(detector.probability(runLengthBelow: 20))")
  #expect(detector.expectedRunLength < 30)
}

@Test func runLengthsStayBoundedAndProbabilitiesSumToOne() {
  var detector = ChangePointDetector(hazard: 0.01, maximumRunLength: 50, maximumHypotheses: 16)
  for value in steppedValues(3_000, change: 1_500, step: 1, seed: 6) {
    detector.update(value)
    #expect(detector.hypothesisCount <= 16 && detector.expectedRunLength <= 50)
    #expect(abs(detector.probability(runLengthBelow: 51) - 1) < 1e-9)
  }
}

@Test func extremeAndMissingValuesDoNoLastingHarm() {
  var detector = ChangePointDetector(hazard: 0.01)
  for value in [0.5, 1e12, -1e12, .nan, .infinity, 0.1] { detector.update(value) }
  #expect(detector.expectedRunLength.isFinite && detector.surprise?.isFinite == true)
  let before = detector.expectedRunLength
  detector.update(.nan)
  #expect(detector.expectedRunLength == before)
  for value in steppedValues(300, change: 1_000, step: 0, seed: 7) { detector.update(value) }
  #expect(detector.expectedRunLength > 150)
}

@Test func resetBringsBackTheFirstAnswer() {
  var detector = ChangePointDetector(hazard: 0.02)
  detector.update(1.25)
  let first = (detector.expectedRunLength, detector.surprise)
  for value in steppedValues(100, change: 50, step: 2, seed: 8) { detector.update(value) }
  detector.reset()
  #expect(detector.hypothesisCount == 1 && detector.surprise == nil)
  detector.update(1.25)
  #expect((detector.expectedRunLength, detector.surprise) == first)
}

/// Prints nanoseconds per value with `TRADER_MEASURE=1 swift test -c release --filter aThousandTimesAThousand`.
@Test func aThousandTimesAThousandValuesGiveTheSameRunLengthTwice() {
  let values = steppedValues(1_000, change: 500, step: 1, seed: 9)
  func run() -> Double {
    var detector = ChangePointDetector(hazard: 1.0 / 250)
    for value in values { detector.update(value) }
    return detector.expectedRunLength
  }
  #expect(run() == run())
  guard ProcessInfo.processInfo.environment["TRADER_MEASURE"] == "1" else { return }
  let best = (0..<50).map { _ in
    let start = ContinuousClock.now
    _ = run()
    return Double((ContinuousClock.now - start).components.attoseconds) / 1e9 / 1_000
  }.min()
  print("change point, 32 hypotheses: \(best ?? .nan) ns per value")
}
