// P18: an identifier goes out once.

package import TradingDomain

/// Remembers the identifiers of the session's orders and refuses a second order with one of them.
///
/// A hash table of fixed size with linear probing. Once it is half full, and for earlier sessions of the run, the
/// highest counter seen decides instead: counters of an epoch only rise, so a greater one is new.
package struct DuplicateIdentifier: ~Copyable {
  static let description = ControlDescription(
    .duplicateIdentifier, "Duplicate identifier", rule: "a client order id passes once, over all sessions of the run",
    onBreach: "refuse")

  /// Half of it is more than twice the entries that any configuration allows in a day.
  private static var capacity: Int { 8192 }
  private static var empty: ClientOrderID { ClientOrderID(high: 0, low: 0) }

  private let slots: UnsafeMutablePointer<ClientOrderID>
  private var count = 0
  private var (epoch, highest): (UInt32, UInt64) = (0, 0)
  private var (closedEpoch, closedHighest): (UInt32, UInt64) = (0, 0)

  package init() {
    slots = .allocate(capacity: DuplicateIdentifier.capacity)
    slots.initialize(repeating: DuplicateIdentifier.empty, count: DuplicateIdentifier.capacity)
  }

  deinit { slots.deallocate() }

  /// Forgets single identifiers of the last session, keeping their highest counter.
  package mutating func beginSession() {
    if count > 0 { slots.update(repeating: DuplicateIdentifier.empty, count: DuplicateIdentifier.capacity) }
    count = 0
    (closedEpoch, closedHighest) = (epoch, highest)
  }

  /// Whether `id` may go out; changes nothing.
  package func evaluate(_ id: ClientOrderID) -> RiskRefusal? {
    if id == DuplicateIdentifier.empty || (id.epoch == closedEpoch && id.low <= closedHighest && closedHighest > 0) {
      return RiskRefusal(.duplicateIdentifier, .identifierSeenBefore, value: Int64(bitPattern: id.low))
    }
    if slots[slot(of: id)] == id {
      return RiskRefusal(.duplicateIdentifier, .identifierSeenBefore, value: Int64(bitPattern: id.low))
    }
    if isFull && (id.epoch != epoch || id.low <= highest) {
      return RiskRefusal(
        .duplicateIdentifier, .identifierMemoryFull, limit: Int64(bitPattern: highest), value: Int64(bitPattern: id.low)
      )
    }
    return nil
  }

  /// Remembers an identifier that goes out.
  ///
  /// - Precondition: ``evaluate(_:)`` just let it pass.
  package mutating func accept(_ id: ClientOrderID) {
    if !isFull {
      slots[slot(of: id)] = id
      count += 1
    }
    if id.epoch != epoch { (epoch, highest) = (id.epoch, 0) }
    highest = max(highest, id.low)
  }

  private var isFull: Bool { count >= DuplicateIdentifier.capacity / 2 }

  /// The slot that holds `id`, or the empty one where it belongs.
  private func slot(of id: ClientOrderID) -> Int {
    let mask = DuplicateIdentifier.capacity - 1
    let mixed = (id.low ^ id.high) &* 0x9E37_79B9_7F4A_7C15
    var index = Int(truncatingIfNeeded: mixed >> 32) & mask
    while slots[index] != DuplicateIdentifier.empty && slots[index] != id { index = (index + 1) & mask }
    return index
  }
}
