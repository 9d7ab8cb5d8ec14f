// The state between two bars of a research run: an entry that waits, a position with its bracket, the day's profit.

package import Risk
package import TradingDomain

/// The loop's account of one session after another. Integers only; nothing allocates but the list of trades.
@frozen package struct BarLoop {
  @usableFromInline let fills: BarFillModel
  @usableFromInline let contracts: Int64
  /// Losses of a day, as positive amounts: entries end, everything ends.
  @usableFromInline let warning: Int64
  @usableFromInline let limit: Int64
  /// Value of a tick, and cost of a side, of the whole position in micro-reais.
  @usableFromInline let tickValue: Int64
  @usableFromInline let sideCost: Int64

  /// The entry sent after the last bar; direction 0 for none, with its limit price.
  @usableFromInline var pending = BarSignal.none
  @usableFromInline var pendingLimit: Int64 = 0
  /// Direction held, 0 for none.
  @usableFromInline var held: Int64 = 0
  @usableFromInline var bracket = BarSignal.none
  @usableFromInline var entryBar = 0
  @usableFromInline var entryPrice: Int64 = 0
  @usableFromInline var closesAtOpen = false
  /// The day's realised net profit in micro-reais.
  @usableFromInline var realised: Int64 = 0
  @usableFromInline var mayEnter = true
  /// Entries that the open jumped over.
  package var missedEntries = 0
  /// Exits at approximate prices.
  package var roughExits = 0

  @inlinable init(fills: BarFillModel, contracts: Int64, limits: RiskLimits) {
    self.fills = fills
    self.contracts = contracts
    let limit = limits.dailyLossBRL * 1_000_000
    self.limit = limit
    warning = limit / 100 * limits.dailyLossReduceOnlyPercent
    tickValue = fills.tickValue.microBRL * contracts
    sideCost = fills.feePerSide.microBRL * contracts
  }

  /// Net profit of the session so far, realised.
  @inlinable var profit: Money { Money(microBRL: realised) }
  /// Whether a bar can change anything.
  @inlinable var isBusy: Bool { held != 0 || pending.direction != 0 }
  /// Whether an entry may be sent.
  @inlinable var isFree: Bool { held == 0 && mayEnter }

  @inlinable mutating func beginSession() {
    pending = .none
    held = 0
    closesAtOpen = false
    realised = 0
    mayEnter = true
  }

  /// Sends an entry after a bar that closed at `close`.
  @inlinable mutating func enter(_ signal: BarSignal, close: Int64) {
    pending = signal
    pendingLimit = close + signal.direction * fills.entryReach
  }

  /// Lets a bar act on what waits and what is held.
  @inlinable mutating func pass(_ bar: TapeBar, at place: Int, into trades: inout [BarTrade]) {
    let open = Int64(bar.open)
    if held != 0, closesAtOpen || bar.permission.contains(.flatten) {
      leave(at: open - held * fills.entryTicks, place, &trades)
    }
    if pending.direction != 0 { fillEntry(open, place) }
    guard held != 0 else { return }
    passInside(bar, open, place, &trades)
    guard held != 0 else { return }
    let close = Int64(bar.close)
    if bar.permission.contains(.closing) {
      // No bar came at the time to flatten: the last known price, worsened as any exit.
      roughExits += 1
      leave(at: close - held * fills.entryTicks, place, &trades)
      return
    }
    if bracket.holdBars > 0, place - entryBar + 1 >= bracket.holdBars { closesAtOpen = true }
    watch(realised + held * (close - entryPrice) * tickValue)
  }

  @inlinable mutating func fillEntry(_ open: Int64, _ place: Int) {
    let direction = pending.direction
    let price = open + direction * fills.entryTicks
    if direction * (pendingLimit - price) >= 0 {
      held = direction
      bracket = pending
      entryBar = place
      entryPrice = price
      closesAtOpen = false
      realised -= sideCost
    } else {
      missedEntries += 1
    }
    pending = .none
  }

  /// Stop before target: inside a bar the worse order is assumed.
  @inlinable mutating func passInside(_ bar: TapeBar, _ open: Int64, _ place: Int, _ trades: inout [BarTrade]) {
    let (worst, best) = held > 0 ? (Int64(bar.low), Int64(bar.high)) : (Int64(bar.high), Int64(bar.low))
    if bracket.stopTicks > 0 {
      let stop = entryPrice - held * bracket.stopTicks
      if held * (worst - stop) <= 0 {
        let met = held * min(held * stop, held * open) - held * fills.stopTicks
        if held * (met - (stop - held * fills.stopReach)) >= 0 {
          leave(at: met, place, &trades)
        } else {
          // Its limit was jumped: closed at the next open instead.
          roughExits += 1
          closesAtOpen = true
        }
        return
      }
    }
    if bracket.targetTicks > 0 {
      let target = entryPrice + held * bracket.targetTicks
      if held * (best - target) >= fills.penetrationTicks { leave(at: target, place, &trades) }
    }
  }

  @inlinable mutating func leave(at price: Int64, _ place: Int, _ trades: inout [BarTrade]) {
    trades.append(
      BarTrade(entryBar: entryBar, exitBar: place, direction: held, entryPrice: entryPrice, exitPrice: price))
    realised += held * (price - entryPrice) * tickValue - sideCost
    held = 0
    watch(realised)
  }

  /// The day's loss limits.
  @inlinable mutating func watch(_ net: Int64) {
    if -net >= warning { mayEnter = false }
    if -net >= limit { closesAtOpen = true }
  }
}
