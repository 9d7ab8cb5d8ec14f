// What simulated orders have taken from displayed levels, until those refresh.

/// Contracts taken at the prices of one side. A handful of prices at most, so a list in order of first use is enough.
struct Depletion {
  private var levels: ContiguousArray<(price: Int64, taken: Int64)> = []

  /// Prices remembered; the oldest is forgotten first.
  private static let capacity = 32

  init() { levels.reserveCapacity(Depletion.capacity) }

  var isEmpty: Bool { levels.isEmpty }

  func taken(at price: Int64) -> Int64 {
    for level in levels where level.price == price { return level.taken }
    return 0
  }

  mutating func take(_ quantity: Int64, at price: Int64) {
    for index in levels.indices where levels[index].price == price {
      levels[index].taken += quantity
      return
    }
    if levels.count == Depletion.capacity { levels.removeFirst() }
    levels.append((price, quantity))
  }

  /// The display at `price` shrank to `displayed`: no more than that can still count as taken. When it grows again,
  /// the growth is new; while it only shrinks, what left may be what was taken.
  mutating func cap(at displayed: Int64, price: Int64) {
    guard let index = levels.firstIndex(where: { $0.price == price }) else { return }
    levels[index].taken = min(levels[index].taken, displayed)
  }

  /// Contracts changed hands at a `price` of unknown size: so many of the taken ones count as replaced.
  mutating func restore(_ quantity: Int64, at price: Int64) {
    guard let index = levels.firstIndex(where: { $0.price == price }) else { return }
    levels[index].taken -= quantity
    if levels[index].taken <= 0 { levels.remove(at: index) }
  }

  /// The level went away; what comes back later is new.
  mutating func forget(_ price: Int64) { levels.removeAll { $0.price == price } }

  mutating func forgetAll() { levels.removeAll(keepingCapacity: true) }
}
