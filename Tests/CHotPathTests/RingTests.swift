// The ring between two threads: order, no loss, bounds; and its answers in one thread.
import CHotPath
import Glibc
import Testing

/// A ring with its memory, shared between exactly one producer and one consumer.
private final class RingBox: @unchecked Sendable {
  let ring: UnsafeMutablePointer<hp_ring>
  let slots: UnsafeMutableRawPointer

  init(capacity: Int, slotSize: Int) throws {
    ring = .allocate(capacity: 1)
    slots = .allocate(byteCount: capacity * slotSize, alignment: 64)
    try #require(hp_ring_init(ring, slots, UInt64(capacity), UInt64(slotSize)) == 0)
  }

  deinit {
    ring.deallocate()
    slots.deallocate()
  }
}

/// What the producer thread is handed.
private final class Producer: @unchecked Sendable {
  let box: RingBox
  let count: UInt64
  let batch: UInt64
  init(box: RingBox, count: UInt64, batch: UInt64) { (self.box, self.count, self.batch) = (box, count, batch) }

  func run() {
    let ring = box.ring
    var next: UInt64 = 0
    while next < count {
      var claimed: UInt64 = 0
      while claimed < batch, next < count, let slot = hp_ring_claim(ring) {
        // The second word depends on the first, so that a half-written slot is noticed.
        slot.storeBytes(of: next, as: UInt64.self)
        slot.storeBytes(of: next &* 0x9E37_79B9_7F4A_7C15, toByteOffset: 8, as: UInt64.self)
        next += 1
        claimed += 1
      }
      hp_ring_commit(ring)
      if claimed == 0 { sched_yield() }
    }
  }
}

@Test(arguments: [(1, 1), (8, 1), (1024, 1), (1024, 7)]) func twoThreadsExchangeEverythingInOrder(
  capacity: Int, batch: UInt64
) throws {
  let count: UInt64 = capacity == 1 ? 2_000 : 300_000
  let box = try RingBox(capacity: capacity, slotSize: 16)
  let producer = Producer(box: box, count: count, batch: batch)
  var thread: OpaquePointer?
  let started = hp_thread_start(
    "ring producer", Int32(HP_THREAD_ANY_CORE),
    { context in
      guard let context else { return }
      Unmanaged<Producer>.fromOpaque(context).takeUnretainedValue().run()
    }, Unmanaged.passUnretained(producer).toOpaque(), &thread)
  try #require(started == 0)
  var expected: UInt64 = 0
  var faults = 0
  while expected < count {
    var seen = 0
    while seen < 64, let item = hp_ring_next(box.ring) {
      let (first, second) = (item.load(as: UInt64.self), item.load(fromByteOffset: 8, as: UInt64.self))
      if first != expected || second != first &* 0x9E37_79B9_7F4A_7C15 { faults += 1 }
      expected += 1
      seen += 1
    }
    hp_ring_release(box.ring)
    if seen == 0 { sched_yield() }
  }
  if let thread { #expect(hp_thread_join(thread) == 0) }
  #expect(faults == 0)
  #expect(hp_ring_next(box.ring) == nil)
}

@Test func aRingAnswersFullEmptyAndWrongSize() throws {
  let box = try RingBox(capacity: 4, slotSize: 8)
  var item: UInt64 = 0
  #expect(Int(hp_ring_take(box.ring, &item, 8)) == HP_RING_EMPTY)
  for value in 1...4 as ClosedRange<UInt64> {
    item = value
    #expect(Int(hp_ring_offer(box.ring, &item, 8)) == HP_RING_OK)
  }
  #expect(Int(hp_ring_offer(box.ring, &item, 8)) == HP_RING_FULL)
  #expect(Int(hp_ring_offer(box.ring, &item, 16)) == HP_RING_WRONG_SIZE)
  #expect(hp_ring_size_guess(box.ring) == 4)
  for value in 1...4 as ClosedRange<UInt64> {
    #expect(Int(hp_ring_take(box.ring, &item, 8)) == HP_RING_OK)
    #expect(item == value)
  }
  #expect(Int(hp_ring_take(box.ring, &item, 8)) == HP_RING_EMPTY)
}

@Test func claimedSlotsAreInvisibleUntilCommitted() throws {
  let box = try RingBox(capacity: 4, slotSize: 8)
  for value in 1...3 as ClosedRange<UInt64> { hp_ring_claim(box.ring)?.storeBytes(of: value, as: UInt64.self) }
  #expect(hp_ring_next(box.ring) == nil)
  hp_ring_commit(box.ring)
  #expect(hp_ring_next(box.ring)?.load(as: UInt64.self) == 1)
  // Read but not released: the slot is not yet the producer's.
  #expect(hp_ring_claim(box.ring) != nil)
  #expect(hp_ring_claim(box.ring) == nil)
  hp_ring_release(box.ring)
  #expect(hp_ring_claim(box.ring) != nil)
}

@Test func aDrainIsBoundedAndReleasesWhatItHandled() throws {
  let box = try RingBox(capacity: 16, slotSize: 8)
  for value in 0..<10 as Range<UInt64> {
    var item = value
    #expect(Int(hp_ring_offer(box.ring, &item, 8)) == HP_RING_OK)
  }
  var sum: UInt64 = 0
  let add: @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer?) -> Void = { item, context in
    guard let context else { return }
    context.assumingMemoryBound(to: UInt64.self).pointee += item.load(as: UInt64.self)
  }
  #expect(hp_ring_drain(box.ring, 4, add, &sum) == 4)
  #expect(sum == 0 + 1 + 2 + 3)
  #expect(hp_ring_size_guess(box.ring) == 6)
  #expect(hp_ring_drain(box.ring, 100, add, &sum) == 6)
  #expect(sum == 45)
  #expect(hp_ring_drain(box.ring, 100, add, &sum) == 0)
}

@Test func unsoundRingsAreRefused() throws {
  let box = try RingBox(capacity: 4, slotSize: 8)
  for (capacity, size) in [(0, 8), (3, 8), (4, 0), (4, 12), (4, UInt64.max - 7)] as [(UInt64, UInt64)] {
    #expect(hp_ring_init(box.ring, box.slots, capacity, size) < 0, "\(capacity) slots of \(size)")
  }
  #expect(hp_ring_init(box.ring, box.slots + 1, 4, 8) < 0)
}
