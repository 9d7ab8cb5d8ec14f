// A backtest whose model is fitted anew before every window, beside the predecessor's.
import Accounting
import Backtest
import Engine
import Features
import Foundation
import MarketData
import ModelLifecycle
import Performance
import Risk
import Storage
import TradingDomain
import Validation

extension BacktestRun {
  /// Everything that a walk-forward reads before it runs.
  struct PreparedWalkForward {
    var backtest: WalkForwardBacktest
    var schema: FeatureSchema
    var fitter: FitterPlan
    var request: BacktestManifest.WalkForwardRequest
    var dataFrom: SessionDate
  }

  func prepare(
    _ request: BacktestManifest.WalkForwardRequest, _ instrument: Instrument, _ settings: RunSettings,
    _ store: MarketStore, _ from: SessionDate, _ to: SessionDate
  ) throws -> PreparedWalkForward {
    let schema = try barSchema(request.schema)
    var fitter = FitterPlan(schema: schema)
    fitter.training.horizonBars = request.horizon
    fitter.training.patience = request.patience
    fitter.training.rounds = request.rounds
    fitter.training.seed = self.request.seed
    fitter.training.maximumDepth = request.depth
    fitter.training.learningRate = request.learningRate
    fitter.training.minimumChildWeight = request.leastLeaf
    fitter.strategy = request.members == nil ? settings.strategy : settings.strategyOfEnsembles
    fitter.selection = request.selectsFeatures ? SelectionPlan() : nil
    fitter.thresholds = request.tunesThresholds ? ThresholdPlan() : nil
    let duration = Nanoseconds.seconds(Int64(schema.barSeconds))
    let plan = try MarketPlan.stored(
      store, instrument: instrument, from: from, to: to, barDuration: duration, assumptions: settings.assumptions,
      schema: schema)
    let market = try WalkForwardMarket.stored(store, plan: plan, barDuration: duration, schema: schema)
    let backtest = try WalkForwardBacktest(
      market: market,
      plan: WalkForwardPlan(
        training: request.isAnchored ? .anchored(least: request.training) : .sliding(request.training),
        tradeSessions: request.trading, embargoBars: request.embargo, workers: workers),
      engine: settings.engineConfiguration(schema: schema, barsOnly: market.hasBarsOnly),
      assumptions: settings.assumptions, capital: settings.capital, withoutCosts: settings.isFree)
    // Before anything is written: are there windows at all?
    _ = try backtest.plan.windows(count: market.sessions.count)
    return PreparedWalkForward(
      backtest: backtest, schema: schema, fitter: fitter, request: request,
      dataFrom: from.advanced(by: -MarketPlan.warmUpDays(for: schema)))
  }

  func runWalkForward(_ prepared: PreparedWalkForward, _ scene: Scene) throws -> Outcome {
    let backtest = prepared.backtest
    let windows = try backtest.plan.windows(count: backtest.market.sessions.count)
    let journals = try WindowJournals(
      folder: folder,
      capacities: windows.map {
        Self.journalCapacity(sessions: $0.trading.count, barSeconds: prepared.schema.barSeconds)
      })
    let model = RememberingFitter(try fitter("refitted", prepared.fitter, prepared))
    let walked = try progress("walk-forward", total: windows.count, unit: "windows") { update in
      try backtest.run(
        model, journal: { journals.writer($0.number) }, isCancelled: { [interruption] in interruption.isRequested },
        progress: { done, _ in update(done) })
    }
    try journals.close()
    let baseline = walked.isPartial ? nil : try baseline(prepared, windows: windows.count)
    var (sections, notes) = try compared(walked, baseline)
    if !walked.isPartial, let paths = try combinatorial(prepared, rounds: walked.windows.map(\.choices.rounds)) {
      sections.append(paths)
    }
    let (seed, settings) = (request.seed, scene.settings)
    return Outcome(
      result: walked.joined, title: "Walk-forward of \(request.symbol), \(scene.from) to \(scene.to)",
      subtitle: "\(prepared.schema.name), \(prepared.words), capital \(settings.capital.brl) BRL",
      stamps: backtest.market.stamps + settings.stamps(prepared, seed: seed), modelHash: prepared.schema.hashText,
      sections: sections, notes: notes, journal: "journal-1.bin to journal-\(windows.count).bin",
      vary: { try VariationOutcome($0.name, backtest.varied(by: $0, seed: seed).run(model).joined) },
      shuffled: { shuffle in
        var plan = prepared.fitter
        plan.shuffleSeed = shuffle
        let result = try backtest.run(fitter("shuffled labels", plan, prepared))
        return try VariationOutcome("shuffled labels", result.joined)
      }, dataFrom: prepared.dataFrom, barDuration: .seconds(Int64(prepared.schema.barSeconds)),
      hasBarsOnly: backtest.market.hasBarsOnly)
  }

