// Labels by whichever comes first: a target, a stop, or the end of patience.

package import TradingDomain

/// Distance of a horizontal barrier from the entry price.
package enum BarrierDistance: Hashable, Sendable {
  /// A fixed distance in points.
  case points(Double)
  /// A multiple of the volatility (in points) known at the decision bar.
  case volatility(multiple: Double)
}

/// Which barrier ended a label. Reaching the target is not yet a profit: costs decide that.
package enum BarrierTouch: Hashable, Sendable {
  case target
  case stop
  /// Neither horizontal barrier was reached in time.
  case vertical
}

/// A triple-barrier label with the trade it stands for.
package struct TripleBarrierOutcome: Hashable, Sendable {
  /// Value 0 for ``BarrierTouch/vertical``, else the sign of ``netPoints``: a target too near to pay its costs is a -1.
  package var label: Label
  package var touch: BarrierTouch
  /// Open of the bar after the decision bar.
  package var entry: Price
  /// The barrier's price; worse than it if the bar opened beyond the stop; the close at the vertical barrier.
  package var exit: Price
  /// Result in points for the labelled side, before costs.
  package var grossPoints: Double
  /// ``grossPoints`` less the round trip's cost: what the trade made.
  package var netPoints: Double

  /// Whether the trade made money after costs.
  package var isProfitable: Bool { netPoints > 0 }
}

