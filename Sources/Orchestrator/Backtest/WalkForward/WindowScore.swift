// How a stretch of sessions went: the same few figures for what was learnt from and for what was traded.

package import Performance
import QuantMath
package import TradingDomain

/// Result of a rule over some sessions, after costs.
package struct WindowScore: Hashable, Sendable, Codable {
  package var sessions: Int
  package var trades: Int
  /// Net profit in reais.
  package var net: Double
  /// Mean over standard deviation of the sessions' net profits, not annualised; nil below two sessions or without
  /// deviation.
  package var sharpe: Double?

  /// The score of the sessions' net profits.
  package init(profits: [Money], trades: Int) {
    var moments = RunningMoments()
    for profit in profits { moments.update(profit.brl) }
    sessions = profits.count
    self.trades = trades
    net = profits.reduce(Money.zero) { $0 + $1 }.brl
    sharpe = moments.standardDeviation.flatMap { $0 > 0 ? moments.mean / $0 : nil }
  }

  /// Mean net profit a session in reais; nil without sessions.
  package var perSession: Double? { sessions > 0 ? net / Double(sessions) : nil }
  /// Mean net profit a trade in reais; nil without trades.
  package var expectancy: Double? { trades > 0 ? net / Double(trades) : nil }
}
