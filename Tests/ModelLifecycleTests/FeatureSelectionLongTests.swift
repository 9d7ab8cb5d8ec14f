// The proofs at full size, on request: TRADER_LONG=1 for recovery and noise, TRADER_MEASURE=1 for the time.

import Features
import Foundation
import ModelLifecycle
import Testing

private func isAsked(_ name: String) -> Bool { ProcessInfo.processInfo.environment[name] == "1" }

@Suite(.serialized) struct FeatureSelectionLongTests {
  @Test(.enabled(if: isAsked("TRADER_LONG"), "set TRADER_LONG=1 for the proofs at full size"))
  func recoversTenOfTwoHundredOverSeeds() throws {
    for seed in 1...(UInt64(ProcessInfo.processInfo.environment["TRADER_SEEDS"] ?? "") ?? 5) {
      let planted = try PlantedRows(rows: 20_000, seed: seed)
      var plan = SelectionPlan()
      plan.seed = seed
      let selection = try FeatureSelector.select(planted.rows, plan: plan)
      let recovery = PlantedRows.Recovery(selection.chosen)
      print(
        "seed \(seed): precision \(recovery.precision) recall \(recovery.recall) noise \(recovery.noise)",
        "k \(selection.curve.points[selection.curve.chosen].count)", selection.chosen)
      #expect(recovery.precision >= 0.9 && recovery.recall >= 0.9 && recovery.noise <= 1, "seed \(seed)")
    }
  }

  @Test(.enabled(if: isAsked("TRADER_LONG"), "set TRADER_LONG=1 for the proofs at full size"))
  func findsNothingInTwoHundredNoisesOverSeeds() throws {
    for seed in 1...(UInt64(ProcessInfo.processInfo.environment["TRADER_SEEDS"] ?? "") ?? 5) {
      let noise = try PlantedRows(rows: 8_000, strength: 0, seed: seed)
      var plan = SelectionPlan()
      plan.seed = seed
      let selection = try FeatureSelector.select(noise.rows, plan: plan)
      let point = selection.curve.points[selection.curve.chosen]
      let highest = selection.candidates.map(\.selectionFrequency).max() ?? 0
      print("seed \(seed): \(selection.verdict), gain [\(point.lower), \(point.upper)], frequency up to \(highest)")
      #expect(selection.verdict != .worthKeeping && selection.chosen.isEmpty, "seed \(seed)")
    }
  }

  @Test(.enabled(if: isAsked("TRADER_MEASURE"), "set TRADER_MEASURE=1 to take the time"))
  func selectsFromTwoHundredCandidatesOfAHundredThousandRowsInMinutes() throws {
    let planted = try PlantedRows(rows: 100_000, seed: 1)
    let before = clock()
    let start = Date()
    let selection = try FeatureSelector.select(planted.rows, plan: SelectionPlan())
    let elapsed = Date().timeIntervalSince(start)
    // Processor time of all threads, which does not depend on who else is busy.
    let processor = Double(clock() - before) / Double(CLOCKS_PER_SEC)
    let recovery = PlantedRows.Recovery(selection.chosen)
    print("100,000 x 200: \(elapsed) s elapsed, \(processor) s of processor, recall \(recovery.recall)")
    print("  \(selection.summary)")
    // Two cores for three minutes.
    #expect(processor < 360)
  }
}
