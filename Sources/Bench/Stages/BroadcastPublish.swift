// Stage `broadcast.publish`: a 56-byte item, one cache line with its stamp, to one reader on this thread.

import CHotPath

extension BenchStage {
  static var broadcastPublish: BenchStage {
    let (items, capacity, size): (Int, UInt64, UInt64) = (256, 1024, 56)
    return BenchStage(
      name: "broadcast.publish", operation: "publish and read 56 bytes, same thread", batch: items, samples: 20_000
    ) { stopwatch in
      let bytes = hp_broadcast_bytes(capacity, size)
      let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 128)
      let writer = UnsafeMutablePointer<hp_broadcast_writer>.allocate(capacity: 1)
      let reader = UnsafeMutablePointer<hp_broadcast_reader>.allocate(capacity: 1)
      let item = UnsafeMutableRawPointer.allocate(byteCount: Int(size), alignment: 64)
      item.initializeMemory(as: UInt8.self, repeating: 0, count: Int(size))
      guard hp_broadcast_create(writer, memory, bytes, capacity, size) == 0,
        hp_broadcast_attach(reader, memory, bytes, size, Int32(HP_BROADCAST_FROM_NEXT)) == 0
      else { throw BenchFailure.inconsistent("the broadcast ring refused its memory") }
      return .timed(
        stopwatch,
        finish: {
          item.deallocate()
          reader.deallocate()
          writer.deallocate()
          memory.deallocate()
        },
        batch: {
          var (sum, lost): (UInt64, UInt64) = (0, 0)
          for number in 0..<UInt64(items) {
            item.storeBytes(of: number, as: UInt64.self)
            hp_broadcast_publish(writer, item)
            guard Int(hp_broadcast_read(reader, item, &lost)) == HP_BROADCAST_ITEM else { return 0 }
            sum &+= item.load(as: UInt64.self)
          }
          return sum
        })
    }
  }
}
