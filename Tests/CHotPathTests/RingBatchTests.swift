// The ring's batches: against an obvious twin in one thread, between two threads, and at the end of the slots' memory.
import CHotPath
import Glibc
import Testing

/// A ring with its memory.
private final class BatchRing: @unchecked Sendable {
  let ring: UnsafeMutablePointer<hp_ring>
  let slots: UnsafeMutableRawPointer
  let slotSize: Int
  let capacity: Int

  init(capacity: Int, slotSize: Int) throws {
    (self.capacity, self.slotSize) = (capacity, slotSize)
    ring = .allocate(capacity: 1)
    slots = .allocate(byteCount: capacity * slotSize, alignment: 64)
    try #require(hp_ring_init(ring, slots, UInt64(capacity), UInt64(slotSize)) == 0)
  }

  deinit {
    ring.deallocate()
    slots.deallocate()
  }

  /// The place of a position by the definition, not by the ring's own arithmetic.
  func place(_ position: Int) -> UnsafeMutableRawPointer { slots + position % capacity * slotSize }

  func claim(_ wanted: Int) -> (run: UnsafeMutableRawPointer?, granted: Int) {
    var granted: UInt64 = 99
    let run = hp_ring_claim_many(ring, UInt64(wanted), &granted)
    return (run, Int(granted))
  }

  func next(_ wanted: Int) -> (run: UnsafeRawPointer?, granted: Int) {
    var granted: UInt64 = 99
    let run = hp_ring_next_many(ring, UInt64(wanted), &granted)
    return (run, Int(granted))
  }
}

@Test(arguments: [1, 2, 8, 64]) func batchesAndSinglesInAnyOrderBehaveAsAQueueDoes(capacity: Int) throws {
  let box = try BatchRing(capacity: capacity, slotSize: 24)
  var random = SplitMix(seed: UInt64(capacity))
  // The twin: four counts and nothing else. Item n holds n at both ends of its slot.
  var (claimed, published, read, released) = (0, 0, 0, 0)
  for step in 0..<40_000 {
    let wanted = Int(random.next() % UInt64(capacity + 3))
    switch random.next() % 6 {
    case 0, 1:
      let single = random.next() % 3 == 0
      let (run, granted) = single ? hp_ring_claim(box.ring).map { ($0, 1) } ?? (nil, 0) : box.claim(wanted)
      let room = capacity - (claimed - released)
      let most = min(single ? 1 : wanted, room, capacity - claimed % capacity)
      try #require(granted <= most && (granted > 0) == (most > 0), "step \(step): granted \(granted) of \(most)")
      try #require((run == nil) == (granted == 0) && (run == nil || run == box.place(claimed)), "step \(step)")
      for _ in 0..<granted {
        box.place(claimed).storeBytes(of: UInt64(claimed), as: UInt64.self)
        box.place(claimed).storeBytes(of: UInt64(claimed), toByteOffset: 16, as: UInt64.self)
        claimed += 1
      }
    case 2:
      hp_ring_commit(box.ring)
      published = claimed
    case 3, 4:
      let single = random.next() % 3 == 0
      let (run, granted) = single ? hp_ring_next(box.ring).map { ($0, 1) } ?? (nil, 0) : box.next(wanted)
      let most = min(single ? 1 : wanted, published - read, capacity - read % capacity)
      try #require(granted <= most && (granted > 0) == (most > 0), "step \(step): granted \(granted) of \(most)")
      guard let run else { break }
      for offset in stride(from: 0, to: granted * 24, by: 24) {
        try #require(run.load(fromByteOffset: offset, as: UInt64.self) == UInt64(read), "step \(step)")
        try #require(run.load(fromByteOffset: offset + 16, as: UInt64.self) == UInt64(read), "step \(step)")
        read += 1
      }
    default:
      hp_ring_release(box.ring)
      released = read
    }
    #expect(hp_ring_size_guess(box.ring) == UInt64(published - released))
  }
  #expect(released > 10 * capacity, "the ring went round")
}

