// What a selection refuses, with words that say what to do; and what its page holds.

import DecisionForests
import Foundation
import ModelLifecycle
import Testing

@Suite struct FeatureSelectionInputTests {
  @Test func settingsOutOfRangeAreRefusedByName() throws {
    let spoilt: [(name: String, spoil: (inout SelectionPlan) -> Void)] = [
      ("bootstraps", { $0.bootstraps = 1 }), ("redundancy", { $0.redundancy = 0 }),
      ("folds", { $0.folds = .walkForward(count: 1, firstPart: 0.4) }),
      ("first training part", { $0.folds = .walkForward(count: 3, firstPart: 1) }),
      ("alpha", { $0.alpha = 0 }), ("bootstraps", { $0.alpha = 1e-7 }),
      ("ceiling", { $0.ceiling = 0 }), ("workers", { $0.workers = 0 }), ("counts", { $0.counts = [4, 2] }),
      ("embargo", { $0.embargoBars = -1 }), ("scoring forest", { $0.scoring.maximumDepth = 9 }),
    ]
    for (name, spoil) in spoilt {
      var plan = SelectionPlan()
      spoil(&plan)
      let error = #expect(throws: SelectionError.self, "\(name)") { try plan.validate() }
      #expect(error?.what == name)
      #expect(error?.description.contains("give") == true)
    }
  }

  @Test func rowsThatDoNotFitTogetherAreRefused() throws {
    let rows = try PlantedRows(rows: 20, candidates: 20, seed: 1).rows
    func remade(
      names: [String]? = nil, values: [Float]? = nil, directions: [Float]? = nil, weights: [Double]? = nil
    ) throws {
      _ = try SelectionRows(
        names: names ?? rows.names, values: values ?? rows.values, labels: rows.labels,
        directions: directions ?? rows.directions, weights: weights ?? rows.weights)
    }
    #expect(throws: SelectionError.self) { try remade(names: ["a"] + rows.names.dropFirst(2) + ["a"]) }
    #expect(throws: SelectionError.self) { try remade(values: Array(rows.values.dropLast())) }
    #expect(throws: SelectionError.self) { try remade(directions: [0.5] + rows.directions.dropFirst()) }
    #expect(throws: SelectionError.self) { try remade(weights: [0] + rows.weights.dropFirst()) }
    let error = #expect(throws: SelectionError.self) { try FeatureSelector.select(rows, plan: SelectionPlan()) }
    #expect(error?.description.contains("20") == true)
  }

  @Test func thePageIsWholeAndNeedsNothingFromElsewhere() throws {
    let planted = try PlantedRows(rows: 2_000, candidates: 24, strength: 2, seed: 2)
    var plan = SelectionPlan()
    plan.folds = .walkForward(count: 2, firstPart: 0.5)
    plan.bootstraps = 5
    let selection = try FeatureSelector.select(planted.rows, plan: plan)
    let page = selection.html(title: "A <b> & C")
    #expect(page.contains("<title>A &lt;b&gt; &amp; C</title>"))
    #expect(page.components(separatedBy: "<svg").count == 5)
    #expect(page.components(separatedBy: "</svg>").count == 5)
    for word in ["<script", "http:", "https:", "nan", "inf\""] { #expect(!page.contains(word), "\(word)") }
    for candidate in selection.candidates { #expect(page.contains(candidate.name)) }
  }
}
