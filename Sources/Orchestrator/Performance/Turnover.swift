// How much is traded: the lever by which costs act.

import QuantMath
package import TradingDomain

/// Contracts bought plus contracts sold, per session.
package enum Turnover {
  /// Each closed trade counts twice its quantity, on the session day (Sao Paulo) of its exit. Nil without sessions.
  ///
  /// Trades that close on a day not among `sessions` are not counted; ``EquityCurve/profits(sessions:)`` refuses such
  /// records before they get here.
  package static func contractsPerSession(_ trades: [ClosedTrade], sessions: [SessionDate]) -> Estimate? {
    guard !sessions.isEmpty else { return nil }
    var contracts: [SessionDate: Int64] = [:]
    for trade in trades {
      contracts[BrasiliaTime.local(trade.exitTime).date, default: 0] += 2 * trade.quantity.contracts
    }
    var moments = RunningMoments()
    for date in sessions { moments.update(Double(contracts[date] ?? 0)) }
    return Estimate(
      value: moments.mean, unit: .contractsPerSession, standardError: moments.standardErrorOfMean,
      observations: sessions.count)
  }
}