/// The triple-barrier method.
///
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 3.4, with three assumptions that
/// a live order must make anyway:
/// - the entry is the *open of the next bar*: the close of the decision bar can no longer be traded;
/// - a bar that reaches both barriers counts as a stop, because its path inside is unknown;
/// - a bar that opens beyond the stop fills at that open, not at the stop.
///
/// The cost of the round trip has no default: which barrier is touched depends on prices alone, but what the label says
/// is net of costs, so that a market in which targets are reached and money is lost is not labelled as a good one.
///
/// Only bars after the decision bar are read. A decision whose outcome the data does not reach is skipped: labelling it
/// as "vertical" would mistake the end of the file for the end of patience.
package struct TripleBarrierLabeler: Hashable, Sendable {
  /// Side of the position whose outcome is labelled.
  package var side: Side
  package var target: BarrierDistance
  package var stop: BarrierDistance
  /// Bars after the decision bar at whose end the position is given up.
  package var horizonBars: Int
  /// Whether the vertical barrier is brought forward to the last bar of the decision's session day. The bars must then
  /// be whole sessions: the last bar given counts as its session's last.
  package var staysInSession: Bool
  /// Points that entry and exit cost together: fees, spread and slippage, not negative.
  package var roundTripCost: Double

  package init(
    side: Side, target: BarrierDistance, stop: BarrierDistance, horizonBars: Int, staysInSession: Bool,
    roundTripCost: Double
  ) {
    self.side = side
    self.target = target
    self.stop = stop
    self.horizonBars = horizonBars
    self.staysInSession = staysInSession
    self.roundTripCost = roundTripCost
  }

  /// Labels every bar in `decisions` (all bars if nil) whose outcome is known, in the order of `decisions`.
  ///
  /// - Parameters:
  ///   - bars: One instrument's bars in order of time.
  ///   - tickSize: Points per tick.
  ///   - volatility: One value per bar, in points, from data up to and including that bar; a decision whose value is
  ///     not finite or not positive is skipped. May be empty when both barriers are in points.
  ///   - decisions: Indices of decision bars.
  package func outcomes(
    bars: [Bar], tickSize: Double, volatility: [Double] = [], decisions: [Int]? = nil
  ) throws(ValidationError) -> [TripleBarrierOutcome] {
    try check(barCount: bars.count, tickSize: tickSize, volatilityCount: volatility.count)
    let timeline = try BarTimeline(bars)
    var outcomes: [TripleBarrierOutcome] = []
    for decision in decisions ?? Array(bars.indices) {
      try require(bars.indices.contains(decision), "decision index", decision, "in 0..<\(bars.count)")
      let sigma = volatility.isEmpty ? Double.nan : volatility[decision]
      guard let targetTicks = ticks(target, volatility: sigma, tickSize: tickSize),
        let stopTicks = ticks(stop, volatility: sigma, tickSize: tickSize)
      else { continue }
      let patience = decision + horizonBars
      let last = staysInSession ? min(patience, timeline.lastOfSession[decision]) : patience
      if let outcome = outcome(
        bars: bars, decision: decision, lastBar: last, targetTicks: targetTicks, stopTicks: stopTicks,
        tickSize: tickSize)
      {
        outcomes.append(outcome)
      }
    }
    return outcomes
  }

  private func check(barCount: Int, tickSize: Double, volatilityCount: Int) throws(ValidationError) {
    try require(horizonBars >= 1, "horizonBars", horizonBars, "at least 1")
    try require(tickSize.isFinite && tickSize > 0, "tickSize", tickSize, "finite and positive")
    try require(
      roundTripCost.isFinite && roundTripCost >= 0, "roundTripCost", roundTripCost, "finite and not negative")
    for (name, distance) in [("target", target), ("stop", stop)] {
      switch distance {
      case .points(let size), .volatility(let size):
        try require(size.isFinite && size > 0, name, size, "finite and positive")
      }
      if case .volatility = distance, volatilityCount == 0, barCount > 0 {
        throw .lengthMismatch(name: "volatility", count: 0, expected: barCount)
      }
    }
    if volatilityCount != 0, volatilityCount != barCount {
      throw .lengthMismatch(name: "volatility", count: volatilityCount, expected: barCount)
    }
  }

  /// Whole ticks from entry to barrier: a barrier between two ticks is reached at the farther one. Nil if undefined.
  private func ticks(_ distance: BarrierDistance, volatility: Double, tickSize: Double) -> Int64? {
    let points: Double
    switch distance {
    case .points(let size): points = size
    case .volatility(let multiple): points = multiple * volatility
    }
    // The slack keeps 3.0 / 0.1 = 30.000000000000004 at 30 ticks.
    let ticks = (points / tickSize - 1e-9).rounded(.up)
    guard points > 0, ticks.isFinite, ticks < 1e15 else { return nil }
    return max(1, Int64(ticks))
  }

  /// Walks bars `decision + 1 ... lastBar`; nil when there is no bar to enter on, or the data ends before `lastBar`
  /// with neither barrier reached.
  private func outcome(
    bars: [Bar], decision: Int, lastBar: Int, targetTicks: Int64, stopTicks: Int64, tickSize: Double
  ) -> TripleBarrierOutcome? {
    guard decision + 1 < bars.count, decision + 1 <= lastBar else { return nil }
    let sign = side.sign
    let entry = bars[decision + 1].open.ticks
    for index in (decision + 1)...min(lastBar, bars.count - 1) {
      let bar = bars[index]
      // Measured from the entry in the position's favour, so that one comparison serves both sides.
      let best = sign * ((sign > 0 ? bar.high.ticks : bar.low.ticks) - entry)
      let worst = sign * ((sign > 0 ? bar.low.ticks : bar.high.ticks) - entry)
      let opened = sign * (bar.open.ticks - entry)
      if worst <= -stopTicks {
        return made(bars, decision, index, .stop, entry, gain: min(-stopTicks, opened), tickSize)
      }
      if best >= targetTicks {
        return made(bars, decision, index, .target, entry, gain: targetTicks, tickSize)
      }
      if index == lastBar {
        return made(bars, decision, index, .vertical, entry, gain: sign * (bar.close.ticks - entry), tickSize)
      }
    }
    return nil
  }

  private func made(
    _ bars: [Bar], _ decision: Int, _ end: Int, _ touch: BarrierTouch, _ entry: Int64, gain: Int64, _ tickSize: Double
  ) -> TripleBarrierOutcome {
    let gross = Double(gain) * tickSize
    let net = gross - roundTripCost
    let value: Double = touch == .vertical || net == 0 ? 0 : net > 0 ? 1 : -1
    return TripleBarrierOutcome(
      label: Label(
        startIndex: decision, endIndex: end, start: bars[decision].end, end: bars[end].end, value: value),
      touch: touch, entry: Price(ticks: entry), exit: Price(ticks: entry + side.sign * gain),
      grossPoints: gross, netPoints: net)
  }
}
