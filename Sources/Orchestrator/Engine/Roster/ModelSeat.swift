// A model's place on the engine's stream, with everything that it needs of the market.
package import Ensemble
package import Execution
package import Features
package import TradingDomain

/// A completed bar with what the engine knew at its close.
@frozen package struct LearnedBar {
  package var bar: Bar
  package var regimes: RegimeProbabilities
  /// Average true range over 14 bars in ticks; NaN where there is none yet.
  package var range: Double
}

/// One model, its features and its strategy: it follows the stream whether it trades or not, so that it can be given
/// the trade between two events.
///
/// Made and warmed on any thread; from then on it belongs to the engine's.
package final class ModelSeat {
  /// 64-bit prefix of the artifact's identity.
  package let model: UInt64
  package private(set) var strategy: BaselineStrategy
  /// How orders that this model begins are handled; nil for the engine's ways.
  package let execution: ExecutionConfiguration?
  /// What one bar may take of this model, in processor ticks, while it only watches; nil for any time.
  package let allowance: UInt64?
  /// End of the newest bar that it learned from.
  package private(set) var newest = Timestamp.distantPast
  /// Bars that took longer than the allowance, one after the other, until now.
  package private(set) var slowBars = 0
  /// Whether it was taken off the stream for being slow; only a new seat brings the model back.
  package private(set) var isBenched = false
  /// Whether its features have seen enough bars.
  package var isWarm: Bool { features.isWarm }
  package var barCount: Int { features.barCount }

  private let forecaster: any Forecaster
  private let features: AdvancedFeatureProcessor
  private var isFresh = false
  /// Slow bars in a row after which a watching model is benched: one alone may be the machine's fault.
  package static let patience = 16

  /// A seat whose stream has not begun; `strategy` and `execution` are what the model's forecasts are acted on with.
  package init(
    model: UInt64, schema: FeatureSchema, strategy: StrategyConfiguration,
    execution: ExecutionConfiguration? = nil, instrument: Instrument, forecaster: any Forecaster,
    allowance: UInt64? = nil
  ) throws(EngineError) {
    guard forecaster.schemaHash == schema.hash else {
      throw EngineError.differentSchema(model: forecaster.schemaHash, engine: schema)
    }
    guard schema.references.isEmpty else { throw EngineError.foreignInstruments(schema) }
    if let place = schema.properties.firstIndex(where: { $0.memory == .path }) {
      throw EngineError.pathDependent(schema, feature: schema.names[place])
    }
    self.model = model
    self.strategy = BaselineStrategy(configuration: strategy, tickSize: instrument.tickSize)
    self.execution = execution
    self.allowance = allowance
    self.forecaster = forecaster
    features = AdvancedFeatureProcessor(schema: schema, instrument: instrument)
    forecaster.reset()
  }

  /// Feeds bars of the past, oldest first, before the seat is handed to an engine.
  package func warmUp(_ bars: some Sequence<Bar>) {
    var regime = RegimeDetector()
    var range = ExponentialTrueRange(period: 14)
    for bar in bars where bar.low.ticks > 0 {
      regime.update(bar)
      range.update(high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks)
      _ = learn(LearnedBar(bar: bar, regimes: regime.probabilities, range: range.value ?? .nan))
    }
  }

  /// Begins a session in which `entries` were made so far.
  func beginSession(entries: Int = 0) { strategy.beginSession(entries: entries) }

  func noteEntry() { strategy.noteEntry() }

  /// Takes what happened between bars.
  @inline(__always) func observe(_ update: MarketUpdate, at time: Timestamp) { features.observe(update, at: time) }

  /// Takes the next bar; true when a forecast may be asked for.
  func learn(_ learned: LearnedBar) -> Bool {
    newest = learned.bar.end
    isFresh = features.consume(learned.bar)
    forecaster.observe(input(of: learned))
    return isFresh
  }

  /// The forecast after the bar learned last.
  func forecast(_ learned: LearnedBar) -> Forecast {
    isFresh ? forecaster.forecast(input(of: learned)) : .none(.noInput)
  }

  var votes: VotesRecord? { forecaster.votes }

  func rehearse(_ learned: LearnedBar) {
    guard features.isWarm else { return }
    forecaster.rehearse(
      ForecastInput(features: features.vector, bar: learned.bar, regimes: learned.regimes, range: learned.range))
  }

  /// Notes what a bar took; true when it was one too many.
  func note(_ ticks: UInt64) -> Bool {
    guard let allowance else { return false }
    slowBars = ticks > allowance ? slowBars + 1 : 0
    guard slowBars >= Self.patience else { return false }
    isBenched = true
    return true
  }

  private func input(of learned: LearnedBar) -> ForecastInput {
    ForecastInput(
      features: isFresh ? features.vector : UnsafeBufferPointer(start: nil, count: 0), bar: learned.bar,
      regimes: learned.regimes, range: learned.range)
  }
}
