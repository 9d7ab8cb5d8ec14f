// The volatility that barriers are scaled by, known at the decision bar.

import Glibc
package import TradingDomain

/// Exponentially weighted volatility of log returns, in points per bar.
///
///     s2(t) = sum over k of L^k r(t-k)^2 / sum over k of L^k,   L = 1 - 2 / (span + 1)
///     volatility(t) = close(t) sqrt(s2(t))
///
/// The mean return is taken as 0, as is usual for short bars, where it is far below its own standard error. Value t
/// reads bars 0 ... t only. Source: J. P. Morgan/Reuters, "RiskMetrics technical document" (1996), section 5.2, with
/// the weights normalised so that the first values are not drawn to 0.
package struct EwmaVolatility: Hashable, Sendable {
  /// Bars; the weights' centre of mass lies (span - 1) / 2 bars back.
  package var span: Int
  /// Returns needed before a value is given.
  package var warmUp: Int
  /// Whether the return over a night is left out.
  package var staysInSession: Bool

  /// - Parameter warmUp: Defaults to `span`.
  package init(span: Int, warmUp: Int? = nil, staysInSession: Bool) {
    self.span = span
    self.warmUp = warmUp ?? span
    self.staysInSession = staysInSession
  }

  /// One value per bar in points; NaN until ``warmUp`` returns are seen.
  ///
  /// - Parameters:
  ///   - bars: One instrument's bars in order of time, closes positive.
  ///   - tickSize: Points per tick.
  package func values(bars: [Bar], tickSize: Double) throws(ValidationError) -> [Double] {
    try require(span >= 1, "span", span, "at least 1")
    try require(warmUp >= 1, "warmUp", warmUp, "at least 1")
    try require(tickSize.isFinite && tickSize > 0, "tickSize", tickSize, "finite and positive")
    let timeline = try BarTimeline(bars)
    let keep = 1 - 2 / (Double(span) + 1)
    var square = 0.0
    var weight = 0.0
    var seen = 0
    var values = [Double](repeating: .nan, count: bars.count)
    for index in bars.indices {
      let close = bars[index].close.ticks
      try require(close > 0, "close of bar \(index)", close, "positive: a log return needs it")
      let isSameSession = index > 0 && timeline.lastOfSession[index - 1] >= index
      if index > 0, isSameSession || !staysInSession {
        let move = log(Double(close) / Double(bars[index - 1].close.ticks))
        square = keep * square + move * move
        weight = keep * weight + 1
        seen += 1
      }
      if seen >= warmUp { values[index] = Double(close) * tickSize * (square / weight).squareRoot() }
    }
    return values
  }
}
