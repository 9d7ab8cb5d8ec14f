// How much of the trading time a position was held.

package import TradingDomain

/// Share of session time during which at least one position was open.
package enum Exposure {
  /// Overlapping positions count once; time outside sessions does not count. Nil if the sessions have no length.
  ///
  /// - Parameters:
  ///   - trades: In any order.
  ///   - sessions: Ascending, disjoint.
  package static func fraction(_ trades: [ClosedTrade], sessions: [TradingSession]) -> Estimate? {
    let available = sessions.reduce(Int64(0)) { $0 + max(0, ($1.close - $1.open).count) }
    guard available > 0 else { return nil }
    let sorted = trades.sorted { ($0.entryTime, $0.exitTime) < ($1.entryTime, $1.exitTime) }
    var held: Int64 = 0
    var session = sessions.startIndex
    var covered = Timestamp.distantPast
    for trade in sorted {
      let from = max(trade.entryTime, covered)
      guard trade.exitTime > from else { continue }
      covered = trade.exitTime
      // Starts only move forward, so sessions that ended before this one began are done with.
      while session < sessions.endIndex, sessions[session].close <= from { session += 1 }
      for index in sessions.indices[session...] {
        if sessions[index].open >= trade.exitTime { break }
        let overlap = min(trade.exitTime, sessions[index].close) - max(from, sessions[index].open)
        held += max(0, overlap.count)
      }
    }
    return Estimate(value: Double(held) / Double(available), unit: .fraction, observations: trades.count)
  }
}
