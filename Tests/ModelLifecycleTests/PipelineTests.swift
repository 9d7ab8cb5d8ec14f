// The pipeline step by step: orders, bands, faults, and deaths between any two steps.

import Foundation
import ModelLifecycle
import Storage
import Testing

private func evidence(_ model: String) -> PromotionEvidence {
  var evidence = PromotionEvidence(model: model, trainedUntil: "2025-01-01", madeOn: "2025-01-01")
  evidence.paths = (0..<5).map { path in (0..<40).map { Double(50 + ($0 * 7 + path) % 30) } }
  evidence.trades = 100
  evidence.byFillModel = ["configured": 50]
  evidence.leakProbes = ["future cut off": ""]
  evidence.latencyP99Microseconds = 10
  (evidence.schemaRead, evidence.schemaTrained) = ("a", "a")
  return evidence
}

private func date(_ number: Int) -> String { String(format: "2025-%02d-%02d", 1 + number / 28, 1 + number % 28) }

/// A life: two models born, promoted, lost, returned, with orders in between.
private func life(upTo count: Int = .max) -> [PipelineEvent] {
  var events: [PipelineEvent] = [.history(60)]
  var day = 0
  func sessions(_ number: Int, _ results: [String: Double]) {
    for _ in 0..<number {
      let facts = results.mapValues { SessionResult(asIfAlone: $0, ofOrders: $0) }
      events.append(.session(SessionFacts(date: date(day), results: facts)))
      day += 1
    }
  }
  sessions(1, [:])
  events.append(.built(job: 1, evidence: evidence("aaaaaaaaaaaaaaaa")))
  sessions(14, ["aaaaaaaaaaaaaaaa": 60])
  events.append(.order(.retrain, reason: "test"))
  events.append(.died(job: 2))
  events.append(.built(job: 2, evidence: evidence("bbbbbbbbbbbbbbbb")))
  sessions(12, ["aaaaaaaaaaaaaaaa": -60, "bbbbbbbbbbbbbbbb": 60])
  events.append(.order(.freeze, reason: "test"))
  sessions(2, ["aaaaaaaaaaaaaaaa": 60, "bbbbbbbbbbbbbbbb": -60])
  events.append(.order(.thaw, reason: "test"))
  events.append(.order(.rollback, reason: "test"))
  sessions(10, ["aaaaaaaaaaaaaaaa": 60, "bbbbbbbbbbbbbbbb": -60])
  return Array(events.prefix(count))
}

@Test func aModelEarnsItsWayAndLosesIt() throws {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  var stages: [String] = []
  for event in life() {
    for note in pipeline.handle(event) where note.model == "aaaaaaaaaaaaaaaa" {
      stages.append(note.state?.rawValue ?? note.kind.rawValue)
    }
  }
  #expect(stages.prefix(5) == ["shadow", "canary", "live", "drift", "shadow"])
  #expect(stages.contains("live"))
}

@Test func neverTwoChampionsAndNeverTwoCanaries() {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  var number = 0
  for event in life() {
    let before = pipeline.state.deployment
    _ = pipeline.handle(event)
    let state = pipeline.state
    #expect(state.models.count { $0.stage == .live } <= 1)
    #expect(state.models.count { $0.stage == .canary } <= 1)
    #expect(state.deploymentNumber >= number)
    if state.deployment != before { #expect(state.deploymentNumber == number + 1) }
    number = state.deploymentNumber
  }
}

@Test func aDeathBetweenAnyTwoStepsChangesNothing() throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pipeline-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  var whole = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  let path = folder.appendingPathComponent("registry.sqlite").path
  for event in life() {
    let expected = whole.handle(event)
    // Dies before the step is stored: nothing of it is there.
    let before = try AutoOptimizationEngine(registry: ModelRegistry(path: path))
    var lost = before
    // Dies after it: a new process finds all of it, and being told again changes nothing.
    let notes = try lost.handle(event, at: Date(timeIntervalSince1970: 0))
    #expect(notes == expected)
    let after = try AutoOptimizationEngine(registry: ModelRegistry(path: path))
    #expect(after.state == whole.state)
    // A process that still holds the step before cannot overwrite it.
    if after.state != before.state {
      var stale = before
      #expect(throws: StorageError.self) { try stale.handle(.order(.freeze, reason: "late"), at: Date()) }
      #expect(stale.state == before.state)
    }
    if case .session = event {
      var again = after
      #expect(try again.handle(event, at: Date()).isEmpty)
    }
  }
  let registry = try ModelRegistry(path: path)
  #expect(try registry.decisions().map(\.passed) == [true, true])
  #expect(try registry.notes().count > 10)
}

