// Labels by where the price stands a fixed number of bars later.

package import TradingDomain

/// What a fixed-horizon label says.
package enum FixedHorizonTarget: Hashable, Sendable {
  /// +1, 0 or -1; 0 when the move is at most `deadZone` points either way.
  case direction(deadZone: Double)
  /// The move in points.
  case magnitude
}

/// Labels a decision bar by the move from the *open of the next bar* to the close `horizonBars` after the decision bar.
///
/// Decisions whose horizon reaches past the data (or past their session day, if ``staysInSession``) are skipped: a
/// shortened horizon would be another label under the same name.
package struct FixedHorizonLabeler: Hashable, Sendable {
  package var horizonBars: Int
  package var target: FixedHorizonTarget
  /// Whether a horizon that crosses the end of the decision's session day is skipped.
  package var staysInSession: Bool

  package init(horizonBars: Int, target: FixedHorizonTarget, staysInSession: Bool) {
    self.horizonBars = horizonBars
    self.target = target
    self.staysInSession = staysInSession
  }

  /// Labels of every bar whose outcome is known, in order of time.
  ///
  /// - Parameters:
  ///   - bars: One instrument's bars in order of time.
  ///   - tickSize: Points per tick.
  package func labels(bars: [Bar], tickSize: Double) throws(ValidationError) -> [Label] {
    try require(horizonBars >= 1, "horizonBars", horizonBars, "at least 1")
    try require(tickSize.isFinite && tickSize > 0, "tickSize", tickSize, "finite and positive")
    if case .direction(let deadZone) = target {
      try require(deadZone.isFinite && deadZone >= 0, "deadZone", deadZone, "finite and not negative")
    }
    let timeline = try BarTimeline(bars)
    var labels: [Label] = []
    for decision in bars.indices {
      let end = decision + horizonBars
      guard end < bars.count else { break }
      if staysInSession, end > timeline.lastOfSession[decision] { continue }
      let points = Double(bars[end].close.ticks - bars[decision + 1].open.ticks) * tickSize
      labels.append(
        Label(
          startIndex: decision, endIndex: end, start: bars[decision].end, end: bars[end].end, value: value(points)))
    }
    return labels
  }

  private func value(_ points: Double) -> Double {
    switch target {
    case .magnitude: return points
    case .direction(let deadZone): return points > deadZone ? 1 : points < -deadZone ? -1 : 0
    }
  }
}
