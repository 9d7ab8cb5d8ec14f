// The open lots of a position in order of entry, in memory taken once.

/// Contracts entered together and what was paid for them.
@frozen package struct Lot: Hashable, Sendable {
  /// Contracts; positive whatever the side.
  package var contracts: Int64
  /// Price in ticks times contracts: exact also when the lot holds several prices.
  package var ticks: Int64

  @inlinable package init(contracts: Int64, ticks: Int64) {
    self.contracts = contracts
    self.ticks = ticks
  }

  /// Takes `count` contracts out and returns what was paid for them.
  ///
  /// The share is `ticks x count / contracts`, rounded towards zero; what rounding leaves stays with the remainder, so
  /// the sum over all takings is exact. `count` must not exceed `contracts`.
  @inlinable package mutating func take(_ count: Int64) -> Int64 {
    if count == contracts {
      let all = ticks
      self = Lot(contracts: 0, ticks: 0)
      return all
    }
    let product = ticks.multipliedFullWidth(by: count)
    let share = contracts.dividingFullWidth(product).quotient
    contracts -= count
    ticks -= share
    return share
  }
}

/// First-in-first-out queue of lots with fixed room; a ring over memory that is taken at the start.
///
/// Overflow policy: when the ring is full, a new lot is merged into the newest one. Nothing is lost and profit over the
/// whole position stays exact; only the order within the merged lot becomes that of the average.
package struct LotQueue: ~Copyable {
  @usableFromInline let storage: UnsafeMutablePointer<Lot>
  @usableFromInline let mask: Int
  @usableFromInline var head = 0
  /// Number of lots held.
  package private(set) var count = 0
  /// How often the overflow policy was used.
  package private(set) var mergeCount = 0

  /// - Precondition: `capacity` is a power of two.
  package init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "lot queue capacity must be a power of two")
    storage = .allocate(capacity: capacity)
    storage.initialize(repeating: Lot(contracts: 0, ticks: 0), count: capacity)
    mask = capacity - 1
  }

  deinit { storage.deallocate() }

  /// Adds a lot at the end.
  package mutating func append(_ lot: Lot) {
    if count > mask {
      let newest = (head + count - 1) & mask
      storage[newest].contracts += lot.contracts
      storage[newest].ticks += lot.ticks
      mergeCount += 1
      return
    }
    storage[(head + count) & mask] = lot
    count += 1
  }

  /// Takes `contracts` out of the oldest lots and returns what was paid for them.
  ///
  /// - Precondition: the queue holds at least that many contracts.
  package mutating func takeFirst(_ contracts: Int64) -> Int64 {
    var wanted = contracts
    var cost: Int64 = 0
    while wanted > 0 {
      precondition(count > 0, "lot queue holds fewer contracts than its position")
      let taken = min(wanted, storage[head].contracts)
      cost += storage[head].take(taken)
      wanted -= taken
      if storage[head].contracts == 0 {
        head = (head + 1) & mask
        count -= 1
      }
    }
    return cost
  }

  /// Contracts and cost over all lots, for invariant checks.
  package var total: Lot {
    var sum = Lot(contracts: 0, ticks: 0)
    for offset in 0..<count {
      let lot = storage[(head + offset) & mask]
      sum.contracts += lot.contracts
      sum.ticks += lot.ticks
    }
    return sum
  }
}