@Test func faultsEndAModelAtOnce() {
  for fault in [
    SessionResult(asIfAlone: 1_000, invalidForecasts: 1), SessionResult(asIfAlone: 1_000, isBenched: true),
  ] {
    var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
    for event in life(upTo: 3) { _ = pipeline.handle(event) }
    #expect(pipeline.state.models.count == 1)
    let notes = pipeline.handle(
      .session(SessionFacts(date: "2025-06-01", results: ["aaaaaaaaaaaaaaaa": fault])))
    #expect(notes.contains { $0.kind == .retired && $0.model == "aaaaaaaaaaaaaaaa" })
    #expect(pipeline.state.models.isEmpty)
  }
}

@Test func aModelThatOnlyLookedGoodNeverTrades() {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  for event in life(upTo: 3) { _ = pipeline.handle(event) }
  for day in 0..<80 {
    _ = pipeline.handle(
      .session(
        SessionFacts(
          date: date(day + 30), results: ["aaaaaaaaaaaaaaaa": SessionResult(asIfAlone: day % 2 == 0 ? 40 : -45)])))
    #expect(pipeline.state.champion == nil && pipeline.state.canary == nil)
  }
  #expect(!pipeline.state.models.contains { $0.id == "aaaaaaaaaaaaaaaa" }, "and is retired in the end")
}

@Test func driftMovesSizesInsideTheirBands() {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  let cost = DriftVerdict(.cost, severity: 3, finding: "slippage 2.1 ticks where 1 was assumed")
  for day in 0..<10 {
    _ = pipeline.handle(.session(SessionFacts(date: date(day), results: [:], verdicts: [cost])))
    #expect(pipeline.state.size >= pipeline.policy.leastSize && pipeline.state.caution <= pipeline.policy.mostCaution)
  }
  #expect(pipeline.state.size == pipeline.policy.leastSize)
  for day in 10..<40 { _ = pipeline.handle(.session(SessionFacts(date: date(day), results: [:]))) }
  #expect(pipeline.state.size == 1 && pipeline.state.caution == 0)
}

@Test func eachKindOfDriftHasItsOwnActions() {
  #expect(DriftVerdict(.calibration, severity: 1, finding: "").actions == [.recalibrate])
  #expect(DriftVerdict(.data, severity: 1, finding: "").actions == [.retrain])
  #expect(DriftVerdict(.performance, severity: 1, finding: "").actions == [.halt, .retrain])
  #expect(DriftVerdict(.cost, severity: 1, finding: "").actions == [.deRisk])
  #expect(DriftVerdict(.label, severity: 1, finding: "").actions == [.reweight, .retrain])
}

@Test func ordersThatMakeNoSenseAreRefusedWithAReason() {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  for order in [
    OperatorOrder.rollback, .promote("no such model"), .demote("no such model"), .retire("no such model"), .retrain,
  ] {
    let before = pipeline.state
    let notes = pipeline.handle(.order(order, reason: "test"))
    #expect(notes.map(\.kind) == [.refusedOrder])
    #expect(pipeline.state == before)
  }
}

@Test func tradingThatCostsMoreIsTradedSmaller() {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  var alarms = 0
  for day in 0..<40 {
    // Two ticks are assumed: 1.5 raise nothing, six do within days.
    let notes = pipeline.handle(
      .session(SessionFacts(date: date(day), results: [:], slippageTicks: day < 25 ? 1.5 : 6)))
    let isAlarm = notes.contains { $0.kind == .drift && $0.text.hasPrefix("cost") }
    if day < 25 { #expect(!isAlarm) }
    alarms += isAlarm ? 1 : 0
  }
  #expect(alarms >= 1)
  #expect(pipeline.state.size < 1 && pipeline.state.caution > 0)
}

@Test func probabilitiesThatNoLongerComeTrueAreFound() {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  for event in life(upTo: 3) { _ = pipeline.handle(event) }
  _ = pipeline.handle(.order(.promote("aaaaaaaaaaaaaaaa"), reason: "test"))
  _ = pipeline.handle(.order(.promote("aaaaaaaaaaaaaaaa"), reason: "test"))
  var found: Int?
  for day in 0..<40 where found == nil {
    let result = SessionResult(
      asIfAlone: 60, ofOrders: 60, brierExcess: day < 20 ? Double(day % 3 - 1) * 0.004 : 0.05)
    let notes = pipeline.handle(
      .session(SessionFacts(date: date(day + 30), results: ["aaaaaaaaaaaaaaaa": result])))
    if notes.contains(where: { $0.kind == .drift && $0.text.hasPrefix("calibration") }) { found = day }
  }
  #expect((20...32).contains(found ?? -1), "\(String(describing: found))")
}
