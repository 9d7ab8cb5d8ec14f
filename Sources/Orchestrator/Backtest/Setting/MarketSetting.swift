// In what kind of market each trade was made, and what kinds of market there were.

import Engine
package import Performance
package import TradingDomain

/// The bars of a run with the regime and the volatility that were known at the end of each.
package struct MarketSetting: Sendable {
  /// How far prices moved lately, beside the rest of the run.
  package enum Volatility: Int, CaseIterable, Sendable {
    case calm, usual, wild
  }

  /// Oldest first.
  package let bars: [Bar]
  package let instrument: Instrument
  /// One a bar.
  package let regimes: [Regime]
  /// Average true range in points, one a bar; NaN until it is known.
  private let ranges: [Double]
  /// Ranges below the first are calm, above the second wild; nil where too few are known.
  private let bounds: (low: Double, high: Double)?

  /// Runs the strategy's regime detector over `bars`; `warmUp` comes before them and is not kept.
  package init(warmUp: [Bar] = [], bars: [Bar], instrument: Instrument) {
    let contexts = StrategyColumns(bars: warmUp + bars, instrument: instrument).contexts.dropFirst(warmUp.count)
    self.bars = bars
    self.instrument = instrument
    regimes = contexts.map(\.regime)
    ranges = contexts.map(\.averageTrueRange)
    let known = ranges.filter(\.isFinite).sorted()
    bounds = known.count < 3 ? nil : (known[known.count / 3], known[2 * known.count / 3])
  }

  /// The newest bar that had ended by `time`; nil before the first.
  private func bar(at time: Timestamp) -> Int? {
    let place = bars.partition { $0.end > time }
    return place > 0 ? place - 1 : nil
  }

  /// The regime at `time`; nil before the first bar.
  package func regime(at time: Timestamp) -> Regime? { bar(at: time).map { regimes[$0] } }

  /// The third of the run's volatility to which `time` belongs; nil where it is not known.
  ///
  /// The bounds are those of the whole run: this sorts results, and must never enter a decision.
  package func volatility(at time: Timestamp) -> Volatility? {
    guard let bounds, let bar = bar(at: time), ranges[bar].isFinite else { return nil }
    return ranges[bar] < bounds.low ? .calm : ranges[bar] < bounds.high ? .usual : .wild
  }

  /// Stretches of one regime, in order; a session's end ends a stretch.
  package var spans: [RegimeRibbonChart.Span] {
    var spans: [RegimeRibbonChart.Span] = []
    for (bar, regime) in zip(bars, regimes) {
      if let last = spans.last, last.regime == Int(regime.rawValue), last.end == bar.start {
        spans[spans.count - 1].end = bar.end
      } else {
        spans.append(.init(start: bar.start, end: bar.end, regime: Int(regime.rawValue)))
      }
    }
    return spans
  }

  /// How many contracts the edge of `trades` carries in this market; nil where it has none or that is not known.
  package func capacity(_ trades: [ClosedTrade]) -> Capacity? {
    var sessions: [(date: SessionDate, volume: Int64, open: Price, close: Price)] = []
    for bar in bars where bar.volume.contracts > 0 {
      let date = BrasiliaTime.local(bar.start).date
      if let last = sessions.last, last.date == date {
        sessions[sessions.count - 1].volume += bar.volume.contracts
        sessions[sessions.count - 1].close = bar.close
      } else {
        sessions.append((date, bar.volume.contracts, bar.open, bar.close))
      }
    }
    let tick = instrument.tickValue.brl
    return Capacity(
      trades, volumes: sessions.map { Double($0.volume) },
      changesBRL: sessions.map { Double($0.close.ticks - $0.open.ticks) * tick })
  }

  /// The `count` sessions in which the price travelled farthest from its lowest to its highest, farthest first.
  package func violentSessions(_ sessions: [SessionProfit], count: Int) -> [ViolentSession] {
    var extremes: [SessionDate: (low: Price, high: Price)] = [:]
    for bar in bars where bar.low.ticks > 0 {
      let date = BrasiliaTime.local(bar.start).date
      let known = extremes[date] ?? (bar.low, bar.high)
      extremes[date] = (min(known.low, bar.low), max(known.high, bar.high))
    }
    let ranged = sessions.compactMap { session in
      extremes[session.date].map {
        ViolentSession(
          date: session.date, rangePoints: instrument.points($0.high) - instrument.points($0.low),
          profit: session.profit)
      }
    }
    return Array(ranged.sorted { ($1.rangePoints, $0.date) < ($0.rangePoints, $1.date) }.prefix(count))
  }
}

/// A session that moved far, with what the run made of it.
package struct ViolentSession: Hashable, Sendable {
  package var date: SessionDate
  /// Highest less lowest price, in points.
  package var rangePoints: Double
  package var profit: Money
}
