// Stage `book.update`: one aggregated level of the order book set, near the touch, and the best price read.

import CHotPath

extension BenchStage {
  static var bookUpdate: BenchStage {
    let updates = 64
    return BenchStage(
      name: "book.update", operation: "set one price level and read the best", batch: updates, samples: 20_000
    ) { stopwatch in
      let length = hp_book_size(256, 0)
      let memory = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 64)
      guard hp_book_init(memory, length, 256, 0) == 0 else {
        throw BenchFailure.inconsistent("the order book refused its memory")
      }
      let book = memory.assumingMemoryBound(to: hp_book.self)
      var state: UInt64 = 0
      return .timed(
        stopwatch, finish: { memory.deallocate() },
        rewind: {
          state = 0x9E37_79B9_7F4A_7C15
          hp_book_clear(book)
        },
        batch: {
          var sum: UInt64 = 0
          for _ in 0..<updates {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            // Small distances are the likely ones, as at a real touch; a sixth of the updates removes the level.
            let distance = Int64(min(state & 31, (state >> 5) & 31))
            let side: UInt8 = state & (1 << 20) == 0 ? 1 : 2
            let price = side == 1 ? 10_000 - distance : 10_001 + distance
            let quantity = Int64((state >> 24) % 6) * 5
            _ = hp_book_set_level(book, side, price, quantity, 1)
            if let best = hp_book_best(book, side) { sum &+= UInt64(best.pointee.price) }
          }
          return sum
        })
    }
  }
}
