// The fast research mode: a decision loop over cached bars, with the fills and costs of the bar fill rule.

package import TradingDomain

/// One round trip of the loop; bars by place, prices in ticks.
@frozen package struct BarTrade: Hashable, Sendable {
  package var entryBar: Int32
  package var exitBar: Int32
  /// +1 long, -1 short.
  package var direction: Int32
  package var entryPrice: Int32
  package var exitPrice: Int32

  @inlinable package init(entryBar: Int, exitBar: Int, direction: Int64, entryPrice: Int64, exitPrice: Int64) {
    self.entryBar = Int32(truncatingIfNeeded: entryBar)
    self.exitBar = Int32(truncatingIfNeeded: exitBar)
    self.direction = Int32(truncatingIfNeeded: direction)
    self.entryPrice = Int32(truncatingIfNeeded: entryPrice)
    self.exitPrice = Int32(truncatingIfNeeded: exitPrice)
  }

  /// Ticks earned a contract, before costs.
  @inlinable package var ticks: Int64 { Int64(direction) * Int64(exitPrice - entryPrice) }
}

/// What a research run made.
package struct BarResearchResult: Hashable, Sendable {
  /// Round trips in order.
  package var trades: [BarTrade]
  /// Net profit of every session that the run covers, idle ones included.
  package var sessions: [Money]
  /// Bars looked at.
  package var bars: Int
  /// Entries that did not fill because the open jumped beyond their limit.
  package var missedEntries: Int
  /// Exits whose price is an approximation: a stop's limit was jumped, or the session's bars ended early.
  package var roughExits: Int

  /// Sum over the sessions.
  package var net: Money { sessions.reduce(.zero) { $0 + $1 } }
}

/// Runs a rule over a tape.
///
/// One position at a time, entered and left as ``BarFillModel`` says, flat at the end of each session. The day's loss
/// limits of the tape act on bar closes, as the gate's do. What it leaves out of the exact engine - partial fills,
/// volume, order rates, latency beyond a bar - is why results are compared with it by ``ResearchAgreement``.
package struct BarResearch: Sendable {
  package var fills: BarFillModel
  /// Contracts an entry; at least 1.
  package var contracts: Int64

  package init(fills: BarFillModel, contracts: Int64 = 1) {
    precondition(contracts >= 1, "a research run needs a contract")
    self.fills = fills
    self.contracts = contracts
  }

  /// Runs `rule` over the sessions `range` of `tape`.
  @inlinable package func run<Rule: BarRule>(
    _ tape: BarTape, sessions range: Range<Int>, rule: inout Rule
  ) -> BarResearchResult {
    let places = tape.bars(ofSessions: range)
    var loop = BarLoop(fills: fills, contracts: contracts, limits: tape.limits)
    var result = BarResearchResult(
      trades: [], sessions: [Money](repeating: .zero, count: range.count), bars: places.count, missedEntries: 0,
      roughExits: 0)
    tape.tape.withUnsafeBufferPointer { bars in
      var current: Int32 = -1
      for place in places {
        let bar = bars[place]
        guard bar.session >= 0 else { continue }
        if bar.session != current {
          current = bar.session
          loop.beginSession()
          rule.beginSession()
        }
        if loop.isBusy {
          loop.pass(bar, at: place, into: &result.trades)
          if loop.held != 0, rule.leaves(at: place, direction: loop.held) { loop.closesAtOpen = true }
        }
        if bar.permission.contains(.entry), loop.isFree {
          let signal = rule.signal(at: place)
          if signal.direction != 0 {
            loop.enter(signal, close: Int64(bar.close))
            rule.noteEntry()
          }
        }
        if bar.permission.contains(.closing) {
          result.sessions[Int(current) - range.lowerBound] = loop.profit
        }
      }
    }
    result.missedEntries = loop.missedEntries
    result.roughExits = loop.roughExits
    return result
  }
}
