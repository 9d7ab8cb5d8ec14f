// Corrections of probabilities against scikit-learn and SciPy, and what must hold of any.

import Ensemble
import Foundation
import QuantMath
import Testing

/// What the libraries fitted.
private struct Golden: Decodable {
  var probabilities: [Double]
  var outcomes: [Int]
  var temperature: Double
  var platt: [[Double]]
  var beta: [[Double]]
  var probe: [Double]
  var isotonic: [[Double]]
  var ece: Double
  var brier: Double
  var log_loss: Double

  static func read() throws -> Golden {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: folder.appending(path: "calibration.json")))
  }

  func sample() throws -> CalibrationSample {
    try CalibrationSample(classes: 3, probabilities: probabilities, outcomes: outcomes)
  }
}

@Test func correctionsAreThoseOfTheLibraries() throws {
  let golden = try Golden.read()
  let sample = try golden.sample()
  guard case .temperature(let temperature) = try CalibrationMap(.temperature, fitting: sample),
    case .platt(let platt) = try CalibrationMap(.platt, fitting: sample),
    case .beta(let beta) = try CalibrationMap(.beta, fitting: sample),
    case .isotonic(let isotonic) = try CalibrationMap(.isotonic, fitting: sample)
  else {
    Issue.record("a fit gave another kind of map")
    return
  }
  #expect(abs(temperature - golden.temperature) < 1e-6)
  for place in 0..<3 {
    #expect(abs(platt[place].slope - golden.platt[place][0]) < 1e-5)
    #expect(abs(platt[place].shift - golden.platt[place][1]) < 1e-5)
    #expect(abs(beta[place].rise - golden.beta[place][0]) < 1e-4)
    #expect(abs(beta[place].fall - golden.beta[place][1]) < 1e-4)
    #expect(abs(beta[place].shift - golden.beta[place][2]) < 1e-4)
    for (x, y) in zip(golden.probe, golden.isotonic[place]) {
      #expect(abs(isotonic[place].value(at: x) - y) < 1e-9)
    }
  }
}

@Test func theMonitorMeasuresWhatNumPyMeasures() throws {
  let golden = try Golden.read()
  let monitor = CalibrationMonitor(classes: 3)
  #expect(monitor.logLoss == nil && monitor.expectedError == nil && monitor.brier == nil)
  for (row, outcome) in golden.outcomes.enumerated() {
    monitor.observe(Array(golden.probabilities[(3 * row)..<(3 * row + 3)]), outcome: outcome)
  }
  #expect(abs(try #require(monitor.expectedError) - golden.ece) < 1e-9)
  #expect(abs(try #require(monitor.brier) - golden.brier) < 1e-9)
  #expect(abs(try #require(monitor.logLoss) - golden.log_loss) < 1e-9)
  let diagram = monitor.diagram(of: 0)
  #expect(abs(diagram.map(\.weight).reduce(0, +) - Double(golden.outcomes.count)) < 1e-9)
}

@Test(arguments: CalibrationMethod.allCases) func aCorrectionMakesNothingWorse(method: CalibrationMethod) throws {
  let sample = try Golden.read().sample()
  let map = try CalibrationMap(method, fitting: sample)
  // Curves of one class against the rest need not lower the loss of all, but these forecasts are far too bold.
  #expect(sample.logLoss(map) <= sample.logLoss(.identity) + 1e-12)
  for row in 0..<50 {
    var p = Array(sample.probabilities[(3 * row)..<(3 * row + 3)])
    map.apply(&p, classes: 3)
    #expect(abs(p.reduce(0, +) - 1) < 1e-9 && p.allSatisfy { $0 >= 0 && $0 <= 1 })
  }
  let text = try JSONEncoder().encode(map)
  #expect(try JSONDecoder().decode(CalibrationMap.self, from: text) == map)
  for corner in [[1.0, 0, 0], [0, 0, 1], [0.5, 0.5, 0]] {
    var p = corner
    map.apply(&p, classes: 3)
    #expect(p.allSatisfy { $0.isFinite })
  }
}

@Test func forgettingFollowsWhatChanges() {
  let (whole, recent) = (CalibrationMonitor(classes: 2), CalibrationMonitor(classes: 2, halfLife: 50))
  var random = CounterRandom(seed: 1, purpose: "calibration")
  for row in 0..<4_000 {
    let rate = row < 2_000 ? 0.7 : 0.3
    let outcome = random.nextUniform(in: 0..<1) < rate ? 0 : 1
    for monitor in [whole, recent] { monitor.observe([0.7, 0.3], outcome: outcome) }
  }
  #expect((whole.expectedError ?? 0) > 0.15 && (whole.expectedError ?? 1) < 0.25)
  #expect((recent.expectedError ?? 0) > 0.3)
}

@Test func samplesThatSayNothingAreRefused() throws {
  #expect(throws: CalibrationError.row(1)) {
    try CalibrationSample(classes: 2, probabilities: [0.5, 0.5, 0.9, 0.5], outcomes: [0, 1])
  }
  #expect(throws: CalibrationError.row(0)) {
    try CalibrationSample(classes: 2, probabilities: [.nan, 0.5], outcomes: [0])
  }
  let rows = 40
  let sample = try CalibrationSample(
    classes: 2, probabilities: (0..<rows).flatMap { _ in [0.5, 0.5] }, outcomes: (0..<rows).map { $0 < 5 ? 1 : 0 })
  #expect(throws: CalibrationError.tooFew(place: 1, count: 5)) { try CalibrationMap(.platt, fitting: sample) }
}
