// Stage `ring.transfer`: one 64-byte item through the single-producer ring, both sides on this thread.

import CHotPath

extension BenchStage {
  static var ringTransfer: BenchStage {
    let items = 256
    return BenchStage(
      name: "ring.transfer", operation: "offer and take 64 bytes, same thread", batch: items, samples: 20_000
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
          for number in 0..<UInt64(items) {
            guard let slot = hp_ring_claim(ring) else { return 0 }
            slot.storeBytes(of: number, as: UInt64.self)
            hp_ring_commit(ring)
            guard let item = hp_ring_next(ring) else { return 0 }
            sum &+= item.load(as: UInt64.self)
            hp_ring_release(ring)
          }
          return sum
        })
    }
  }
}
