// From configuration file and defaults to the values that the modules take.
import Accounting
import Backtest
import Engine
import Execution
import Features
import Foundation
import ModelLifecycle
import Performance
import Risk
import Simulation
import Storage
import TradingDomain

/// Everything that a run needs besides market and model.
struct RunSettings {
  var instrument: Instrument
  var strategy = StrategyConfiguration()
  /// Whether the configuration says what the strategy acts on; else the model decides.
  var namesStyle = false
  var execution = ExecutionConfiguration()
  var limits: RiskLimits
  var fees: ContractFees
  var feeText: String
  var assumptions: SimulationAssumptions
  /// Whether costs were left out on demand; every report then says so.
  var isFree: Bool
  var capital = Money(brl: 10_000)
  /// How the session uses the machine; no part of the hash, since it changes no decision.
  var host: HostSettings
  /// Folder of the link's keys; nil leaves the loopback link in clear. No part of the hash either.
  var keys: String?
  /// Hash of the configuration in force, for the journal.
  var hash: UInt64

  /// Settings for `instrument` with the file's values over the defaults.
  ///
  /// Without costs only on demand (`isFree`): a result that leaves them out is wrong by more than most edges are worth.
  init(instrument: Instrument, file: ConfigurationFile?, seed: UInt64, isFree: Bool = false) throws {
    self.instrument = instrument
    self.isFree = isFree
    limits = .baseline(for: instrument)
    let usdBRL = file?.costs?.usd_brl?.value ?? 5.4
    let brokerFee = Money(
      brl: try Self.bounded("costs.broker_fee_brl", file?.costs?.broker_fee_brl?.value ?? 0, 0...1_000))
    let taxPercent = try Self.bounded(
      "costs.service_tax_percent", file?.costs?.service_tax_percent?.value ?? 0, 0...100)
    var schedule = try FeeSchedule.smallDayTrader(usdBRL: usdBRL)
    schedule.brokerFee = brokerFee
    schedule.serviceTaxMillionths = Int64((taxPercent * 10_000).rounded())
    fees = isFree ? .free : try schedule.dayTradeFees(for: instrument)
    feeText =
      isFree
      ? "none"
      : "exchange day-trade fee at \(usdBRL) BRL per USD, broker \(brokerFee.brl) BRL, service tax "
        + "\(taxPercent) %: \(fees.perSide.brl) BRL per contract and side"
    assumptions = try SimulationAssumptions(file?.simulation, seed: seed)
    host = try HostSettings(file?.host)
    keys = file?.gateway?.keys.flatMap { $0.isEmpty ? nil : $0 }
    hash = 0
    strategy.costTicks = 2 * fees.perSide.brl / instrument.tickValue.brl + assumptions.roundTripTicks
    try apply(file)
    hash = ContentHash(of: Data(text.utf8)).prefix64
  }

  private mutating func apply(_ file: ConfigurationFile?) throws {
    if let wanted = file?.strategy { try apply(wanted) }
    let lots = Int64(try Self.bounded("strategy.lots", Double(file?.strategy?.lots ?? 1), 1...1_000))
    strategy.quantity = Quantity(lots * instrument.lot.contracts)
    try strategy.validate()
    if let wanted = file?.execution { try apply(wanted) }
    for (name, value) in (file?.risk ?? [:]).sorted(by: { $0.key < $1.key }) { try limits.set(name, to: value.value) }
    try limits.validate(for: instrument)
    if let amount = file?.account?.capital_brl?.value {
      capital = Money(brl: try Self.bounded("account.capital_brl", amount, 1...1e11))
    }
  }

  private mutating func apply(_ wanted: ConfigurationFile.Strategy) throws {
    if let name = wanted.style {
      guard let style = StrategyStyle(rawValue: name) else {
        let known = StrategyStyle.allCases.map(\.rawValue).joined(separator: " or ")
        throw CommandFailure(.badInput, "strategy.style = \"\(name)\" is no style of trading. Give \(known).")
      }
      strategy.style = style
      namesStyle = true
    }
    strategy.costTicks = wanted.cost_ticks?.value ?? strategy.costTicks
    strategy.edgeMargin = wanted.edge_margin?.value ?? strategy.edgeMargin
    strategy.exitTicks = wanted.exit_ticks?.value ?? strategy.exitTicks
    strategy.exitProbability = wanted.exit_probability.map { Float($0.value) } ?? strategy.exitProbability
    strategy.trend.confidence = wanted.trend?.confidence.map { Float($0.value) } ?? strategy.trend.confidence
    strategy.trend.probability = wanted.trend?.probability.map { Float($0.value) } ?? strategy.trend.probability
    strategy.range.confidence = wanted.range?.confidence.map { Float($0.value) } ?? strategy.range.confidence
    strategy.range.probability = wanted.range?.probability.map { Float($0.value) } ?? strategy.range.probability
    strategy.leastSignalProbability =
      wanted.least_signal_probability.map { Float($0.value) } ?? strategy.leastSignalProbability
    strategy.leastRelativeRange = wanted.least_relative_range?.value ?? strategy.leastRelativeRange
    strategy.largestRelativeRange = wanted.largest_relative_range?.value ?? strategy.largestRelativeRange
    strategy.trendStopPoints = wanted.trend_stop_points?.value ?? strategy.trendStopPoints
    strategy.trendTargetPoints = wanted.trend_target_points?.value ?? strategy.trendTargetPoints
    strategy.rangeStopFloorPoints = wanted.range_stop_floor_points?.value ?? strategy.rangeStopFloorPoints
    strategy.rangeTargetMultiple = wanted.range_target_multiple?.value ?? strategy.rangeTargetMultiple
    strategy.leastRewardToRisk = wanted.least_reward_to_risk?.value ?? strategy.leastRewardToRisk
    strategy.entriesPerSession = wanted.entries_per_session ?? strategy.entriesPerSession
  }

