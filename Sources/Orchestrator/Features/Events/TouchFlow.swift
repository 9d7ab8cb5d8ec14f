// What the best bid and ask tell: spread, imbalance, and the flow of orders at the touch.

import TradingDomain

/// State of the touch and its sums over the bar being built.
///
/// A side without price, a locked or crossed touch (an auction's) and one wider than 2^15 ticks are unknown: no signal
/// counts the time that they stand, and the flow across them is dropped. A touch without sizes has a spread only.
struct TouchFlow {
  private(set) var bid: Int64 = 0
  private(set) var bidQuantity: Int64 = 0
  private(set) var ask: Int64 = 0
  private(set) var askQuantity: Int64 = 0
  /// Whether both sides stand, bid below ask.
  private(set) var isKnown = false
  /// Whether the sizes are known too.
  private(set) var hasSizes = false
  private var imbalance = 0.0
  /// Time of the newest change; .min before the first.
  private var changedAt = Int64.min
  /// Until when the areas below count.
  private var since: Int64 = 0
  private var spreadArea: Int64 = 0
  private var quotedTime: Int64 = 0
  private var imbalanceArea = 0.0
  private var sizedTime: Int64 = 0
  private var flow: Int64 = 0
  /// Contracts at both best prices after each change, summed, and the number of changes.
  private var depthSum: Int64 = 0
  private var depthCount: Int64 = 0
  private var changes: Int64 = 0
  private var flow10 = DecayedSum(halfLife: 10_000_000_000)
  private var flow60 = DecayedSum(halfLife: 60_000_000_000)

  /// Twice the midpoint, in ticks, so that it is whole.
  var doubledMid: Int64 { bid + ask }
  /// Ask less bid, in ticks.
  var spread: Int64 { ask - bid }

  /// The touch from `time` on; false when it is what it was.
  mutating func update(_ quote: Quote, at time: Int64) -> Bool {
    let (newBid, newAsk) = (quote.bid.ticks, quote.ask.ticks)
    let (newBidQuantity, newAskQuantity) = (quote.bidQuantity.contracts, quote.askQuantity.contracts)
    let wasKnown = isKnown
    let nowKnown = newBid > 0 && newAsk > newBid && newAsk - newBid < 1 << 15
    if newBid == bid, newAsk == ask, newBidQuantity == bidQuantity, newAskQuantity == askQuantity,
      wasKnown || changedAt != .min && !nowKnown
    {
      return false
    }
    accumulate(to: time)
    let nowSized = nowKnown && newBidQuantity > 0 && newAskQuantity > 0
    var increment: Int64 = 0
    if hasSizes && nowSized {
      if newBid >= bid { increment += newBidQuantity }
      if newBid <= bid { increment -= bidQuantity }
      if newAsk <= ask { increment -= newAskQuantity }
      if newAsk >= ask { increment += askQuantity }
    }
    bid = newBid
    bidQuantity = newBidQuantity
    ask = newAsk
    askQuantity = newAskQuantity
    isKnown = nowKnown
    hasSizes = nowSized
    changedAt = time
    changes += 1
    if nowSized {
      let total = bidQuantity + askQuantity
      imbalance = Double(bidQuantity - askQuantity) / Double(total)
      depthSum &+= total
      depthCount += 1
      flow10.begin(at: time)
      flow60.begin(at: time)
    }
    if increment != 0 {
      flow &+= increment
      flow10.add(Double(increment), at: time)
      flow60.add(Double(increment), at: time)
    }
    return true
  }

  /// The touch is unknown from `time` on; the flow until the next one is not counted.
  mutating func forget(at time: Int64) {
    accumulate(to: time)
    isKnown = false
    hasSizes = false
  }

  /// Begins the next bar at `time`.
  mutating func beginBar(at time: Int64) {
    since = time
    spreadArea = 0
    quotedTime = 0
    imbalanceArea = 0
    sizedTime = 0
    flow = 0
    changes = 0
    // The touch that the bar opens with counts as one observation of depth.
    depthSum = hasSizes ? bidQuantity + askQuantity : 0
    depthCount = hasSizes ? 1 : 0
  }

  /// Brings the areas up to `time`.
  mutating func accumulate(to time: Int64) {
    let elapsed = time - since
    guard elapsed > 0 else { return }
    since = time
    guard isKnown else { return }
    spreadArea &+= (ask - bid) &* elapsed
    quotedTime += elapsed
    guard hasSizes else { return }
    imbalanceArea += imbalance * Double(elapsed)
    sizedTime += elapsed
  }

  /// Writes the touch's signals at `time`, to which the areas must have been brought; `span` is the bar's, in seconds.
  func write(to values: EventValues, at time: Int64, span: Double) {
    values[.spreadLast] = isKnown ? Double(spread) : .nan
    values[.spreadMean] = EventValues.ratio(spreadArea, quotedTime)
    values[.queueImbalance1] = hasSizes ? imbalance : .nan
    // The size-weighted price lies off the midpoint by half the spread times the imbalance.
    values[.micropriceOffset] = hasSizes ? imbalance * Double(spread) / 2 : .nan
    values[.queueImbalanceMean] = sizedTime > 0 ? imbalanceArea / Double(sizedTime) : .nan
    values[.orderFlowImbalance] = depthCount > 0 ? Double(flow) : .nan
    values[.orderFlowImbalanceNormalised] = Double(2 * flow) * Double(depthCount) / Double(depthSum)
    values[.orderFlowImbalance10] = flow10.value(at: time)
    values[.orderFlowImbalance60] = flow60.value(at: time)
    values[.quoteRate] = changedAt == .min ? .nan : Double(changes) / span
    values[.secondsSinceQuote] = changedAt == .min ? .nan : Double(time - changedAt) / 1e9
  }
}
