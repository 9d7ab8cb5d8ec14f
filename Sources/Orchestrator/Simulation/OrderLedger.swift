// All orders of a session, found by place and by the identity under which their clients submitted them.

import TradingDomain

/// Orders in blocks that never move, and an open-addressed table from (client, order id) to their places.
///
/// Orders are kept to the end of the session, for duplicates and late questions. The table is written for this purpose
/// because a dictionary's keyed hash costs more than all else that a submission does; ids are our own clients', so
/// nobody gains by colliding.
struct OrderLedger: ~Copyable {
  private static let blockBits = 10
  private var blocks: UnsafeMutablePointer<UnsafeMutablePointer<ExchangeOrder>>
  private var blockCapacity = 64
  private var blockCount = 0
  private(set) var count = 0
  /// In the low half place + 1 of an order, in the high half a part of its identity's hash, so that others need not be
  /// looked at; 0 for a free slot. At most half full.
  private var slots: UnsafeMutableBufferPointer<UInt64>

  init() {
    blocks = .allocate(capacity: blockCapacity)
    slots = .allocate(capacity: 4096)
    slots.initialize(repeating: 0)
  }

  deinit {
    for block in 0..<blockCount { blocks[block].deallocate() }
    blocks.deallocate()
    slots.deallocate()
  }

  /// The order at a place.
  /// - Precondition: the place was given out by ``append(_:)``.
  subscript(place: Int) -> ExchangeOrder {
    @inline(__always) unsafeAddress {
      UnsafePointer(blocks[place >> Self.blockBits] + (place & (1 << Self.blockBits - 1)))
    }
    @inline(__always) unsafeMutableAddress { blocks[place >> Self.blockBits] + (place & (1 << Self.blockBits - 1)) }
  }

  /// The place of the order that `client` submitted as `id`; nil when it never did.
  func place(client: Int, id: ClientOrderID) -> Int? {
    let hash = Self.hash(client, id)
    let known = slots[slot(hash, client, id)]
    return known == 0 ? nil : Int(known & 0xFFFF_FFFF) - 1
  }

  /// Adds an order and returns its place.
  /// - Precondition: its client has not submitted its id before.
  mutating func append(_ order: ExchangeOrder) -> Int {
    if count == blockCount << Self.blockBits { addBlock() }
    if 2 * (count + 1) > slots.count { growTable() }
    let place = count
    (blocks[place >> Self.blockBits] + (place & (1 << Self.blockBits - 1))).initialize(to: order)
    let hash = Self.hash(order.client, order.id)
    slots[slot(hash, order.client, order.id)] = (hash >> 32) << 32 | UInt64(place + 1)
    count += 1
    return place
  }

  /// Ids that follow each other are neighbours within a line of 8 slots, as they are used; lines are scattered. The
  /// check bits of an id follow from the others and would scatter the neighbours.
  private static func hash(_ client: Int, _ id: ClientOrderID) -> UInt64 {
    var mixed = ((id.low >> 3) &+ UInt64(client) &* 0x9E37_79B9_7F4A_7C15) ^ (id.high >> 16)
    // Finaliser of splitmix64.
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return (mixed ^ (mixed >> 31)) & ~7 | id.low & 7
  }

  /// Where the order is in the table, or would be.
  private func slot(_ hash: UInt64, _ client: Int, _ id: ClientOrderID) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let known = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if self[known].id == id && self[known].client == client { break }
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func addBlock() {
    if blockCount == blockCapacity {
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<ExchangeOrder>>.allocate(capacity: 2 * blockCapacity)
      larger.update(from: blocks, count: blockCount)
      blocks.deallocate()
      (blocks, blockCapacity) = (larger, 2 * blockCapacity)
    }
    blocks[blockCount] = .allocate(capacity: 1 << Self.blockBits)
    blockCount += 1
  }

  private mutating func growTable() {
    let larger = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: 2 * slots.count)
    larger.initialize(repeating: 0)
    slots.deallocate()
    slots = larger
    for place in 0..<count {
      let order = (client: self[place].client, id: self[place].id)
      let hash = Self.hash(order.client, order.id)
      slots[slot(hash, order.client, order.id)] = (hash >> 32) << 32 | UInt64(place + 1)
    }
  }
}

/// Places of orders in the order in which they are served. Room for a day is made in advance; it doubles when needed.
struct OrderList: ~Copyable {
  private var places: UnsafeMutablePointer<Int>
  private var capacity = 64
  private(set) var count = 0

  init() { places = .allocate(capacity: capacity) }

  deinit { places.deallocate() }

  var isEmpty: Bool { count == 0 }

  subscript(index: Int) -> Int { places[index] }

  mutating func insert(_ place: Int, at index: Int) {
    if count == capacity {
      let larger = UnsafeMutablePointer<Int>.allocate(capacity: 2 * capacity)
      larger.update(from: places, count: count)
      places.deallocate()
      (places, capacity) = (larger, 2 * capacity)
    }
    (places + index + 1).update(from: places + index, count: count - index)
    places[index] = place
    count += 1
  }

  /// Takes a place out; nothing happens when it is not in the list.
  mutating func remove(_ place: Int) {
    for index in 0..<count where places[index] == place {
      (places + index).update(from: places + index + 1, count: count - index - 1)
      count -= 1
      return
    }
  }

  /// The list at this moment; a copy, for loops in which matching changes it.
  var snapshot: ContiguousArray<Int> { ContiguousArray(UnsafeBufferPointer(start: places, count: count)) }
}
