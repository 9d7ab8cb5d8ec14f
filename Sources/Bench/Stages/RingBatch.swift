// Stage `ring.batch`: 64-byte items through the single-producer ring sixteen at a time, both sides on this thread.

import CHotPath

extension BenchStage {
  static var ringBatch: BenchStage {
    let (items, run): (Int, UInt64) = (256, 16)
    return BenchStage(
      name: "ring.batch", operation: "pass 64 bytes in batches of 16, same thread", batch: items, samples: 20_000
    ) { stopwatch in
      let capacity = 1024
      let slots = UnsafeMutableRawPointer.allocate(byteCount: capacity * 64, alignment: 64)
      let ring = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<hp_ring>.size, alignment: 128)
        .bindMemory(to: hp_ring.self, capacity: 1)
      guard hp_ring_init(ring, slots, UInt64(capacity), 64) == 0 else {
        throw BenchFailure.inconsistent("the ring refused its memory")
      }
      return .timed(
        stopwatch,
        finish: {
          UnsafeMutableRawPointer(ring).deallocate()
          slots.deallocate()
        },
        batch: {
          var sum: UInt64 = 0
          for number in 0..<UInt64(items) / run {
            var granted: UInt64 = 0
            guard let free = hp_ring_claim_many(ring, run, &granted) else { return 0 }
            for index in 0..<Int(granted) {
              free.storeBytes(of: number &+ UInt64(index), toByteOffset: index * 64, as: UInt64.self)
            }
            hp_ring_commit(ring)
            guard let filled = hp_ring_next_many(ring, run, &granted) else { return 0 }
            for index in 0..<Int(granted) { sum &+= filled.load(fromByteOffset: index * 64, as: UInt64.self) }
            hp_ring_release(ring)
          }
          return sum
        })
    }
  }
}
