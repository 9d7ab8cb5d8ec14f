// The strategy that trades, fed from cached columns: the same decisions without the engine around them.

import Execution
package import Engine
package import Ensemble
package import Features
package import TradingDomain

/// What ``BaselineStrategy`` is told at each bar, but for the forecast: made once, as the engine makes it.
package struct StrategyColumns: Sendable {
  /// One a bar; the forecast in it is not valid.
  package let contexts: [StrategyContext]
  /// How likely each regime is, one a bar.
  package let regimes: [RegimeProbabilities]
  /// Average true range in ticks, one a bar; NaN before there is one.
  package let ranges: [Double]

  private init(contexts: [StrategyContext], regimes: [RegimeProbabilities], ranges: [Double]) {
    self.contexts = contexts
    self.regimes = regimes
    self.ranges = ranges
  }

  /// The columns of the bars at `places`.
  package func slice(_ places: Range<Int>) -> StrategyColumns {
    StrategyColumns(
      contexts: Array(contexts[places]), regimes: Array(regimes[places]), ranges: Array(ranges[places]))
  }

  /// Runs regime, range and volatility over `bars` from the first, oldest first.
  package init(bars: [Bar], instrument: Instrument) {
    var regime = RegimeDetector()
    var boundaries = RangeBoundaries()
    var range = ExponentialTrueRange(period: 14)
    var contexts: [StrategyContext] = []
    var regimes: [RegimeProbabilities] = []
    var ranges: [Double] = []
    contexts.reserveCapacity(bars.count)
    regimes.reserveCapacity(bars.count)
    ranges.reserveCapacity(bars.count)
    var day = SessionDate(dayNumber: .min)
    var midnight = Timestamp.distantPast
    for bar in bars {
      // The engine learns nothing from a price of zero or less.
      if bar.low.ticks > 0 {
        regime.update(bar)
        boundaries.update(bar)
        range.update(high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks)
      }
      let date = BrasiliaTime.local(bar.end).date
      if date != day {
        day = date
        midnight = BrasiliaTime.timestamp(date, timeOfDay: .zero)
      }
      contexts.append(
        StrategyContext(
          forecast: .none(.noInput), regime: regime.regime,
          regimeConfidence: Float(regime.confidence), proximity: boundaries.proximity,
          averageTrueRange: (range.value ?? .nan) * instrument.tickSize, price: instrument.points(bar.close),
          timeOfDay: bar.end - midnight))
      regimes.append(regime.probabilities)
      ranges.append(range.value ?? .nan)
    }
    self.contexts = contexts
    self.regimes = regimes
    self.ranges = ranges
  }
}

/// ``BaselineStrategy`` on cached columns.
package struct BaselineBarRule: BarRule {
  private var strategy: BaselineStrategy
  private let contexts: UnsafePointer<StrategyContext>
  private let forecasts: UnsafePointer<Forecast>

  /// - Parameters:
  ///   - contexts: One a bar; must outlive the rule, as must `forecasts`.
  ///   - forecasts: One a bar.
  package init(
    strategy: StrategyConfiguration, tickSize: Double, contexts: UnsafePointer<StrategyContext>,
    forecasts: UnsafePointer<Forecast>
  ) {
    self.strategy = BaselineStrategy(configuration: strategy, tickSize: tickSize)
    self.contexts = contexts
    self.forecasts = forecasts
  }

  package mutating func beginSession() { strategy.beginSession() }
  package mutating func noteEntry() { strategy.noteEntry() }

  package mutating func leaves(at bar: Int, direction: Int64) -> Bool {
    decision(at: bar, position: direction)?.leaves ?? false
  }

  /// The strategy's decision; nil where there is no forecast.
  private func decision(at bar: Int, position: Int64) -> StrategyDecision? {
    guard forecasts[bar].isValid else { return nil }
    var context = contexts[bar]
    context.forecast = forecasts[bar]
    context.position = position
    return strategy.decide(context)
  }

  package mutating func signal(at bar: Int) -> BarSignal {
    guard let decision = decision(at: bar, position: 0), let side = decision.side else { return .none }
    return BarSignal(
      direction: side.sign, stopTicks: decision.bracket.stopDistance.ticks,
      targetTicks: decision.bracket.targetDistance.ticks)
  }
}

extension BarResearch {
  /// Runs the baseline strategy on cached columns over the sessions `range`.
  package func run(
    _ tape: BarTape, sessions range: Range<Int>, strategy: StrategyConfiguration, tickSize: Double,
    columns: StrategyColumns, forecasts: [Forecast]
  ) throws(BarResearchError) -> BarResearchResult {
    guard forecasts.count == tape.bars.count, columns.contexts.count == tape.bars.count else {
      throw .wrongCount(forecasts: min(forecasts.count, columns.contexts.count), bars: tape.bars.count)
    }
    return columns.contexts.withUnsafeBufferPointer { contexts in
      forecasts.withUnsafeBufferPointer { forecasts in
        guard let contexts = contexts.baseAddress, let forecasts = forecasts.baseAddress else {
          return BarResearchResult(
            trades: [], sessions: [Money](repeating: .zero, count: range.count), bars: 0, missedEntries: 0,
            roughExits: 0)
        }
        var rule = BaselineBarRule(
          strategy: strategy, tickSize: tickSize, contexts: contexts, forecasts: forecasts)
        return run(tape, sessions: range, rule: &rule)
      }
    }
  }
}