  /// An ensemble where members are named, else trees for rise or fall.
  private func fitter(
    _ name: String, _ plan: FitterPlan, _ prepared: PreparedWalkForward
  ) throws -> any ModelFitter {
    let (backtest, request) = (prepared.backtest, prepared.request)
    guard let members = request.members else { return try trees(name, plan, backtest) }
    var options = MemberPlan()
    options.forest.rounds = plan.training.rounds
    options.forest.patience = plan.training.patience
    options.forest.maximumDepth = plan.training.maximumDepth
    options.epochs = request.epochs ?? options.epochs
    options.width = request.width ?? options.width
    // Windows are worked on side by side already.
    options.workers = 1
    return try EnsembleFitter(
      name: name, plan: plan, members: MemberOptions.kinds(members), memberPlan: options,
      deadZoneTicks: request.flatTicks ?? 2, fills: backtest.fills, limits: backtest.engine.limits,
      execution: backtest.engine.execution)
  }

  private func trees(_ name: String, _ plan: FitterPlan, _ backtest: WalkForwardBacktest) throws -> BaselineFitter {
    try BaselineFitter(
      name: name, plan: plan, fills: backtest.fills, limits: backtest.engine.limits,
      execution: backtest.engine.execution)
  }

  /// Every choice of test groups fitted and every path traded, with the rounds that the windows settled on.
  private func combinatorial(_ prepared: PreparedWalkForward, rounds: [Int]) throws -> ReportSection? {
    guard let groups = prepared.request.pathGroups, let tested = prepared.request.pathTests else { return nil }
    let (backtest, schema) = (prepared.backtest, prepared.schema)
    let market = backtest.market
    let opening = market.sessions[0].session.open
    var training = prepared.fitter.training
    training.rounds = rounds.sorted()[(rounds.count - 1) / 2]
    training.patience = nil
    let combinatorial = try CombinatorialBacktest(
      instrument: market.instrument,
      tape: backtest.tape(),
      rows: CombinatorialRows(
        bars: market.bars, labelledFrom: market.bars.firstIndex { $0.start >= opening } ?? 0, schema: schema,
        instrument: market.instrument, horizonBars: training.horizonBars),
      splitter: CombinatorialPurgedCV(groups: groups, testGroups: tested),
      research: BarResearch(fills: backtest.fills, contracts: prepared.fitter.strategy.quantity.contracts),
      rule: .strategy(prepared.fitter.strategy), workers: workers, withoutCosts: request.noCosts)
    let fits = try combinatorial.splitter.splits(combinatorial.rows.labels).count
    let found = try progress("paths", total: fits, unit: "fits") { update in
      try combinatorial.run(
        CombinatorialForestFitter([("trees", training)]), isCancelled: { [interruption] in interruption.isRequested },
        progress: { done, _ in update(done) })
    }
    guard let paths = found.distributions.first else { return nil }
    let ratios = paths.quantiles.map { quantiles in
      zip(PathDistribution.levels, quantiles).map {
        "\(DecimalText.percent($0, digits: 0)): \(DecimalText.fixed($1, digits: 2))"
      }.joined(separator: ", ")
    }
    let below = paths.shareBelowZero.map { DecimalText.percent($0, digits: 0) }
    return ReportSection(
      "Paths of combinatorial cross-validation",
      [
        .text(
          "\(found.fits) models of \(training.rounds) rounds, each tested on \(tested) of \(groups) groups of sessions "
            + "that it had not seen, joined into \(found.paths) histories. Annual Sharpe ratios: \(ratios ?? "none"). "
            + "Below zero: \(below ?? "none"). Models also learn from sessions after those they are tested on, "
            + "purged: this shows how much luck one history holds, not what trading would have earned."),
        .chart(PathFanChart(title: "Histories that could have been", steps: "sessions", paths: paths.curves)),
      ])
  }

  /// The predecessor's model on the same windows: its features, its horizon, its fifty trees, its rules and thresholds.
  private func baseline(_ prepared: PreparedWalkForward, windows: Int) throws -> WalkForwardResult? {
    guard prepared.schema.barSeconds == FeatureSchema.v2.barSeconds else { return nil }
    var plan = FitterPlan.v2
    plan.training.seed = prepared.fitter.training.seed
    // Its own rules, whatever the run's are: only the size is the same.
    plan.strategy.quantity = prepared.fitter.strategy.quantity
    let fitter = try trees("v2 baseline", plan, prepared.backtest)
    return try progress("v2 baseline", total: windows, unit: "windows") { update in
      try prepared.backtest.run(
        fitter, isCancelled: { [interruption] in interruption.isRequested }, progress: { done, _ in update(done) })
    }
  }

