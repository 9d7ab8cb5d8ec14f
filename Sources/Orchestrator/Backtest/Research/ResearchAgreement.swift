// How far the research mode is from the exact engine, measured on the same sessions and printed.

package import Performance
package import TradingDomain

/// The error of a research run against the exact engine.
package struct ResearchAgreement: Hashable, Sendable, Codable {
  /// Round trips of either.
  package var exactTrades: Int
  package var researchTrades: Int
  /// Round trips that both entered in the same bar and to the same side.
  package var sharedEntries: Int
  /// Those of them that also earned the same money to the last micro-real.
  package var equalTrades: Int
  /// Net profit of either, in reais.
  package var exactNet: Double
  package var researchNet: Double
  /// Largest difference of a session's net profit, in reais.
  package var largestSessionError: Double

  /// - Parameters:
  ///   - exact: Round trips of the engine, and the profit of every session.
  ///   - research: The run over the same sessions, on `tape`.
  package init(
    exact trades: [ClosedTrade], sessions: [Money], research: BarResearchResult, tape: BarTape, fills: BarFillModel,
    contracts: Int64
  ) {
    precondition(sessions.count == research.sessions.count, "compare runs over the same sessions")
    struct Entry: Hashable {
      var bar: Int64
      var isLong: Bool
    }
    // Bars are told apart by their start, which an entry's time falls on or just after.
    let length = tape.bars.first?.duration.count ?? 1
    func slot(_ time: Timestamp) -> Int64 { time.nanoseconds / length }
    var found: [Entry: Money] = [:]
    for trade in research.trades {
      let gross = fills.tickValue * (trade.ticks * contracts)
      found[Entry(bar: slot(tape.bars[Int(trade.entryBar)].start), isLong: trade.direction > 0)] =
        gross - fills.feePerSide * (2 * contracts)
    }
    exactTrades = trades.count
    researchTrades = research.trades.count
    (sharedEntries, equalTrades) = (0, 0)
    for trade in trades {
      guard let net = found[Entry(bar: slot(trade.entryTime), isLong: trade.side == .buy)] else { continue }
      sharedEntries += 1
      if net == trade.netProfit { equalTrades += 1 }
    }
    exactNet = sessions.reduce(Money.zero) { $0 + $1 }.brl
    researchNet = research.net.brl
    largestSessionError = zip(sessions, research.sessions).map { abs(($0 - $1).brl) }.max() ?? 0
  }

  /// Several windows as one; nil for none.
  package init?(sum windows: [ResearchAgreement]) {
    guard var sum = windows.first else { return nil }
    for next in windows.dropFirst() {
      sum.exactTrades += next.exactTrades
      sum.researchTrades += next.researchTrades
      sum.sharedEntries += next.sharedEntries
      sum.equalTrades += next.equalTrades
      sum.exactNet += next.exactNet
      sum.researchNet += next.researchNet
      sum.largestSessionError = max(sum.largestSessionError, next.largestSessionError)
    }
    self = sum
  }

  /// Research less exact, in reais.
  package var netError: Double { researchNet - exactNet }

  /// One line for people.
  package var text: String {
    return
      "research \(researchTrades) trades, net \(TextTable.number(researchNet)) BRL; exact \(exactTrades) trades, net "
      + "\(TextTable.number(exactNet)) BRL; error \(TextTable.number(netError)) BRL, \(sharedEntries) entries shared, "
      + "\(equalTrades) trades equal, largest session error \(TextTable.number(largestSessionError)) BRL"
  }
}
