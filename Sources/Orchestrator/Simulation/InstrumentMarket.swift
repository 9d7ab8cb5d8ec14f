// The replayed market of one instrument as the matching sees it: phase, limits, touch, depth, and what was taken.

import CHotPath
import TradingDomain

/// A displayed price of one side.
struct DisplayedLevel {
  var price: Int64
  /// Contracts still to be had: displayed less taken.
  var available: Int64
}

/// State of one instrument's market.
final class InstrumentMarket {
  let configuration: SimulatedInstrument
  let unpublishedTouchSize: Int64
  var phase = TradingPhase.closed
  var limits: PriceLimits?
  /// Last print, or a bar's open or close; nil before any.
  var lastPrice: Int64?
  var hasPrinted = false
  /// Whether quotes or depth have been seen.
  var hasTouch = false
  var currentBar: Bar?
  /// Contracts of the current bar not yet given away.
  var barBudget: Int64 = 0

  /// Orders of clients that work here, best price first, then time: places in the exchange's list.
  var buys = OrderList()
  var sells = OrderList()
  /// Untriggered stops, oldest first.
  var stops = OrderList()

  /// Touch by side index (0 buy, 1 sell): price 0 = empty; quantity 0 with a price = size unpublished.
  private var touchPrice: (Int64, Int64) = (0, 0)
  private var touchQuantity: (Int64, Int64) = (0, 0)
  private var depletion: (Depletion, Depletion) = (Depletion(), Depletion())
  private let bookMemory: UnsafeMutableRawPointer
  private let book: UnsafeMutablePointer<hp_book>
  /// Whether the display is a book of levels, rather than a touch.
  private(set) var hasDepth = false
  /// Sides of the book that changed since orders were last matched with it.
  private(set) var changed = (buy: false, sell: false)
  /// What traded lately, for slippage that depends on it.
  var activity = RecentActivity()

  init(_ configuration: SimulatedInstrument, depthLevels: UInt32, unpublishedTouchSize: Int64) {
    self.configuration = configuration
    self.unpublishedTouchSize = max(1, unpublishedTouchSize)
    let size = hp_book_size(depthLevels, 0)
    precondition(size > 0, "depth of \(depthLevels) levels is out of range: use 1 to 1048576")
    bookMemory = .allocate(byteCount: size, alignment: 64)
    let result = hp_book_init(bookMemory, size, depthLevels, 0)
    precondition(result == 0, "order book refused its own size: \(result)")
    book = bookMemory.assumingMemoryBound(to: hp_book.self)
  }

  deinit { bookMemory.deallocate() }

  var hasOrders: Bool { !(buys.isEmpty && sells.isEmpty && stops.isEmpty) }

  @inline(__always)
  func noteChange(_ side: Side) { if side == .buy { changed.buy = true } else { changed.sell = true } }

  func forgetChanges() { changed = (false, false) }

  func isEmpty(_ side: Side) -> Bool { side == .buy ? buys.isEmpty : sells.isEmpty }

  /// Working orders of a side at this moment, for loops in which matching changes the list.
  func working(_ side: Side) -> ContiguousArray<Int> { side == .buy ? buys.snapshot : sells.snapshot }

  /// The first working order of a side that `condition` holds for, best price first.
  @inline(__always)
  func first(_ side: Side, where condition: (Int) -> Bool) -> Int? {
    let count = side == .buy ? buys.count : sells.count
    for index in 0..<count {
      let place = side == .buy ? buys[index] : sells[index]
      if condition(place) { return place }
    }
    return nil
  }

  // MARK: The touch

  /// Best displayed price of a side; nil when the side is empty.
  func bestPrice(_ side: Side) -> Int64? {
    if hasDepth {
      guard let level = hp_book_best(book, side.rawValue) else { return nil }
      return level.pointee.price
    }
    let price = side == .buy ? touchPrice.0 : touchPrice.1
    return price == 0 ? nil : price
  }

  /// Contracts displayed at `price`; nil when the source does not tell.
  func displayed(_ side: Side, at price: Int64) -> Int64? {
    if hasDepth { return hp_book_quantity(book, side.rawValue, price) }
    let (touch, quantity) = side == .buy ? (touchPrice.0, touchQuantity.0) : (touchPrice.1, touchQuantity.1)
    if touch != price || quantity == 0 { return nil }
    return quantity
  }

