// How the objective of a search is made from data and settings: in this process, or in another one that runs a shard.
import Backtest
import Engine
import Execution
import Features
import Foundation
import MarketData
import ModelLifecycle
import Optimization
import Risk
import Storage
import TradingDomain

/// Everything that the objective of a search depends on, data by their hashes.
struct ObjectiveRecipe: Codable, Equatable {
  var data: String
  var symbol: String
  var from: String
  var to: String
  /// Hash over the market files of those days.
  var dataHash: String
  var schema: String
  var schemaHash: String
  /// Text of the configuration file; nil for the defaults.
  var configuration: String?
  var training: Int
  var folds: Int
  var outer: Int
  /// Groups and tested groups of a combinatorial cross-validation; nil for a walk-forward.
  var groups: [Int]?
  /// Members of an ensemble; nil for trees.
  var members: String?
  var seed: UInt64

  /// The objective.
  ///
  /// - Throws: Also where data or schema are no longer those of the recipe.
  func objective() throws -> any TrialObjective {
    let instrument = try tradableInstrument(symbol)
    let settings = try settings(instrument)
    let features = try barSchema(schema)
    let store = try MarketStore(root: data)
    guard features.hashText == schemaHash else {
      throw CommandFailure(.badInput, "\(schema): the feature schema has changed since the search was begun")
    }
    let (first, last) = (try Self.date(from), try Self.date(to))
    guard try Self.dataHash(store, symbol, first, last, features) == dataHash else {
      throw CommandFailure(
        .badInput, "\(data): the data of \(symbol) from \(from) to \(to) have changed since the search was begun")
    }
    let duration = Nanoseconds.seconds(Int64(features.barSeconds))
    let plan = try MarketPlan.stored(
      store, instrument: instrument, from: first, to: last, barDuration: duration,
      assumptions: settings.assumptions, schema: features)
    let market = try WalkForwardMarket.stored(store, plan: plan, barDuration: duration, schema: features)
    let (fees, assumptions) = (settings.fees, settings.assumptions)
    let walk = try WalkForwardObjective(
      market: market, plan: searchPlan(instrument, settings, features, market), training: training, folds: folds,
      outer: outer
    ) { execution in
      try BarFillModel(instrument: instrument, fees: fees, assumptions: assumptions, execution: execution)
    }
    guard let groups, groups.count == 2 else { return walk }
    return try CombinatorialObjective(walk, groups: groups[0], tested: groups[1])
  }

  /// What trials change, without the market: enough to check a space.
  func searchPlan() throws -> SearchPlan {
    let instrument = try tradableInstrument(symbol)
    return try searchPlan(instrument, settings(instrument), barSchema(schema), nil)
  }

  private func searchPlan(
    _ instrument: Instrument, _ settings: RunSettings, _ features: FeatureSchema, _ market: WalkForwardMarket?
  ) throws -> SearchPlan {
    var fitter = FitterPlan(schema: features)
    fitter.training.seed = seed
    fitter.training.patience = 25
    fitter.training.rounds = 200
    fitter.strategy = settings.strategy
    var choice: SearchPlan.MemberChoice?
    if let members {
      var plan = MemberPlan()
      plan.forest.seed = seed
      choice = SearchPlan.MemberChoice(kinds: try MemberOptions.kinds(members), plan: plan, deadZoneTicks: 2)
    }
    let duration = Nanoseconds.seconds(Int64(features.barSeconds))
    return SearchPlan(
      fitter: fitter, members: choice,
      limits: market?.hasBarsOnly ?? false ? settings.limits.forBars(of: duration) : settings.limits,
      execution: settings.execution, instrument: instrument)
  }

  func settings(_ instrument: Instrument) throws -> RunSettings {
    try RunSettings(
      instrument: instrument,
      file: configuration.map { try ConfigurationFile.parse($0, path: "the configuration of the search") }, seed: seed)
  }

  /// What names the objective in a study.
  func identity() throws -> [String: String] {
    let score = groups.map { "cpcv of \($0[0]) groups, \($0[1]) tested" } ?? "\(folds) folds of \(training) sessions"
    return [
      "data": "\(symbol) \(from) to \(to) \(dataHash.prefix(16))",
      "folds": "\(score), \(outer) kept apart", "schema": schemaHash, "members": members ?? "trees alone",
      "configuration": String(try settings(tradableInstrument(symbol)).hash, radix: 16), "program": programVersion,
    ]
  }

  /// Hash over the files of those days, and of the days before that warm the features.
  static func dataHash(
    _ store: MarketStore, _ symbol: String, _ from: SessionDate, _ to: SessionDate, _ schema: FeatureSchema
  ) throws -> String {
    let hashes = try BacktestManifest.dataHashes(
      store, symbol: symbol, from: from.advanced(by: -MarketPlan.warmUpDays(for: schema)), to: to)
    let lines = hashes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    return ContentHash(of: Data(lines.utf8)).hexadecimal
  }

  private static func date(_ text: String) throws -> SessionDate {
    guard let date = DateArgument(argument: text)?.date else {
      throw CommandFailure(.badInput, "'\(text)' in a plan is no date")
    }
    return date
  }
}
