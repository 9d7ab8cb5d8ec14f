// The annualised Sharpe ratio of the last so many sessions, at every session.

package import TradingDomain

/// The Sharpe ratio of one window.
package struct RollingSharpe: Hashable, Sendable {
  /// Last session of the window.
  package var date: SessionDate
  /// Annualised with ``PerformanceReport/sessionsPerYear``.
  package var value: Double
  /// Standard error of ``value``, if results are independent and normal.
  package var standardError: Double

  /// One value for each session that has `window - 1` sessions before it; windows without deviation are left out.
  ///
  /// value = sqrt(252) S with S = mean / deviation (n - 1); error = sqrt(252) sqrt((1 + S^2 / 2) / n).
  /// Source: A. Lo, "The Statistics of Sharpe Ratios", Financial Analysts Journal 58 (2002), equation 9.
  ///
  /// - Precondition: `window` is at least 2.
  package static func values(_ sessions: [SessionProfit], window: Int) -> [RollingSharpe] {
    precondition(window >= 2, "a window of \(window) sessions has no deviation")
    guard sessions.count >= window else { return [] }
    let year = PerformanceReport.sessionsPerYear.squareRoot()
    return (window...sessions.count).compactMap { end in
      // Summed anew for each window: running sums would lose digits over years of sessions.
      let results = sessions[(end - window)..<end].map(\.profit.brl)
      let mean = results.reduce(0, +) / Double(window)
      let variance = results.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(window - 1)
      guard variance > 0 else { return nil }
      let ratio = mean / variance.squareRoot()
      return RollingSharpe(
        date: sessions[end - 1].date, value: year * ratio,
        standardError: year * ((1 + ratio * ratio / 2) / Double(window)).squareRoot())
    }
  }
}
