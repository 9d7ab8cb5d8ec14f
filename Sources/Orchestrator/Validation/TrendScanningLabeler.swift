// Labels by the most significant straight line through what followed.

package import TradingDomain

/// A trend-scanning label with the line that won.
package struct TrendScan: Hashable, Sendable {
  /// Value +1, 0 or -1: the sign of ``tStatistic``. Its end is that of the *longest* horizon scanned.
  package var label: Label
  /// t-statistic of the winning slope; infinite for a perfect line, 0 where no close moved.
  package var tStatistic: Double
  /// Bars after the decision bar at which the winning line ends.
  package var horizon: Int
}

/// Trend scanning: for each horizon h, an ordinary least-squares line through the closes of the decision bar and the h
/// bars after it; the horizon with the largest |t| of the slope decides, the shortest of equals.
///
/// The label's end is the end of the longest horizon, not of the winning one: to know which horizon wins, all of them
/// were read. Published code that ends the label at the winner leaves the rest of the scan to leak into training.
///
/// With n = h + 1 points, A = n Sxy - Sx Sy, B = n Sxx - Sx^2, C = n Syy - Sy^2:
///
///     t = A sqrt(n - 2) / sqrt(B C - A^2)
///
/// The sums are running ones, so a horizon costs O(1), and of integers, so no digit cancels.
/// Source: M. Lopez de Prado, "Machine Learning for Asset Managers" (2020), section 5.4.
package struct TrendScanningLabeler: Hashable, Sendable {
  /// Shortest and longest horizon in bars; the shortest is at least 2, since two points always make a perfect line.
  package var horizons: ClosedRange<Int>
  /// Whether a decision whose longest horizon crosses the end of its session day is skipped.
  package var staysInSession: Bool

  package init(horizons: ClosedRange<Int>, staysInSession: Bool) {
    self.horizons = horizons
    self.staysInSession = staysInSession
  }

  /// Scans every bar whose longest horizon lies within the data, in order of time.
  ///
  /// - Parameter bars: One instrument's bars in order of time.
  package func scans(bars: [Bar]) throws(ValidationError) -> [TrendScan] {
    try require(horizons.lowerBound >= 2, "shortest horizon", horizons.lowerBound, "at least 2")
    // With closes below 2^40 ticks apart the products below stay within 128 bits up to this length.
    try require(horizons.upperBound <= 100_000, "longest horizon", horizons.upperBound, "at most 100000")
    let timeline = try BarTimeline(bars)
    var scans: [TrendScan] = []
    for decision in bars.indices {
      let end = decision + horizons.upperBound
      guard end < bars.count else { break }
      if staysInSession, end > timeline.lastOfSession[decision] { continue }
      scans.append(scan(bars, decision: decision, end: end))
    }
    return scans
  }

  private func scan(_ bars: [Bar], decision: Int, end: Int) -> TrendScan {
    let origin = bars[decision].close.ticks
    var (sumX, sumXX, sumY, sumXY, sumYY): (Int128, Int128, Int128, Int128, Int128) = (0, 0, 0, 0, 0)
    var best = (t: 0.0, horizon: horizons.lowerBound)
    for horizon in 1...horizons.upperBound {
      let x = Int128(horizon)
      let y = Int128(bars[decision + horizon].close.ticks - origin)
      sumX += x
      sumXX += x * x
      sumY += y
      sumXY += x * y
      sumYY += y * y
      if horizon < horizons.lowerBound { continue }
      let n = x + 1
      let a = n * sumXY - sumX * sumY
      let residual = (n * sumXX - sumX * sumX) * (n * sumYY - sumY * sumY) - a * a
      if a == 0 { continue }
      let t = Double(a) * Double(horizon - 1).squareRoot() / Double(residual).squareRoot()
      if abs(t) > abs(best.t) { best = (t, horizon) }
    }
    return TrendScan(
      label: Label(
        startIndex: decision, endIndex: end, start: bars[decision].end, end: bars[end].end,
        value: best.t > 0 ? 1 : best.t < 0 ? -1 : 0),
      tStatistic: best.t, horizon: best.horizon)
  }
}
