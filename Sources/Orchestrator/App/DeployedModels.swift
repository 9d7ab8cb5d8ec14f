// The deployment in force, as models on an engine's stream.
import Backtest
import Engine
import Foundation
import ModelLifecycle
import Risk
import Storage
import TradingDomain

/// Loads what a deployment names, keeps the seats of models that stay, and notices when the deployment changes.
final class DeployedModels {
  let folder: DeployFolder
  private let settings: RunSettings
  /// Processor ticks that a watching model may take for a bar; nil for any.
  private let allowance: UInt64?
  private var seats: [String: ModelSeat] = [:]
  private var loaded: [String: LoadedModel] = [:]
  private var number = -1
  /// The newest deployment of which the user was told that the engine refused it.
  var told: UInt32 = 0

  init(_ folder: DeployFolder, settings: RunSettings, allowance: UInt64?) {
    self.folder = folder
    self.settings = settings
    self.allowance = allowance
  }

  /// The model that says what bars and features the session needs: the champion, or whoever is there.
  func first() throws -> LoadedModel {
    let deployment = try folder.engine().state.deployment
    guard
      let id = ([deployment.champion, deployment.canary] + deployment.shadows.map(Optional.some)).compactMap({ $0 })
        .first
    else {
      throw CommandFailure(
        .badInput,
        "\(folder.models): no model is deployed. `trader deploy stage MODEL --models \(folder.models)` lets "
          + "one watch; `deploy canary` and `deploy live` let it trade.")
    }
    return try ModelLoader.load(folder.find(id))
  }

  /// Models that were on the stream, by identity.
  var models: [String: LoadedModel] { loaded }

  /// The roster of the deployment in force; nil while it is the one handed out last. New seats are fed `bars`.
  func roster(warmedBy bars: [Bar], bar duration: Nanoseconds) throws -> Roster? {
    let state = try folder.engine().state
    let deployment = state.deployment
    guard deployment.number != number else { return nil }
    let wanted = Set([deployment.champion, deployment.canary].compactMap { $0 } + deployment.shadows)
    for id in wanted.sorted() where seats[id] == nil {
      // Loaded anew for every seat: an old one of the same model may still be on the engine's thread.
      let model = try ModelLoader.load(folder.find(id))
      loaded[id] = model
      guard Nanoseconds.seconds(Int64(model.artifact.manifest.barSeconds)) == duration else {
        throw CommandFailure(
          .badInput, "model \(id) decides on bars of \(model.artifact.manifest.barSeconds) s, this session on others.")
      }
      let seat = try ModelSeat(
        model: model.artifact.id.prefix64, schema: model.schema,
        strategy: settings.strategy(of: model), execution: settings.execution(of: model),
        instrument: settings.instrument, forecaster: model.forecaster, allowance: allowance)
      seat.warmUp(bars)
      seats[id] = seat
    }
    number = deployment.number
    seats = seats.filter { wanted.contains($0.key) }
    return Roster(
      number: UInt32(deployment.number), champion: deployment.champion.flatMap { seats[$0] },
      canary: deployment.canary.flatMap { seats[$0] },
      terms: CanaryTerms(share: deployment.share, lots: PipelinePolicy().canary.lots), size: deployment.size,
      caution: deployment.caution, shadows: deployment.shadows.compactMap { seats[$0] })
  }
}

/// A closed session as the pipeline is told of it.
enum ClosedSession {
  /// Reads the session's facts from its journal and writes them where `trader deploy watch` finds them.
  ///
  /// - Parameters:
  ///   - bars: The session's, with `warmUp` before them.
  static func write(
    _ entries: [JournalEntry], session: TradingSession, isTradable: Bool, bars: [Bar], warmUp: [Bar],
    models: [String: LoadedModel], settings: RunSettings, barsOnly: Bool, into folder: DeployFolder
  ) throws -> String {
    var ledger = SessionLedger(instrument: settings.instrument, fees: settings.fees, champion: 0)
    for entry in entries { ledger.observe(entry) }
    let all = warmUp + bars
    let columns = StrategyColumns(bars: all, instrument: settings.instrument).slice(warmUp.count..<all.count)
    var results: [String: SessionResult] = [:]
    for (id, model) in models {
      let account = ledger.accounts[model.artifact.id.prefix64] ?? SessionLedger.Account()
      let (strategy, execution) = (settings.strategy(of: model), settings.execution(of: model))
      let duration = Nanoseconds.seconds(Int64(model.artifact.manifest.barSeconds))
      let replay = try SessionReplay(
        session: TapeSession(session: session, isTradable: isTradable), bars: bars, columns: columns,
        instrument: settings.instrument,
        fills: BarFillModel(
          instrument: settings.instrument, fees: settings.fees, assumptions: settings.assumptions,
          execution: execution),
        limits: barsOnly ? settings.limits.forBars(of: duration) : settings.limits, execution: execution,
        contracts: strategy.quantity.contracts)
      results[id] = SessionResult(
        asIfAlone: try replay.trade(account, strategy: strategy).profit, ofOrders: account.ofOrders.brl,
        trades: account.trades, invalidForecasts: account.invalidForecasts, isBenched: account.isBenched,
        brierExcess: model.artifact.manifest.settings["horizon_bars"].flatMap(Int.init).flatMap {
          replay.brierExcess(account, horizon: $0)
        })
    }
    let facts = SessionFacts(
      date: "\(session.date)", results: results, slippageTicks: ledger.meanSlippage,
      moves: OutcomeWatch.shares(closes: bars.map(\.close.ticks)))
    try makeFolder(folder.models + "/sessions")
    let path = folder.models + "/sessions/\(session.date).json"
    try Data(jsonText(facts).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    return path
  }
}
