// Ensembles inside a walk-forward: nothing of the future, the same bytes again, the engine's forecasts in research.

import Backtest
import Engine
import Ensemble
import Execution
import Features
import Foundation
import ModelLifecycle
import NeuralNetworks
import Storage
import Testing
import TradingDomain

@Suite struct EnsembleFitterTests {
  private static func fitter(
    _ members: [MemberKind] = [.logistic, .trees, .lstm, .transformer], change: (inout FitterPlan) -> Void = { _ in }
  ) throws -> EnsembleFitter {
    var plan = FitterPlan.v2
    plan.strategy = RetrainingScene.strategy
    plan.strategy.style = .edge
    plan.strategy.costTicks = 1
    plan.thresholds = ThresholdPlan()
    plan.thresholds?.leastTrades = 5
    change(&plan)
    var options = MemberPlan()
    (options.forest.rounds, options.forest.folds) = (12, 2)
    (options.epochs, options.width, options.heads, options.steps, options.workers) = (1, 8, 2, 10, 1)
    options.lanes = LaneSchedule(lanes: 2, stagger: 5)
    return try EnsembleFitter(
      name: "ensemble", plan: plan, members: members, memberPlan: options, deadZoneTicks: 2,
      fills: RetrainingScene.fills(), limits: RetrainingScene.limits, execution: .init())
  }

  @Test func cuttingOffTheFutureLeavesEveryDecisionOfEarlierWindowsAsItWas() throws {
    let fitter = try Self.fitter()
    let (long, short) = (WindowJournals(), WindowJournals())
    let markets = try [9, 7].map { try RetrainingScene.market(sessions: $0, seed: 3, echo: 0.8) }
    let whole = try RetrainingScene.backtest(markets[0]).run(fitter, journal: { long.journal($0) })
    let cut = try RetrainingScene.backtest(markets[1]).run(fitter, journal: { short.journal($0) })
    #expect(whole.windows.count == 2 && cut.windows.count == 1)
    let (early, late) = (cut.windows[0], whole.windows[0])
    #expect(early.modelHash == late.modelHash && early.choices == late.choices && early.profits == late.profits)
    let entries = short.entries(early.window.number)
    #expect(entries.count > 500 && entries == long.entries(late.window.number))
    #expect(entries.contains { if case .votes = $0.fact { true } else { false } })
    // The echo is there to be found, and worth more than it costs.
    #expect(whole.joined.trades.count > 20 && whole.windows.allSatisfy { ($0.choices.innerGain ?? 0) > 0.01 })
    // The research mode streams the same ensemble: it errs by fills, not by forecasts.
    let agreement = try #require(late.agreement)
    #expect(agreement.sharedEntries * 10 >= agreement.exactTrades * 9, "\(agreement.text)")
  }

  @Test func shuffledOutcomesTeachNothing() throws {
    let market = try RetrainingScene.market(sessions: 7, seed: 3, echo: 0.8)
    let fitter = try Self.fitter([.logistic, .trees]) { $0.shuffleSeed = 5 }
    let result = try RetrainingScene.backtest(market).run(fitter)
    for window in result.windows { #expect((window.choices.innerGain ?? 1) < 0.01) }
  }

  @Test func anArtifactSaysWhatItsModelSaid() throws {
    let market = try RetrainingScene.market(sessions: 6, seed: 4, echo: 0.6)
    let rows = try MemberRows(
      bars: market.bars, labelledFrom: 0, schema: .v2, instrument: .wdo, horizonBars: 5, deadZoneTicks: 2)
    var plan = MemberPlan()
    (plan.forest.rounds, plan.forest.folds) = (12, 2)
    (plan.epochs, plan.width, plan.heads, plan.steps) = (1, 8, 2, 10)
    plan.lanes = LaneSchedule(lanes: 2, stagger: 5)
    let kinds: [MemberKind] = [.logistic, .trees, .lstm, .transformer]
    for chosen in [kinds] + kinds.map({ [$0] }) {
      let model = try EnsembleTrainer.train(rows, kinds: chosen, plan: plan)
      let manifest = ModelManifest(
        symbol: "WDO", schema: "v2", schemaHash: FeatureSchema.v2.hashText, barSeconds: 60, trainedFrom: "2022-01-01",
        trainedTo: "2022-01-03", dataHash: ContentHash(of: Data()), seed: 1, program: "test", parent: nil,
        settings: [:], validation: [:])
      let root = FileManager.default.temporaryDirectory.appendingPathComponent("ensemble-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: root) }
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
      let artifact = try ModelArtifact.write(manifest, files: model.files(), under: root)
      let loaded = try ModelLoader.load(artifact)
      #expect(loaded.isEnsemble)
      let made = try model.ensemble(schemaHash: FeatureSchema.v2.hash)
      var compared = 0
      rows.tape.eachBar { place, input in
        made.observe(input)
        loaded.forecaster.observe(input)
        guard place > 2_500, !input.features.isEmpty else { return }
        let (first, second) = (made.forecast(input), loaded.forecaster.forecast(input))
        #expect(first.probabilityUp.bitPattern == second.probabilityUp.bitPattern)
        #expect(first.expectedTicks.bitPattern == second.expectedTicks.bitPattern)
        compared += 1
      }
      #expect(compared > 500)
    }
  }
}
