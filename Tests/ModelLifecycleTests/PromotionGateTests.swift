// The gate lets a sound challenger through, and each poisoned one is stopped for its own reason.

import Backtest
import Engine
import Ensemble
import Features
import Foundation
import ModelLifecycle
import QuantMath
import Testing
import TradingDomain

private func sound() -> PromotionEvidence {
  var random = CounterRandom(seed: 1, stream: 1)
  var evidence = PromotionEvidence(model: "00000000000000aa", trainedUntil: "2025-01-31", madeOn: "2025-01-31")
  evidence.paths = (0..<5).map { _ in (0..<40).map { _ in 60 + 80 * random.nextGaussian() } }
  evidence.trades = 200
  evidence.effectiveTrials = 3
  evidence.trialVariance = 1.0 / 39
  evidence.overfitting = 0.1
  evidence.overfittingLoss = 0.02
  evidence.byFillModel = ["configured": 60, "a tick worse": 40]
  evidence.leakProbes = ["future cut off": "", "shuffled outcomes": ""]
  evidence.latencyP99Microseconds = 20
  evidence.schemaRead = "abc"
  evidence.schemaTrained = "abc"
  evidence.calibrationError = 0.02
  return evidence
}

@Test func aSoundChallengerPasses() throws {
  let decision = PromotionGate().decide(sound())
  #expect(decision.passes, "\(decision.reason)")
  // Stored and read again, the evidence leads to the same decision.
  let stored = try JSONDecoder().decode(PromotionEvidence.self, from: JSONEncoder().encode(sound()))
  #expect(PromotionGate().decide(stored) == decision)
}

private typealias Flaw = (check: String, spoil: @Sendable (inout PromotionEvidence) -> Void)

private let flaws: [Flaw] = [
  ("feature schema", { $0.schemaRead = "other" }),
  ("numbers", { $0.invalidForecasts = 3 }),
  ("numbers", { $0.paths[0][0] = .nan }),
  ("time", { $0.trainedUntil = "2025-02-01" }),
  ("leak probes", { $0.leakProbes["future cut off"] = "row 7" }),
  ("leak probes", { $0.leakProbes = [:] }),
  ("latency", { $0.latencyP99Microseconds = 5_000 }),
  ("latency", { $0.latencyP99Microseconds = .infinity }),
  ("trades", { $0.trades = 5 }),
  ("paths", { evidence in for path in 0..<3 { evidence.paths[path] = evidence.paths[path].map { -$0 } } }),
  ("deflated Sharpe ratio", { ($0.effectiveTrials, $0.trialVariance) = (1e6, 0.2) }),
  ("track record", { $0.paths = $0.paths.map { Array($0.prefix(3)) } }),
  ("overfitting", { ($0.overfitting, $0.overfittingLoss) = (0.6, 0.3) }),
  ("fill models", { $0.byFillModel["a tick worse"] = -1 }),
  ("calibration", { $0.calibrationError = 0.3 }),
]

@Test(arguments: flaws.indices) func eachFlawIsFoundByItsCheck(place: Int) {
  var evidence = sound()
  flaws[place].spoil(&evidence)
  let failed = PromotionGate().decide(evidence).checks.filter { !$0.passes }.map(\.name)
  #expect(failed.contains(flaws[place].check), "\(failed)")
}

/// A model with one thing wrong.
private struct PoisonedColumn: ColumnForecaster {
  let honest: any ColumnForecaster
  var schemaHash: UInt64 { honest.schemaHash }
  func forecasts(_ tape: ForecastTape) throws -> [Forecast] {
    var said = try honest.forecasts(tape)
    for (row, bar) in tape.matrix.barIndexes.enumerated() {
      let later = min(tape.bars.count - 1, bar + 5)
      let up = tape.bars[later].close.ticks > tape.bars[bar].close.ticks
      said[row].probabilityUp = up ? 0.9 : 0.1
    }
    return said
  }
}

private final class PoisonedForecaster: Forecaster {
  let schemaHash: UInt64
  let wait: UInt32
  init(schemaHash: UInt64, wait: UInt32) {
    self.schemaHash = schemaHash
    self.wait = wait
  }
  func forecast(_ input: ForecastInput) -> Forecast {
    if wait > 0 { usleep(wait) }
    return Forecast(probabilityUp: wait > 0 ? 0.5 : .nan, probabilityDown: 0.5, magnitude: 0)
  }
}

@Test func theProbesFindWhatIsWrongWithAModel() throws {
  let market = try LifecycleScene.market([Era(sessions: 8, echo: 0.6)], seed: 11)
  let sessions = market.tapeSessions(expirySessions: 0)
  let past = PastBars(
    instrument: .wdo, bars: market.bars, sessions: sessions, from: sessions[0].session.open,
    before: sessions[7].session.close, warmUpBars: 600)
  let honest = try LifecycleScene.fitter().fit(past)
  let clock: @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
  func evidence(_ change: (inout FittedModel) -> Void) throws -> PromotionEvidence {
    var model = honest
    change(&model)
    var evidence = PromotionEvidence(model: "x", trainedUntil: "", madeOn: "")
    try ChallengerProbes(model: model, past: past, clock: clock).probe(into: &evidence)
    return evidence
  }
  let good = try evidence { _ in }
  #expect(good.leakProbes == ["future cut off": ""] && good.invalidForecasts == 0)
  #expect(good.latencyP99Microseconds > 0 && good.latencyP99Microseconds < 100_000)
  let leaky = try evidence { $0.column = PoisonedColumn(honest: honest.column) }
  #expect(leaky.leakProbes["future cut off"]?.isEmpty == false)
  let hash = honest.schema.hash
  let broken = try evidence { $0.forecaster = { PoisonedForecaster(schemaHash: hash, wait: 0) } }
  #expect(broken.invalidForecasts > 500)
  let slow = try evidence { $0.forecaster = { PoisonedForecaster(schemaHash: hash, wait: 1_500) } }
  #expect(slow.latencyP99Microseconds > 1_500)
  #expect(PromotionGate().decide(slow).checks.contains { $0.name == "latency" && !$0.passes })
  let foreign = try evidence { $0.forecaster = { PoisonedForecaster(schemaHash: hash &+ 1, wait: 0) } }
  #expect(foreign.schemaRead == "another")
}
