// Everything that determines a simulated session besides the market itself.

package import TradingDomain

/// One instrument of a simulated venue.
package struct SimulatedInstrument: Hashable, Sendable {
  package var instrument: Instrument
  /// Continuous trading; phases are derived from it where the market stream carries none.
  package var session: TradingSession
  package var fillRule: FillRule
  /// Continuous tickers (`WDOFUT`) may be watched but not traded (the broker refuses them).
  package var isContinuousTicker = false
  /// Price limits in thousandths of the first price, used where the stream carries none.
  ///
  /// 6 % is the usual daily limit of the dollar future; the real one is set daily by the exchange.
  package var priceBandPerMille: Int64 = 60

  package init(instrument: Instrument, session: TradingSession, fillRule: FillRule) {
    self.instrument = instrument
    self.session = session
    self.fillRule = fillRule
  }
}

/// What a simulation assumes of the venue and of the way to it, whatever the instruments.
package struct SimulationAssumptions: Hashable, Sendable {
  package var latency: LatencyModel
  package var queue = QueueModel.careful
  package var slippage = SlippageModel.none
  package var barSpreadTicks: Int64 = 1
  package var penetrationTicks: Int64 = 1
  package var touchProbability = 0.0
  package var rejectionTunnelTicks: Int64?

  package init(latency: LatencyModel) { self.latency = latency }

  /// Ticks that entering and leaving lose to spread and fixed slippage; slippage that depends on volume is left out.
  package var roundTripTicks: Double {
    var ticks = 2 * ((barSpreadTicks + 1) / 2)
    if case .fixed(let slippage) = slippage { ticks += 2 * slippage }
    return Double(ticks)
  }

  /// In words, for a report: how orders fill by `rule`.
  package func describe(_ rule: FillRule) -> String {
    switch rule {
    case .displayedTouch:
      return "\(rule.rawValue), \(queue.name) queue, slippage \(slippage.name)"
    case .barPenetration:
      let touch = touchProbability > 0 ? ", touch fills with probability \(touchProbability)" : ""
      return "\(rule.rawValue) by \(penetrationTicks) ticks, spread \(barSpreadTicks) ticks\(touch), slippage "
        + slippage.name
    }
  }
}

/// Instruments, rules and delays of a simulated venue.
package struct SimulationConfiguration: Hashable, Sendable {
  package var instruments: [SimulatedInstrument]
  package var latency: LatencyModel
  /// High half of every gateway order id of this run.
  package var gatewayEpoch: UInt32 = 1
  /// A market order becomes a limit order this many ticks beyond the opposite touch; with bars, at the day's limit.
  package var marketProtectionTicks: Int64 = 20
  /// Contracts assumed at a touch whose size the source does not publish; each further such block costs one tick.
  package var unpublishedTouchSize: Quantity = 25
  /// What is assumed of the queue ahead of resting orders, where a display is known.
  package var queue = QueueModel.careful
  package var liquidity = LiquidityRule.conserved
  /// Ticks that crossing orders pay beyond the price they meet.
  package var slippage = SlippageModel.none
  /// Chance that a bar which reaches a resting order's price, but not `penetrationTicks` beyond, fills it.
  package var touchProbability = 0.0
  /// Seed of the draws that `touchProbability` needs.
  package var seed: UInt64 = 0
  /// Ticks beyond the last price at which the exchange refuses a limit order for being out of all reason; nil for no
  /// such tunnel.
  package var rejectionTunnelTicks: Int64?
  /// Spread assumed around a bar's open.
  package var barSpreadTicks: Int64 = 1
  /// Ticks beyond a resting order's price that a bar must trade to fill it.
  package var penetrationTicks: Int64 = 1
  /// Ticks added to the fill of a stop triggered inside a bar.
  package var stopSlippageTicks: Int64 = 1
  /// Orders that arrive this soon after a bar's start count as before its open.
  package var barOpenTolerance = Nanoseconds.seconds(1)
  /// Working orders one client may have.
  package var maximumWorkingOrders = 256
  /// Levels a side that a depth feed may show.
  package var depthLevels: UInt32 = 1024
  /// Whether orders are reported in every state that the broker's gateway shows on the way to the exchange; without
  /// it, only acceptance, fills, changes and ends.
  package var reportsEveryState = true
  /// Longest window of events that may be delivered before the client's answers are awaited; nil for the largest that
  /// cannot change results (the smallest entry delay). Larger values are cut to that.
  package var maximumWindow: Nanoseconds?

  package init(instruments: [SimulatedInstrument], latency: LatencyModel) {
    self.instruments = instruments
    self.latency = latency
  }

  package init(instruments: [SimulatedInstrument], assumptions: SimulationAssumptions) {
    self.init(instruments: instruments, latency: assumptions.latency)
    queue = assumptions.queue
    slippage = assumptions.slippage
    barSpreadTicks = assumptions.barSpreadTicks
    penetrationTicks = assumptions.penetrationTicks
    touchProbability = assumptions.touchProbability
    rejectionTunnelTicks = assumptions.rejectionTunnelTicks
    seed = assumptions.latency.seed
  }

  /// Length of the lockstep window: what is decided within it can reach the exchange only after it.
  package var window: Nanoseconds {
    min(maximumWindow ?? latency.entry.minimum, latency.entry.minimum)
  }

  /// Earliest open of all instruments.
  package var open: Timestamp { instruments.map(\.session.open).min() ?? .distantFuture }

  /// Latest close of all instruments.
  package var close: Timestamp { instruments.map(\.session.close).max() ?? .distantPast }
}
