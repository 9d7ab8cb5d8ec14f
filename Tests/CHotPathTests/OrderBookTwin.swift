// The order book written the obvious way: arrays, searches and sums. The oracle of `hp_book`.

/// A side of a book, with the raw values of the wire.
enum BookSide: UInt8, CaseIterable {
  case buy = 1
  case sell = 2
}

/// One level as the two implementations are compared.
struct BookLevel: Equatable {
  var price: Int64
  var quantity: Int64
  var orders: UInt32
}

/// What an operation answers.
enum BookAnswer: Equatable {
  case done, invalid, unknown, exists, full
}

/// Order by order: one array in order of arrival.
struct OrderBookTwin {
  struct Order {
    var id: UInt64
    var side: BookSide
    var price: Int64
    var quantity: Int64
  }

  let maxLevels: Int
  let maxOrders: Int
  var orders: [Order] = []

  mutating func add(_ id: UInt64, _ side: BookSide, _ price: Int64, _ quantity: Int64) -> BookAnswer {
    if quantity < 1 { return .invalid }
    if orders.contains(where: { $0.id == id }) { return .exists }
    if orders.count == maxOrders { return .full }
    let levels = self.levels(side)
    if !levels.contains(where: { $0.price == price }), levels.count == maxLevels { return .full }
    orders.append(Order(id: id, side: side, price: price, quantity: quantity))
    return .done
  }

  mutating func reduce(_ id: UInt64, by quantity: Int64) -> BookAnswer {
    guard let index = orders.firstIndex(where: { $0.id == id }) else { return .unknown }
    if quantity < 1 || quantity > orders[index].quantity { return .invalid }
    orders[index].quantity -= quantity
    if orders[index].quantity == 0 { orders.remove(at: index) }
    return .done
  }

  mutating func delete(_ id: UInt64) -> BookAnswer {
    guard let index = orders.firstIndex(where: { $0.id == id }) else { return .unknown }
    orders.remove(at: index)
    return .done
  }

  func ahead(of id: UInt64) -> Int64? {
    guard let index = orders.firstIndex(where: { $0.id == id }) else { return nil }
    let order = orders[index]
    return orders[..<index].filter { $0.side == order.side && $0.price == order.price }.reduce(0) { $0 + $1.quantity }
  }

  /// Best level first.
  func levels(_ side: BookSide) -> [BookLevel] {
    let mine = orders.filter { $0.side == side }
    let prices = Set(mine.map(\.price)).sorted { side == .buy ? $0 > $1 : $0 < $1 }
    return prices.map { price in
      let level = mine.filter { $0.price == price }
      return BookLevel(
        price: price, quantity: level.reduce(0) { $0 + $1.quantity }, orders: UInt32(level.count))
    }
  }
}

/// Aggregated levels: a dictionary per side.
struct LevelBookTwin {
  let maxLevels: Int
  var sides: [BookSide: [Int64: BookLevel]] = [.buy: [:], .sell: [:]]

  mutating func set(_ side: BookSide, _ price: Int64, _ quantity: Int64, _ orders: UInt32) -> BookAnswer {
    if quantity < 0 { return .invalid }
    var levels = sides[side] ?? [:]
    if quantity == 0 {
      levels[price] = nil
    } else {
      if levels[price] == nil, levels.count == maxLevels { return .full }
      levels[price] = BookLevel(price: price, quantity: quantity, orders: orders)
    }
    sides[side] = levels
    return .done
  }

  /// Best level first.
  func levels(_ side: BookSide) -> [BookLevel] {
    (sides[side] ?? [:]).values.sorted { side == .buy ? $0.price > $1.price : $0.price < $1.price }
  }
}
