// What the allocator says about the calling thread.
import CJemalloc

/// Bytes ever allocated by the calling thread, from the allocator's own counters.
struct ThreadAllocationCounter {
  private let allocated: UnsafePointer<UInt64>

  /// Nil where jemalloc is not what this process allocates with, or keeps no counters.
  init?() {
    var pointer: UnsafeMutablePointer<UInt64>?
    var size = MemoryLayout<UnsafeMutablePointer<UInt64>?>.size
    guard mallctl("thread.allocatedp", &pointer, &size, nil, 0) == 0, let pointer else { return nil }
    allocated = UnsafePointer(pointer)
  }

  /// Bytes so far; the difference of two readings is what was allocated in between.
  var bytes: UInt64 { allocated.pointee }
}
