// The order book against a naive twin, and its refusals.

import CHotPath
import Glibc
import Testing

/// `hp_book` in memory of its own.
private final class Book {
  let memory: UnsafeMutableRawPointer
  let book: UnsafeMutablePointer<hp_book>

  init(levels: UInt32, orders: UInt32) {
    let size = hp_book_size(levels, orders)
    memory = .allocate(byteCount: size, alignment: 64)
    #expect(hp_book_init(memory, size, levels, orders) == 0)
    book = memory.assumingMemoryBound(to: hp_book.self)
  }

  deinit { memory.deallocate() }

  func levels(_ side: BookSide) -> [BookLevel] {
    var levels: [BookLevel] = []
    while let level = hp_book_at(book, side.rawValue, UInt32(levels.count)) {
      levels.append(
        BookLevel(price: level.pointee.price, quantity: level.pointee.quantity, orders: level.pointee.orders))
    }
    return levels
  }
}

private func answer(_ code: Int32) -> BookAnswer {
  switch code {
  case 0: return .done
  case -EINVAL: return .invalid
  case -ENOENT: return .unknown
  case -EEXIST: return .exists
  case -ENOSPC: return .full
  default:
    Issue.record("unexpected code \(code)")
    return .invalid
  }
}

@Test(arguments: [1, 2, 3, 4] as [UInt64])
func ordersInTheBookEqualTheNaiveTwinOverRandomOperations(seed: UInt64) {
  // Small capacities, so that the random walk meets full levels and full orders too.
  let book = Book(levels: 12, orders: 60)
  var twin = OrderBookTwin(maxLevels: 12, maxOrders: 60)
  var draws = SplitMix(seed: seed)
  var refusedFull = 0
  for step in 0..<20_000 {
    let id = draws.next(below: 90) << (seed % 2 == 0 ? 32 : 0)
    let quantity = Int64(draws.next(below: 8))
    switch draws.next(below: 10) {
    case 0..<5:
      let side: BookSide = draws.next(below: 2) == 0 ? .buy : .sell
      let price = Int64(draws.next(below: 16)) - 8
      let expected = twin.add(id, side, price, quantity)
      if expected == .full { refusedFull += 1 }
      #expect(answer(hp_book_add(book.book, id, side.rawValue, price, quantity)) == expected)
    case 5..<8:
      #expect(answer(hp_book_reduce(book.book, id, quantity)) == twin.reduce(id, by: quantity))
    default:
      #expect(answer(hp_book_delete(book.book, id)) == twin.delete(id))
    }
    #expect(hp_book_ahead(book.book, id) == twin.ahead(of: id) ?? Int64(-ENOENT))
    #expect(hp_book_find(book.book, id)?.pointee.quantity == twin.orders.first { $0.id == id }?.quantity)
    for side in BookSide.allCases {
      let expected = twin.levels(side)
      #expect(book.levels(side) == expected, "seed \(seed), step \(step)")
      #expect(hp_book_best(book.book, side.rawValue)?.pointee.price == expected.first?.price)
    }
  }
  #expect(refusedFull > 0)
}

@Test(arguments: [11, 12] as [UInt64])
func aggregatedLevelsEqualTheNaiveTwinOverRandomUpdates(seed: UInt64) {
  let book = Book(levels: 20, orders: 0)
  var twin = LevelBookTwin(maxLevels: 20)
  var draws = SplitMix(seed: seed)
  for step in 0..<20_000 {
    let side: BookSide = draws.next(below: 2) == 0 ? .buy : .sell
    let price = 10_000 + Int64(draws.next(below: 40))
    let quantity = draws.next(below: 3) == 0 ? 0 : Int64(draws.next(below: 500))
    let orders = UInt32(draws.next(below: 9))
    #expect(
      answer(hp_book_set_level(book.book, side.rawValue, price, quantity, orders))
        == twin.set(side, price, quantity, orders))
    #expect(book.levels(side) == twin.levels(side), "seed \(seed), step \(step)")
    #expect(
      hp_book_quantity(book.book, side.rawValue, price)
        == twin.levels(side).first { $0.price == price }?.quantity ?? 0)
  }
}

@Test func ordersOfALevelQueueFirstInFirstOut() {
  let book = Book(levels: 4, orders: 4)
  #expect(hp_book_add(book.book, 1, BookSide.buy.rawValue, 100, 5) == 0)
  #expect(hp_book_add(book.book, 2, BookSide.buy.rawValue, 100, 7) == 0)
  #expect(hp_book_add(book.book, 3, BookSide.buy.rawValue, 100, 9) == 0)
  #expect(hp_book_ahead(book.book, 3) == 12)
  #expect(hp_book_reduce(book.book, 1, 2) == 0)
  #expect(hp_book_ahead(book.book, 3) == 10)
  #expect(hp_book_delete(book.book, 2) == 0)
  #expect(hp_book_ahead(book.book, 3) == 3)
  #expect(hp_book_ahead(book.book, 1) == 0)
}

@Test func aClearedBookIsEmptyAndTakesItsFullCapacityAgain() {
  let book = Book(levels: 3, orders: 3)
  for round in 0..<3 {
    for id in 0..<3 as Range<UInt64> {
      #expect(hp_book_add(book.book, id, BookSide.sell.rawValue, Int64(id), 1) == 0, "round \(round)")
    }
    #expect(hp_book_add(book.book, 9, BookSide.sell.rawValue, 0, 1) == -ENOSPC)
    hp_book_clear(book.book)
    #expect(book.levels(.sell).isEmpty)
    #expect(hp_book_find(book.book, 1) == nil)
  }
}

@Test func bookMemoryThatIsTooSmallOrMisalignedIsRefused() {
  let size = hp_book_size(8, 8)
  let memory = UnsafeMutableRawPointer.allocate(byteCount: size + 8, alignment: 64)
  defer { memory.deallocate() }
  #expect(hp_book_init(memory, size - 1, 8, 8) == -EINVAL)
  #expect(hp_book_init(memory + 4, size, 8, 8) == -EINVAL)
  #expect(hp_book_init(memory, size, 8, 8) == 0)
  #expect(hp_book_size(0, 8) == 0)
  #expect(hp_book_size(1 << 21, 0) == 0)
}

@Test func eachKindOfBookRefusesTheOtherKindsUpdates() {
  let levels = Book(levels: 4, orders: 0)
  let orders = Book(levels: 4, orders: 4)
  #expect(hp_book_add(levels.book, 1, 1, 100, 1) == -ENOTSUP)
  #expect(hp_book_set_level(orders.book, 1, 100, 1, 1) == -ENOTSUP)
  #expect(hp_book_set_level(levels.book, 3, 100, 1, 1) == -EINVAL)
}