  private func compared(
    _ walked: WalkForwardResult, _ baseline: WalkForwardResult?
  ) throws -> ([ReportSection], [ReportVerdict]) {
    var windows: [ReportSection.Block] = [.table(Self.table(walked.windows))]
    if let agreement = ResearchAgreement(sum: walked.windows.compactMap(\.agreement)) {
      windows.append(
        .text("The research mode, in which thresholds are tuned, on the same sessions: \(agreement.text)."))
    }
    var sections = [ReportSection("Windows", windows)]
    guard let baseline else { return (sections, []) }
    let comparison = try ModelComparison(
      baseline: .init(baseline), others: [.init(walked)], seed: request.seed)
    guard let difference = comparison.rows.last?.difference else { return (sections, []) }
    let verdict =
      !difference.isDistinct ? "not distinguishable from it" : difference.mean > 0 ? "better" : "worse"
    let sentence =
      "Against the v2 baseline (\(DecimalText.signed(baseline.joined.curve.profit.brl, digits: 2)) BRL): "
      + "\(difference.text); \(verdict)."
    sections.append(
      ReportSection(
        "Against the v2 baseline",
        [
          .text(sentence),
          .chart(
            EquityDrawdownChart(
              profit: walked.joined.curve.profitBRL, baseline: baseline.joined.curve.profitBRL,
              baselineName: "v2 baseline")),
        ]))
    return (sections, [ReportVerdict(severity: .note, title: "Beside the v2 baseline", sentence: sentence)])
  }

  private static func table(_ windows: [WindowOutcome]) -> ReportTable {
    ReportTable(
      caption: "Each window: what its model was, what it earned on the sessions it had seen, and on those it had not",
      columns: [
        .init("Trained", .text), .init("Traded", .text), .init("Rows"), .init("Rounds"), .init("Features"),
        .init("Seen, BRL a session"), .init("Trades"), .init("Net (BRL)"), .init("BRL a session"), .init("", .bar),
      ],
      rows: windows.map { window in
        [
          .text("\(window.trained.lowerBound) to \(window.trained.upperBound)"),
          .text("\(window.traded.lowerBound) to \(window.traded.upperBound)"), .count(window.choices.rows),
          .count(window.choices.rounds), .count(window.choices.features.count),
          .signed(window.inSample.perSession, digits: 2), .count(window.outOfSample.trades),
          .signed(window.outOfSample.net, digits: 2), .signed(window.outOfSample.perSession, digits: 2),
          .bar(window.outOfSample.net),
        ]
      })
  }
}

extension BacktestRun.PreparedWalkForward {
  /// What is fitted, in words.
  var kind: String { request.members.map { "ensemble of " + $0 } ?? "boosted trees" }

  /// How it fits and trades, in words.
  var words: String {
    let past =
      request.isAnchored ? "all sessions so far, at least \(request.training)" : "the last \(request.training) sessions"
    let choices = [
      request.selectsFeatures ? "features selected inside" : nil,
      request.tunesThresholds ? "thresholds tuned inside" : nil,
      request.embargo > 0 ? "\(request.embargo) bars left out" : nil,
    ].compactMap { $0 }
    return (["fitted on \(past) before every \(request.trading)"] + choices).joined(separator: ", ")
  }
}

/// One journal for each window, each written by the thread that runs the window and by no other.
private final class WindowJournals: @unchecked Sendable {
  private let writers: [JournalWriter]

  init(folder: String, capacities: [Int]) throws {
    writers = try capacities.enumerated().map { number, capacity in
      try JournalWriter(path: folder + "/journal-\(number + 1).bin", capacity: capacity)
    }
  }

  func writer(_ number: Int) -> any OrderJournal { writers[number] }

  func close() throws { for writer in writers { try writer.close() } }
}

extension RunSettings {
  /// The engine's configuration to which each window's model is added.
  func engineConfiguration(schema: FeatureSchema, barsOnly: Bool) -> EngineConfiguration {
    let duration = Nanoseconds.seconds(Int64(schema.barSeconds))
    return EngineConfiguration(
      instrument: instrument, barDuration: duration, schema: schema, strategy: strategy, execution: execution,
      limits: barsOnly ? limits.forBars(of: duration) : limits, fees: fees, epoch: 1, modelHash: 0,
      configurationHash: hash)
  }

  /// How a walk-forward was made, for reports.
  func stamps(_ prepared: BacktestRun.PreparedWalkForward, seed: UInt64) -> [ReportStamp] {
    costStamps + [
      ReportStamp(name: "model", value: prepared.kind + ", " + prepared.words),
      ReportStamp(name: "feature schema", value: "\(prepared.schema.name) (\(prepared.schema.hashText))"),
      ReportStamp(name: "seed", value: "\(seed)"),
      ReportStamp(name: "program", value: programVersion),
    ]
  }
}
