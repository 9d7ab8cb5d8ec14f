// Drift detectors against river, distances against SciPy, and alarms as rare as was asked for.

import Foundation
import ModelLifecycle
import QuantMath
import Testing

private struct Golden: Decodable {
  struct Sample: Decodable {
    var left: [Double]
    var right: [Double]
    var kolmogorovSmirnov: Double
    var wasserstein: Double
    var stabilityIndex: Double
  }

  var values: [Double]
  var errors: [Double]
  var alarms: [String: [Int]]
  var samples: [Sample]

  static func read() throws -> Golden {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: folder.appending(path: "drift.json")))
  }
}

private func alarms(
  _ detector: some StreamDetector, above threshold: Double, _ stream: [Double], longestRun: Int = .max
) -> [Int] {
  var alarm = DriftAlarm(detector, threshold: threshold, longestRun: longestRun)
  return stream.indices.filter { alarm.observe(stream[$0]) }
}

@Suite struct DriftTests {
  @Test func alarmsAreRivers() throws {
    let golden = try Golden.read()
    let (values, errors) = (golden.values, golden.errors)
    #expect(alarms(PageHinkley(tolerance: 0.05), above: 30, values) == golden.alarms["pageHinkley"])
    #expect(alarms(ErrorRateDetector(), above: 3, errors) == golden.alarms["errorRate"])
    #expect(alarms(ErrorDistanceDetector(), above: 0.1, errors) == golden.alarms["errorDistance"])
    #expect(
      alarms(HoeffdingMeanDetector(isTwoSided: true), above: log(1000), errors) == golden.alarms["hoeffdingMean"])
    #expect(
      alarms(HoeffdingWeightedDetector(isTwoSided: true), above: log(1000), errors)
        == golden.alarms["hoeffdingWeighted"])
    // river drops bucket after bucket where this drops the older part of the sharpest cut at once, so that later
    // alarms of the same change differ; the first alarm of each change is the same look.
    let adaptive = alarms(AdaptiveWindow(), above: log(1 / 0.002) + AdaptiveWindow.offset, values)
    let theirs = try #require(golden.alarms["adaptiveWindow"])
    #expect(adaptive.first == theirs.first)
    for change in [600, 1000] {
      let (own, other) = (adaptive.first { $0 >= change }, theirs.first { $0 >= change })
      #expect(abs((own ?? 0) - (other ?? 0)) <= 32, "after \(change): \(adaptive), \(theirs)")
    }
  }

  @Test func distancesAreSciPys() throws {
    for sample in try Golden.read().samples {
      let (left, right) = (sample.left.sorted(), sample.right.sorted())
      #expect(abs(DistributionDistance.kolmogorovSmirnov(sorted: left, right) - sample.kolmogorovSmirnov) < 1e-12)
      #expect(abs(DistributionDistance.wasserstein(sorted: left, right) - sample.wasserstein) < 1e-12)
      #expect(
        abs(DistributionDistance.stabilityIndex(sortedReference: left, right) - sample.stabilityIndex) < 1e-12)
    }
  }

  @Test func theWindowOfTheNewestIsTheOneLookedAt() {
    var random = CounterRandom(seed: 4, purpose: "window")
    var detector = RecentWindow(length: 60, recent: 20, stride: 1)
    var stream: [Double] = []
    for step in 0..<400 {
      // Whole numbers: ties must be handled, too.
      stream.append((random.nextGaussian() * 3).rounded() + (step > 200 ? 4 : 0))
      let found = detector.observe(stream[step])
      guard stream.count >= 60 else { continue }
      let (older, newer) = (stream.suffix(60).prefix(40).sorted(), stream.suffix(20).sorted())
      #expect(found == DistributionDistance.kolmogorovSmirnov(sorted: older, newer))
    }
    detector.settle()
    let afterwards = detector.observe(5)
    #expect(afterwards == 0)
  }

  /// Gaussian noise whose neighbours correlate by `echo`.
  private func noise(_ count: Int, echo: Double, seed: UInt64) -> [Double] {
    var random = CounterRandom(seed: seed, purpose: "noise")
    var value = 0.0
    return (0..<count).map { _ in
      value = echo * value + (1 - echo * echo).squareRoot() * random.nextGaussian()
      return value
    }
  }

  private func check(
    _ detector: some StreamDetector, echo: Double, _ transform: (Double) -> Double = { $0 }
  ) throws -> (asked: Double, measured: Double) {
    let target = 300.0
    let history = noise(50_000, echo: echo, seed: 1).map(transform)
    let threshold = try RunLength.threshold(
      detector, target: target, history: history, meanBlock: echo > 0 ? 200 : 1, replicates: 60)
    // Fresh noise of the same kind, which the threshold has never seen.
    let fresh = noise(120_000, echo: echo, seed: 2).map(transform)
    let found = alarms(detector, above: threshold, fresh, longestRun: RunLength.longest(target))
    return (target, Double(fresh.count) / Double(max(1, found.count)))
  }

  @Test(arguments: [0, 0.7]) func alarmsWithoutChangeComeAsRarelyAsAsked(echo: Double) throws {
    func expect(_ name: String, _ found: (asked: Double, measured: Double)) {
      #expect(abs(found.measured / found.asked - 1) < 0.2, "\(name) at \(echo): \(found)")
    }
    expect("Page-Hinkley", try check(PageHinkley(), echo: echo))
    expect("adaptive window", try check(AdaptiveWindow(stride: 16), echo: echo))
    expect("recent window", try check(RecentWindow(), echo: echo))
    let errors: (Double) -> Double = { $0 > 0.8 ? 1 : 0 }
    expect("Hoeffding mean", try check(HoeffdingMeanDetector(), echo: echo, errors))
    expect("Hoeffding weighted", try check(HoeffdingWeightedDetector(), echo: echo, errors))
    expect("error rate", try check(ErrorRateDetector(), echo: echo, errors))
    let reference = noise(2_000, echo: echo, seed: 3)
    for distance in ReferenceWindow.Distance.allCases {
      expect(distance.rawValue, try check(ReferenceWindow(distance, reference: reference), echo: echo))
    }
  }

  @Test func theDiceRaiseAlarmsAsOftenAsAsked() {
    let still = [Double](repeating: 0, count: 250_000)
    let count = alarms(ChanceDetector(seed: 5), above: log(250), still).count
    #expect(abs(Double(count) / 1_000 - 1) < 0.1)
  }

  @Test func theBettorIsSureOfItsRunLengthAndSeesABrokenPromise() {
    var random = CounterRandom(seed: 6, purpose: "bets")
    // Ten thousand values without change: alarms at most once in 500, whatever the distribution.
    for kind in 0..<3 {
      let kept = (0..<50_000).map { _ -> Double in
        switch kind {
        case 0: random.nextUniform() < 0.55 ? 1 : 0
        case 1: 0.55 + 0.2 * (random.nextUniform() - 0.5)
        default: min(1, max(0, 0.56 + 0.3 * random.nextGaussian()))
        }
      }
      let count = alarms(BettingDetector(promise: 0.55), above: log(500), kept).count
      #expect(count <= 130, "kind \(kind)")
    }
    let broken = (0..<2_000).map { $0 < 1_000 ? 0.55 + 0.1 * (random.nextUniform() - 0.5) : 0.45 }
    let first = alarms(BettingDetector(promise: 0.55), above: log(2_000), broken).first { $0 >= 1_000 } ?? .max
    #expect(first < 1_200)
  }

  @Test func changesAreSeenSoonerThanAlarmsComeByChance() throws {
    let history = noise(4_000, echo: 0, seed: 7)
    func delay(_ detector: some StreamDetector) throws -> Double {
      let threshold = try RunLength.threshold(detector, target: 500, history: history, meanBlock: 1, replicates: 32)
      var total = 0.0
      for seed in 0..<20 as Range<UInt64> {
        let stream = noise(400, echo: 0, seed: 100 + seed) + noise(800, echo: 0, seed: 200 + seed).map { $0 + 1.5 }
        let first = alarms(detector, above: threshold, stream).first { $0 >= 400 } ?? 1_200
        total += Double(first - 400) / 20
      }
      return total
    }
    #expect(try delay(PageHinkley()) < 40)
    #expect(try delay(AdaptiveWindow(stride: 4)) < 40)
    #expect(try delay(RecentWindow()) < 60)
    #expect(try delay(ReferenceWindow(.wasserstein, reference: history, length: 60, stride: 5)) < 60)
  }

  @Test func whatIsNoNumberIsLeftOut() {
    var alarm = DriftAlarm(PageHinkley(), threshold: 1)
    for value in [Double.nan, .infinity, -.infinity] {
      let isAlarm = alarm.observe(value)
      #expect(!isAlarm)
    }
    #expect(alarm.count == 0)
  }
}
