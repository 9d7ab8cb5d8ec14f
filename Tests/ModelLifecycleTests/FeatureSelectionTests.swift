// The selection finds what was planted, says so when there is nothing, and cannot be fooled by its own choice.

import Features
import Foundation
import ModelLifecycle
import Testing

/// Smaller folds and contests for the suite; the long proofs take the defaults.
private var short: SelectionPlan {
  var plan = SelectionPlan()
  plan.folds = .walkForward(count: 3, firstPart: 0.4)
  plan.bootstraps = 12
  plan.counts = [1, 2, 4, 6, 8, 10, 12, 16, 24, 48]
  return plan
}

@Suite struct FeatureSelectionTests {
  @Test(arguments: [1, 2] as [UInt64])
  func findsWhatWasPlantedAndLittleElse(_ seed: UInt64) throws {
    let planted = try PlantedRows(rows: 12_000, candidates: 80, strength: 1.3, seed: seed)
    var plan = short
    plan.seed = seed
    let selection = try FeatureSelector.select(planted.rows, plan: plan)
    let recovery = PlantedRows.Recovery(selection.chosen)
    #expect(selection.verdict == .worthKeeping)
    #expect(recovery.precision >= 0.9, "\(selection.chosen)")
    #expect(recovery.recall >= 0.9, "\(selection.chosen)")
    #expect(recovery.noise <= 1)
    // The chosen names are the leading ones of the ranking, and each is a candidate once.
    #expect(Set(selection.chosen).count == selection.chosen.count)
    #expect(selection.chosen.count <= selection.curve.points[selection.curve.chosen].count)
    #expect(selection.candidates.filter(\.isChosen).count == selection.chosen.count)
    // Copies share their originals' clusters and are passed over.
    for copy in 0..<PlantedRows.informative {
      let pair = selection.candidates.filter { $0.name == "signal_\(copy)" || $0.name == "copy_\(copy)" }
      #expect(pair[0].cluster == pair[1].cluster)
      #expect(pair.count { $0.isRepresentative } == 1)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func saysThatNoiseIsNotWorthKeeping(_ seed: UInt64) throws {
    let noise = try PlantedRows(rows: 4_000, candidates: 60, strength: 0, seed: seed)
    var plan = short
    plan.seed = seed
    let selection = try FeatureSelector.select(noise.rows, plan: plan)
    #expect(selection.verdict != .worthKeeping, "\(selection.summary)")
    #expect(selection.chosen.isEmpty)
    let chosen = selection.curve.points[selection.curve.chosen]
    #expect(chosen.gain <= 2 * chosen.standardError)
  }

  /// The classic mistake: rank on everything, then cross-validate the ranking.
  @Test func rankingOnAllDataInflatesTheCurveOfNoiseAndRankingInsideFoldsDoesNot() throws {
    var plan = short
    plan.folds = .purgedKFold(count: 4)
    plan.counts = [5, 10, 20]
    var promised = 0.0
    for seed in 11...13 as ClosedRange<UInt64> {
      let noise = try PlantedRows(rows: 2_500, candidates: 200, strength: 0, seed: seed)
      let honest = try FeatureSelector.select(noise.rows, plan: plan)
      let order = honest.candidates.indices.sorted { honest.candidates[$0].rank < honest.candidates[$1].rank }
      let leaky = try FeatureSelector.curve(of: order, noise.rows, plan: plan)
      for (mistaken, right) in zip(leaky.points, honest.curve.points) {
        #expect(right.gain <= 2 * right.standardError, "\(right)")
        #expect(mistaken.gain > right.gain + right.standardError, "\(mistaken.gain), \(right.gain)")
      }
      promised += leaky.points[leaky.best].gain / 3
      #expect(honest.verdict != .worthKeeping)
    }
    #expect(promised > 0, "the trap must look like a find: \(promised)")
  }

  @Test func theFutureChangesNothingInEarlierFolds() throws {
    let planted = try PlantedRows(rows: 4_000, candidates: 40, seed: 5)
    let rows = planted.rows
    // The last test window's outcomes are turned round; no fold trains on them, and no other is tested on them.
    let last = rows.count - 400
    let turned = try SelectionRows(
      names: rows.names,
      values: rows.values.enumerated().map { $0.offset / rows.names.count < last ? $0.element : -$0.element },
      labels: rows.labels,
      directions: rows.directions.enumerated().map { $0.offset < last ? $0.element : 1 - $0.element },
      weights: rows.weights)
    let first = try FeatureSelector.select(rows, plan: short)
    let second = try FeatureSelector.select(turned, plan: short)
    #expect(first.candidates != second.candidates, "all data must notice")
    for (own, other) in zip(first.candidates, second.candidates) {
      #expect(own.foldFrequencies == other.foldFrequencies)
      #expect(own.impurityDecrease == other.impurityDecrease)
      #expect(own.accuracyDecrease == other.accuracyDecrease)
      #expect(own.contribution == other.contribution)
    }
    for (own, other) in zip(first.curve.points, second.curve.points) {
      #expect(own.foldGains.dropLast() == other.foldGains.dropLast())
      #expect(own.foldGains.last != other.foldGains.last)
    }
  }

  @Test func theSameSeedGivesTheSameBytesForAnyNumberOfWorkers() throws {
    let planted = try PlantedRows(rows: 3_000, candidates: 40, seed: 7)
    func bytes(workers: Int, seed: UInt64) throws -> (json: Data, page: String) {
      var plan = short
      plan.workers = workers
      plan.seed = seed
      let selection = try FeatureSelector.select(planted.rows, plan: plan)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return (try encoder.encode(selection), selection.html(title: "twin"))
    }
    let one = try bytes(workers: 1, seed: 3)
    let two = try bytes(workers: 2, seed: 3)
    #expect(one.json == two.json)
    #expect(one.page == two.page)
    #expect(try bytes(workers: 2, seed: 4).json != one.json)
  }

  @Test func purgedFoldsJudgeEveryRowOnce() throws {
    let planted = try PlantedRows(rows: 3_000, candidates: 30, seed: 8)
    var plan = short
    plan.folds = .purgedKFold(count: 4)
    plan.embargoBars = 10
    let selection = try FeatureSelector.select(planted.rows, plan: plan)
    #expect(selection.folds.map(\.testRows) == [750, 750, 750, 750])
    // Five bars of purge on each inner side, ten of embargo behind.
    #expect(selection.folds[0].trainingRows < 2_250 - 10)
    #expect(selection.folds[1].trainingRows < selection.folds[0].trainingRows)
  }

  @Test func progressRisesToOne() throws {
    let planted = try PlantedRows(rows: 1_000, candidates: 20, seed: 9)
    let seen = Parts()
    var plan = short
    plan.bootstraps = 5
    _ = try FeatureSelector.select(planted.rows, plan: plan) { seen.append($0) }
    #expect(seen.values.count > 10)
    #expect(zip(seen.values, seen.values.dropFirst()).allSatisfy(<=))
    #expect(seen.values.last == 1)
  }

  /// What progress said; called by one thread at a time.
  private final class Parts: @unchecked Sendable {
    var values: [Double] = []
    func append(_ part: Double) { values.append(part) }
  }
}