  private mutating func apply(_ wanted: ConfigurationFile.Execution) throws {
    func ticks(_ name: String, _ value: Int?, _ standard: Price) throws -> Price {
      guard let value else { return standard }
      return Price(ticks: Int64(try Self.bounded("execution.\(name)_ticks", Double(value), 0...10_000)))
    }
    func span(_ name: String, _ value: TOMLNumber?, _ standard: Nanoseconds) throws -> Nanoseconds {
      guard let value else { return standard }
      return Nanoseconds(Int64(try Self.bounded("execution.\(name)_seconds", value.value, 0.001...86_400) * 1e9))
    }
    execution.entryReach = try ticks("entry_reach", wanted.entry_reach_ticks, execution.entryReach)
    execution.exitReach = try ticks("exit_reach", wanted.exit_reach_ticks, execution.exitReach)
    execution.stopLimitOffset = try ticks(
      "stop_limit_offset", wanted.stop_limit_offset_ticks, execution.stopLimitOffset)
    execution.entryLifetime = try span("entry_lifetime", wanted.entry_lifetime_seconds, execution.entryLifetime)
    execution.exitLifetime = try span("exit_lifetime", wanted.exit_lifetime_seconds, execution.exitLifetime)
  }

  /// `value` itself, unless it lies outside what the setting can mean.
  static func bounded(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws -> Double {
    guard range.contains(value) else {
      throw CommandFailure(
        .badInput, "\(name) = \(value) is out of range: give \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  /// The strategy for an ensemble, which says how far a move will go: its expected move is what counts, unless the
  /// configuration names another style.
  var strategyOfEnsembles: StrategyConfiguration {
    var strategy = strategy
    if !namesStyle { strategy.style = .edge }
    return strategy
  }

  /// How `model` is traded: the configuration, with what was chosen for the model in its place. Size, hours and costs
  /// stay the configuration's, and of entries a session the fewer count.
  func strategy(of model: LoadedModel) -> StrategyConfiguration {
    var strategy = model.isEnsemble ? strategyOfEnsembles : strategy
    model.trading?.apply(to: &strategy)
    return strategy
  }

  /// How the model's orders are handled.
  func execution(of model: LoadedModel) -> ExecutionConfiguration {
    var execution = execution
    model.trading?.apply(to: &execution)
    return execution
  }

  /// Every setting in force as text: what the configuration hash is taken over.
  private var text: String { "\(instrument)|\(strategy)|\(execution)|\(limits)|\(fees)|\(assumptions)|\(capital)" }

  /// The engine's configuration for a model and a bar duration; `barsOnly` widens the limits on the age of data.
  func engineConfiguration(model: LoadedModel, barsOnly: Bool) -> EngineConfiguration {
    let duration = Nanoseconds.seconds(Int64(model.artifact.manifest.barSeconds))
    return EngineConfiguration(
      instrument: instrument, barDuration: duration, schema: model.schema, strategy: strategy(of: model),
      execution: execution(of: model),
      limits: barsOnly ? limits.forBars(of: duration) : limits, fees: fees, epoch: 1,
      modelHash: model.artifact.id.prefix64, configurationHash: hash)
  }

  /// The cost model, and a loud word where there is none.
  var costStamps: [ReportStamp] {
    let warning = ReportStamp(
      name: "WARNING", value: "NO COSTS: fees and taxes are left out; nobody can trade at this result")
    return (isFree ? [warning] : []) + [ReportStamp(name: "costs", value: feeText)]
  }

  /// How the run was made, for reports.
  func stamps(model: LoadedModel, seed: UInt64) -> [ReportStamp] {
    costStamps + [
      ReportStamp(
        name: "model",
        value: "\(model.artifact.id.hexadecimal.prefix(16)), trained on \(model.artifact.manifest.symbol) "
          + "\(model.artifact.manifest.trainedFrom) to \(model.artifact.manifest.trainedTo)"),
      ReportStamp(name: "feature schema", value: model.schema.name),
      ReportStamp(name: "seed", value: "\(seed)"),
      ReportStamp(name: "program", value: programVersion),
    ]
  }
}

extension LoadedModel {
  /// Sessions of the run that the model was trained on.
  func overlap(with plan: MarketPlan) -> Int {
    let manifest = artifact.manifest
    guard manifest.symbol == plan.instrument.symbol else { return 0 }
    return plan.sessions.map { "\($0.session.date)" }.filter {
      $0 >= manifest.trainedFrom && $0 <= manifest.trainedTo
    }.count
  }

  /// A loud word where a run looks at sessions that the model was trained on: its result then says nothing.
  func overlapStamps(with plan: MarketPlan) -> [ReportStamp] {
    let seen = overlap(with: plan)
    guard seen > 0 else { return [] }
    return [
      ReportStamp(
        name: "WARNING",
        value: "IN SAMPLE: the model was trained on \(seen) of these \(plan.sessions.count) sessions, so this "
          + "result says nothing about the future")
    ]
  }
}
