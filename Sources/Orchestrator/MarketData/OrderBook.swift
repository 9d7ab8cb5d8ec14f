// Swift face of the C order book: levels from a depth feed, best bid and ask in two loads.

package import CHotPath
package import TradingDomain

/// What became of a change to the book.
@frozen package enum BookOutcome: Hashable, Sendable {
  case applied
  /// The feed named an order that does not rest, or one twice: the book can no longer be trusted.
  case inconsistent
  /// Negative quantity, or an operation of the other kind of book.
  case invalid
  /// More levels or orders than the book was made for; the change was not applied.
  case full

  @inlinable init(code: Int32) {
    switch code {
    case 0: self = .applied
    case -2, -17: self = .inconsistent  // ENOENT, EEXIST
    case -28: self = .full  // ENOSPC
    default: self = .invalid
    }
  }
}

/// Order book of one instrument. Owned by one thread; allocates only when made.
package final class OrderBook {
  @usableFromInline let book: UnsafeMutablePointer<hp_book>

  /// - Parameters:
  ///   - levels: price levels kept on each side, 1 to 2^20.
  ///   - orders: resting orders for a book kept order by order; 0 for a book of aggregated levels.
  package init(levels: UInt32, orders: UInt32 = 0) {
    let size = hp_book_size(levels, orders)
    precondition(size > 0, "book capacity out of range: levels 1 to 2^20, orders up to 2^24")
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    let code = hp_book_init(memory, size, levels, orders)
    precondition(code == 0, "the book's memory is as large as it asked for")
    book = memory.assumingMemoryBound(to: hp_book.self)
  }

  deinit { UnsafeMutableRawPointer(book).deallocate() }

  /// Best bid and ask; an empty side has price and quantity 0.
  @inlinable package var top: Quote {
    let bid = hp_book_best(book, Side.buy.rawValue)
    let ask = hp_book_best(book, Side.sell.rawValue)
    return Quote(
      bid: Price(ticks: bid?.pointee.price ?? 0), bidQuantity: Quantity(bid?.pointee.quantity ?? 0),
      ask: Price(ticks: ask?.pointee.price ?? 0), askQuantity: Quantity(ask?.pointee.quantity ?? 0))
  }

  /// The level `rank` places behind the best, 0 being the best; nil when there are fewer.
  @inlinable package func level(_ side: Side, _ rank: Int) -> (price: Price, quantity: Quantity, orders: UInt32)? {
    guard rank >= 0, let level = hp_book_at(book, side.rawValue, UInt32(clamping: rank)) else { return nil }
    return (Price(ticks: level.pointee.price), Quantity(level.pointee.quantity), level.pointee.orders)
  }

  /// Contracts at `price`; 0 where nothing rests.
  @inlinable package func quantity(_ side: Side, at price: Price) -> Quantity {
    Quantity(hp_book_quantity(book, side.rawValue, price.ticks))
  }

  /// Sets the total of one level of an aggregated book; quantity 0 removes it.
  @inlinable package func apply(_ update: DepthUpdate) -> BookOutcome {
    BookOutcome(
      code: hp_book_set_level(
        book, update.side.rawValue, update.price.ticks, update.quantity.contracts, update.orderCount))
  }

  /// Adds an order behind those of its price.
  @inlinable package func add(order id: UInt64, _ side: Side, _ price: Price, _ quantity: Quantity) -> BookOutcome {
    BookOutcome(code: hp_book_add(book, id, side.rawValue, price.ticks, quantity.contracts))
  }

  /// Takes contracts from an order, which keeps its place; with nothing left it is gone.
  @inlinable package func reduce(order id: UInt64, by quantity: Quantity) -> BookOutcome {
    BookOutcome(code: hp_book_reduce(book, id, quantity.contracts))
  }

  /// Removes an order.
  @inlinable package func delete(order id: UInt64) -> BookOutcome { BookOutcome(code: hp_book_delete(book, id)) }

  /// Contracts before the order in its queue; nil for an unknown order.
  @inlinable package func quantityAhead(ofOrder id: UInt64) -> Quantity? {
    let ahead = hp_book_ahead(book, id)
    return ahead < 0 ? nil : Quantity(ahead)
  }

  /// Empties the book.
  @inlinable package func clear() { hp_book_clear(book) }
}
