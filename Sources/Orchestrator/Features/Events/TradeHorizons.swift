// What became of the touch after each trade: price impact, realised spread, and how fast depth and spread come back.

/// A trade that waits for its horizons.
private struct PendingTrade {
  var time: Int64
  /// Contracts, negative for a seller's.
  var signed: Int64
  /// Twice the price, and twice the midpoint just before the trade, in ticks.
  var doubledPrice: Int64
  var doubledMid: Int64
  /// Ask less bid just before the trade, in ticks.
  var spread: Int64
  /// Contracts on the side that was hit, just before the trade; 0 when unknown.
  var depth: Int64
}

/// Trades in a ring with one cursor per horizon, so that each trade is looked at once per horizon.
///
/// A trade counts in the bar in which its horizon ends. Where the touch is unknown then, it is left out.
///
/// Source: R. D. Huang and H. R. Stoll, "Dealer versus Auction Markets", Journal of Financial Economics 41 (1996),
/// 313-357: effective spread = realised spread + price impact.
struct TradeHorizons: ~Copyable {
  /// 1 s, 5 s and 10 s.
  private static let horizons: (Int64, Int64, Int64) = (1_000_000_000, 5_000_000_000, 10_000_000_000)

  private let ring: UnsafeMutablePointer<PendingTrade>
  private let mask: Int
  private var head = 0
  /// The oldest trade that awaits each horizon. [3]
  private let cursors: UnsafeMutablePointer<Int>
  /// Impact and contracts per horizon: [3] sums of signed contracts times doubled moves, then [3] contracts.
  private let sums: UnsafeMutablePointer<Int64>
  private var realised: Int64 = 0
  private var effective: Int64 = 0
  private var effectiveContracts: Int64 = 0
  private var spreadBefore: Int64 = 0
  private var spreadAfter: Int64 = 0
  private var depthBefore: Int64 = 0
  private var depthAfter: Int64 = 0
  /// When the next horizon ends; .max when none waits.
  private var due = Int64.max

  /// - Precondition: `capacity` is a power of two.
  init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "the ring of pending trades is a power of two")
    mask = capacity - 1
    ring = .allocate(capacity: capacity)
    ring.initialize(
      repeating: PendingTrade(time: 0, signed: 0, doubledPrice: 0, doubledMid: 0, spread: 0, depth: 0), count: capacity)
    cursors = .allocate(capacity: 3)
    cursors.initialize(repeating: 0, count: 3)
    sums = .allocate(capacity: 6)
    sums.initialize(repeating: 0, count: 6)
  }

  deinit {
    ring.deallocate()
    cursors.deallocate()
    sums.deallocate()
  }

  /// Adds a trade of `signed` contracts at `price` ticks, the touch before it being known.
  mutating func add(signed: Int64, price: Int64, touch: borrowing TouchFlow, at time: Int64) {
    effective &+= signed &* (2 * price - touch.doubledMid)
    effectiveContracts &+= abs(signed)
    let depth = touch.hasSizes ? (signed > 0 ? touch.askQuantity : touch.bidQuantity) : 0
    ring[head & mask] = PendingTrade(
      time: time, signed: signed, doubledPrice: 2 * price, doubledMid: touch.doubledMid, spread: touch.spread,
      depth: depth)
    head += 1
    // Whoever is a whole ring behind would be overwritten: it goes unmeasured.
    for index in 0..<3 where head - cursors[index] > mask + 1 { cursors[index] = head - mask - 1 }
    due = min(due, time + Self.horizons.0)
  }

  /// Measures the trades whose horizon ended before `time`, at the touch that stood since.
  @inline(__always) mutating func settle(before time: Int64, touch: borrowing TouchFlow) {
    if due < time { settleDue(before: time, touch: touch) }
  }

  /// Begins the next bar.
  mutating func beginBar() {
    for index in 0..<6 { sums[index] = 0 }
    realised = 0
    effective = 0
    effectiveContracts = 0
    spreadBefore = 0
    spreadAfter = 0
    depthBefore = 0
    depthAfter = 0
  }

  /// Writes the signals of the bar, in ticks.
  func write(to values: EventValues) {
    values[.effectiveSpread] = EventValues.ratio(effective, effectiveContracts)
    values[.realisedSpread5] = EventValues.ratio(realised, sums[4])
    values[.priceImpact1] = EventValues.ratio(sums[0], sums[3])
    values[.priceImpact5] = EventValues.ratio(sums[1], sums[4])
    values[.priceImpact10] = EventValues.ratio(sums[2], sums[5])
    values[.spreadResilience] = EventValues.ratio(spreadAfter, spreadBefore)
    values[.depthResilience] = EventValues.ratio(depthAfter, depthBefore)
  }

  private mutating func settleDue(before time: Int64, touch: borrowing TouchFlow) {
    due = .max
    for index in 0..<3 {
      let horizon = index == 0 ? Self.horizons.0 : index == 1 ? Self.horizons.1 : Self.horizons.2
      while cursors[index] < head {
        let trade = ring[cursors[index] & mask]
        guard trade.time + horizon < time else {
          due = min(due, trade.time + horizon)
          break
        }
        cursors[index] += 1
        if touch.isKnown { measure(trade, index, touch) }
      }
    }
  }

  private mutating func measure(_ trade: PendingTrade, _ index: Int, _ touch: borrowing TouchFlow) {
    sums[index] &+= trade.signed &* (touch.doubledMid - trade.doubledMid)
    sums[3 + index] &+= abs(trade.signed)
    guard index == 1 else { return }
    realised &+= trade.signed &* (trade.doubledPrice - touch.doubledMid)
    spreadBefore &+= trade.spread
    spreadAfter &+= touch.spread
    guard trade.depth > 0, touch.hasSizes else { return }
    depthBefore &+= trade.depth
    depthAfter &+= trade.signed > 0 ? touch.askQuantity : touch.bidQuantity
  }
}
