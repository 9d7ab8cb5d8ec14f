// What the levels behind the touch tell: imbalance in depth, flow at several levels, slope, additions and withdrawals.

import MarketData
import TradingDomain

/// The book and its sums over the bar being built.
///
/// After a gap the book is emptied and known again as far as its levels have been told again: imbalance over k levels
/// needs k levels on both sides. That the levels told after a gap are the nearest ones is the venue's promise.
struct BookFlow: ~Copyable {
  /// Levels that the flow compares.
  static let flowLevels = 5

  private let book: OrderBook
  /// Price and quantity of the first levels as of the last whole batch: bids, then asks, [2][flowLevels][2].
  private let seen: UnsafeMutablePointer<Int64>
  /// Whether `seen` holds a whole book of that depth.
  private var isSeen = false
  /// Whether the running batch changed one of those levels.
  private var isTouched = false
  private var flow: Int64 = 0
  private var flow10 = DecayedSum(halfLife: 10_000_000_000)
  private var depthSum: Int64 = 0
  private var depthCount: Int64 = 0
  private var added: Int64 = 0
  private var removed: Int64 = 0
  /// Whether additions and removals are known since the bar's start: not while a book is being told anew.
  private var isWholeBar = false
  private(set) var hasUpdates = false

  init(levels: UInt32) {
    book = OrderBook(levels: levels)
    seen = .allocate(capacity: 4 * Self.flowLevels)
    seen.initialize(repeating: 0, count: 4 * Self.flowLevels)
  }

  deinit { seen.deallocate() }

  /// Best bid and ask of the book; an empty side has zeros.
  var top: Quote { book.top }

  /// Sets one level; true when a batch ended and the touch may have changed.
  mutating func apply(_ update: DepthUpdate, at time: Int64) -> Bool {
    hasUpdates = true
    let change = update.quantity.contracts - book.quantity(update.side, at: update.price).contracts
    if book.apply(update) == .applied {
      if change > 0 { added &+= change } else { removed &-= change }
      if change != 0, !isTouched { isTouched = isNear(update) }
    }
    guard update.endsBatch, isTouched else { return false }
    isTouched = false
    look(at: time)
    return true
  }

  /// Nothing is known of the book from now on.
  mutating func forget() {
    book.clear()
    isSeen = false
    isTouched = false
    isWholeBar = false
  }

  /// Begins the next bar.
  mutating func beginBar() {
    flow = 0
    added = 0
    removed = 0
    isWholeBar = isSeen || book.top.bid.ticks > 0 && book.top.ask.ticks > 0
    depthSum = 0
    depthCount = 0
    if isSeen { count() }
  }

  /// Writes the book's signals at `time`; `traded` contracts of the bar, traded against the book, explain as many
  /// removals.
  func write(to values: EventValues, at time: Int64, span: Double, traded: Int64) {
    values[.queueImbalance3] = imbalance(levels: 3)
    values[.queueImbalance5] = imbalance(levels: 5)
    values[.queueImbalance10] = imbalance(levels: 10)
    values[.orderFlowImbalanceLevels] = Double(2 * flow) * Double(depthCount) / Double(depthSum)
    values[.orderFlowImbalanceLevels10] = flow10.value(at: time)
    let slopes = (slope(.buy), slope(.sell))
    values[.bookSlope] = (slopes.0 + slopes.1) / 2
    values[.bookSlopeImbalance] = (slopes.0 - slopes.1) / (slopes.0 + slopes.1)
    values[.depthAddRate] = isWholeBar ? Double(added) / span : .nan
    values[.depthCancelRate] = isWholeBar ? Double(max(0, removed - traded)) / span : .nan
  }

  /// Whether the update may change a level that the flow compares.
  private func isNear(_ update: DepthUpdate) -> Bool {
    guard isSeen else { return true }
    let bidSide = update.side == .buy
    let last = seen[(bidSide ? 0 : 2 * Self.flowLevels) + 2 * (Self.flowLevels - 1)]
    return bidSide ? update.price.ticks >= last : update.price.ticks <= last
  }

  /// Compares the first levels with those of the last batch and keeps them.
  private mutating func look(at time: Int64) {
    var increment: Int64 = 0
    var isWhole = true
    for rank in 0..<Self.flowLevels {
      guard let bid = book.level(.buy, rank), let ask = book.level(.sell, rank) else {
        isWhole = false
        break
      }
      let old = seen + 2 * rank
      let (oldBid, oldBidQuantity) = (old[0], old[1])
      let oldAsk = old[2 * Self.flowLevels]
      let oldAskQuantity = old[2 * Self.flowLevels + 1]
      if bid.price.ticks >= oldBid { increment += bid.quantity.contracts }
      if bid.price.ticks <= oldBid { increment -= oldBidQuantity }
      if ask.price.ticks <= oldAsk { increment -= ask.quantity.contracts }
      if ask.price.ticks >= oldAsk { increment += oldAskQuantity }
      old[0] = bid.price.ticks
      old[1] = bid.quantity.contracts
      old[2 * Self.flowLevels] = ask.price.ticks
      old[2 * Self.flowLevels + 1] = ask.quantity.contracts
    }
    // A locked or crossed book is an auction's: what changes there is no flow.
    isWhole = isWhole && seen[0] < seen[2 * Self.flowLevels]
    if isWhole {
      if isSeen {
        flow &+= increment
        flow10.add(Double(increment), at: time)
      } else {
        flow10.begin(at: time)
      }
      count()
    }
    isSeen = isWhole
  }

  /// Counts the contracts of the compared levels as one observation of depth.
  private mutating func count() {
    for rank in 0..<Self.flowLevels { depthSum &+= seen[2 * rank + 1] + seen[2 * Self.flowLevels + 2 * rank + 1] }
    depthCount += 1
  }

  /// Bid less ask contracts of the first levels by their sum; NaN unless both sides have them, bid below ask.
  private func imbalance(levels: Int) -> Double {
    guard book.level(.buy, levels - 1) != nil, book.level(.sell, levels - 1) != nil,
      book.top.bid < book.top.ask
    else { return .nan }
    var (bids, asks): (Int64, Int64) = (0, 0)
    for rank in 0..<levels {
      bids += book.level(.buy, rank)?.quantity.contracts ?? 0
      asks += book.level(.sell, rank)?.quantity.contracts ?? 0
    }
    return EventValues.ratio(bids - asks, bids + asks)
  }

  /// Contracts gained per tick of distance from the midpoint: least squares through the origin of the cumulative
  /// contracts on the distance, over the compared levels.
  private func slope(_ side: Side) -> Double {
    let top = book.top
    guard top.bid.ticks > 0, top.bid < top.ask else { return .nan }
    let middle = top.bid.ticks + top.ask.ticks
    var (total, products, squares): (Int64, Double, Double) = (0, 0, 0)
    for rank in 0..<Self.flowLevels {
      guard let level = book.level(side, rank) else { return .nan }
      let distance = Double(abs(2 * level.price.ticks - middle)) / 2
      total += level.quantity.contracts
      products += distance * Double(total)
      squares += distance * distance
    }
    return products / squares
  }
}