  /// The best level of `side` with anything left, or the last known level with nothing left; nil for an empty side.
  func bestAvailable(_ side: Side) -> DisplayedLevel? {
    if hasDepth {
      var rank: UInt32 = 0
      var last: DisplayedLevel?
      while let level = hp_book_at(book, side.rawValue, rank) {
        let left = level.pointee.quantity - taken(side, at: level.pointee.price)
        last = DisplayedLevel(price: level.pointee.price, available: max(0, left))
        if left > 0 { return last }
        rank += 1
      }
      return last
    }
    guard let price = bestPrice(side) else { return nil }
    let taken = taken(side, at: price)
    if let displayed = displayed(side, at: price) {
      return DisplayedLevel(price: price, available: max(0, displayed - taken))
    }
    // Unknown size: block after block, each a tick further from the touch.
    let worse = side == .buy ? -(taken / unpublishedTouchSize) : taken / unpublishedTouchSize
    return DisplayedLevel(price: price + worse, available: unpublishedTouchSize - taken % unpublishedTouchSize)
  }

  /// Contracts of `side` still to be had at `limit` or better; counting stops at `wanted`.
  func available(_ side: Side, within limit: Int64, upTo wanted: Int64) -> Int64 {
    let sign = side.sign
    guard hasDepth else {
      guard let best = bestAvailable(side), sign * (best.price - limit) >= 0 else { return 0 }
      if displayed(side, at: best.price) != nil { return best.available }
      // Unknown sizes: a block at each tick from here to the limit.
      return best.available + sign * (best.price - limit) * unpublishedTouchSize
    }
    var found: Int64 = 0
    var rank: UInt32 = 0
    while found < wanted, let level = hp_book_at(book, side.rawValue, rank) {
      if sign * (level.pointee.price - limit) < 0 { break }
      found += max(0, level.pointee.quantity - taken(side, at: level.pointee.price))
      rank += 1
    }
    return found
  }

  /// Notes that simulated orders took contracts of `side` that were displayed at `price`.
  func take(_ quantity: Int64, _ side: Side, at price: Int64) {
    // Unknown sizes are counted at the touch, whatever block they came from.
    let level = hasDepth || displayed(side, at: price) != nil ? price : bestPrice(side) ?? price
    if side == .buy { depletion.0.take(quantity, at: level) } else { depletion.1.take(quantity, at: level) }
  }

  private func taken(_ side: Side, at price: Int64) -> Int64 {
    side == .buy ? depletion.0.taken(at: price) : depletion.1.taken(at: price)
  }

  // MARK: Updates

  @inline(__always)
  func update(_ quote: Quote) {
    hasTouch = true
    setTouch(&touchPrice.0, &touchQuantity.0, &depletion.0, quote.bid.ticks, quote.bidQuantity.contracts)
    setTouch(&touchPrice.1, &touchQuantity.1, &depletion.1, quote.ask.ticks, quote.askQuantity.contracts)
  }

  @inline(__always)
  private func setTouch(
    _ price: inout Int64, _ quantity: inout Int64, _ depletion: inout Depletion, _ newPrice: Int64, _ newQuantity: Int64
  ) {
    if !depletion.isEmpty {
      if newPrice != price {
        depletion.forgetAll()
      } else if newQuantity < quantity {
        depletion.cap(at: newQuantity, price: price)
      }
    }
    price = newPrice
    quantity = newQuantity
  }

  func update(_ depth: DepthUpdate) {
    hasTouch = true
    hasDepth = true
    let new = depth.quantity.contracts
    // What was taken matters only where something was.
    let isTaken = depth.side == .buy ? !depletion.0.isEmpty : !depletion.1.isEmpty
    let old = isTaken ? hp_book_quantity(book, depth.side.rawValue, depth.price.ticks) : 0
    // A level beyond the book's capacity is too far from the touch to matter: it is left out.
    _ = hp_book_set_level(book, depth.side.rawValue, depth.price.ticks, max(0, new), depth.orderCount)
    if !isTaken { return }
    func refresh(_ depletion: inout Depletion) {
      if new <= 0 { depletion.forget(depth.price.ticks) }
      if new > 0 && new < old { depletion.cap(at: new, price: depth.price.ticks) }
    }
    if depth.side == .buy { refresh(&depletion.0) } else { refresh(&depletion.1) }
  }

  /// A print shows that contracts changed hands at `price`: where sizes are unknown, that many are taken as renewed.
  func renewUnpublished(_ quantity: Int64, at price: Int64) {
    if hasDepth { return }
    if price == touchPrice.0, touchQuantity.0 == 0 { depletion.0.restore(quantity, at: price) }
    if price == touchPrice.1, touchQuantity.1 == 0 { depletion.1.restore(quantity, at: price) }
  }

  /// The feed lost messages: what was displayed is no longer known, and nothing may fill against it.
  func forgetDisplay() {
    touchPrice = (0, 0)
    touchQuantity = (0, 0)
    depletion.0.forgetAll()
    depletion.1.forgetAll()
    hp_book_clear(book)
  }
}