@Test func aBatchEndsWhereTheSlotsEnd() throws {
  let box = try BatchRing(capacity: 8, slotSize: 8)
  #expect(box.claim(6).granted == 6)
  hp_ring_commit(box.ring)
  #expect(box.next(6).granted == 6)
  hp_ring_release(box.ring)
  let first = box.claim(5)
  #expect(first.granted == 2)
  #expect(first.run == box.slots + 48)
  let second = box.claim(8)
  #expect(second.granted == 6, "the rest of the ring, from its first slot")
  #expect(second.run == box.slots)
  #expect(box.claim(1).run == nil)
  hp_ring_commit(box.ring)
  #expect(box.next(8).granted == 2)
  #expect(box.next(8).granted == 6)
  #expect(box.next(8).run == nil)
}

@Test func nothingWantedIsNothingGranted() throws {
  let box = try BatchRing(capacity: 4, slotSize: 8)
  #expect(box.claim(0) == (nil, 0))
  #expect(box.next(0) == (nil, 0))
  #expect(box.claim(4).granted == 4)
}

@Test func aDrainHandsOutItemsInOrderAcrossTheEndOfTheSlots() throws {
  let box = try BatchRing(capacity: 4, slotSize: 8)
  var seen: [UInt64] = []
  let append: @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer?) -> Void = { item, context in
    context?.assumingMemoryBound(to: [UInt64].self).pointee.append(item.load(as: UInt64.self))
  }
  for round in 0..<10 as Range<UInt64> {
    for number in 0..<3 {
      var item = round * 3 + UInt64(number)
      #expect(Int(hp_ring_offer(box.ring, &item, 8)) == HP_RING_OK)
    }
    #expect(withUnsafeMutablePointer(to: &seen) { hp_ring_drain(box.ring, 2, append, $0) } == 2)
    #expect(withUnsafeMutablePointer(to: &seen) { hp_ring_drain(box.ring, 9, append, $0) } == 1)
  }
  #expect(seen == Array(0..<30))
}

/// The producing side of the two-thread test.
private final class BatchProducer: @unchecked Sendable {
  let box: BatchRing
  let count: UInt64
  init(box: BatchRing, count: UInt64) { (self.box, self.count) = (box, count) }

  func run() {
    var random = SplitMix(seed: 7)
    var next: UInt64 = 0
    while next < count {
      let wanted = min(1 + random.next() % 24, count - next)
      let (run, granted) = box.claim(Int(wanted))
      guard let run else {
        sched_yield()
        continue
      }
      for index in 0..<granted {
        // The last word depends on the first, so that a half-written slot is noticed.
        run.storeBytes(of: next, toByteOffset: index * 64, as: UInt64.self)
        run.storeBytes(of: next &* 0x9E37_79B9_7F4A_7C15, toByteOffset: index * 64 + 56, as: UInt64.self)
        next += 1
      }
      hp_ring_commit(box.ring)
    }
  }
}

@Test(arguments: [2, 16, 256]) func batchesBetweenTwoThreadsLoseDoubleAndReorderNothing(capacity: Int) throws {
  let count: UInt64 = capacity == 2 ? 20_000 : 400_000
  let box = try BatchRing(capacity: capacity, slotSize: 64)
  let producer = BatchProducer(box: box, count: count)
  var thread: OpaquePointer?
  let started = hp_thread_start(
    "batch producer", Int32(HP_THREAD_ANY_CORE),
    { context in
      guard let context else { return }
      Unmanaged<BatchProducer>.fromOpaque(context).takeUnretainedValue().run()
    }, Unmanaged.passUnretained(producer).toOpaque(), &thread)
  try #require(started == 0)
  var random = SplitMix(seed: 8)
  var (expected, faults): (UInt64, Int) = (0, 0)
  while expected < count {
    let (run, granted) = box.next(Int(1 + random.next() % 24))
    guard let run else {
      sched_yield()
      continue
    }
    for offset in stride(from: 0, to: granted * 64, by: 64) {
      let first = run.load(fromByteOffset: offset, as: UInt64.self)
      let last = run.load(fromByteOffset: offset + 56, as: UInt64.self)
      if first != expected || last != first &* 0x9E37_79B9_7F4A_7C15 { faults += 1 }
      expected += 1
    }
    if random.next() % 3 != 0 { hp_ring_release(box.ring) }
    if granted == 0 || box.capacity <= 16 { hp_ring_release(box.ring) }
  }
  if let thread { #expect(hp_thread_join(thread) == 0) }
  #expect(faults == 0)
  #expect(box.next(1).run == nil)
}
