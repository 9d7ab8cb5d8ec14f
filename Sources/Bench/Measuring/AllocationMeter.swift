// Bytes that the calling thread has allocated, as jemalloc counts them: a count, so it does not depend on the machine.

import CJemalloc

/// Reads the allocator's per-thread total.
package struct AllocationMeter {
  private let total: UnsafePointer<UInt64>

  /// For the calling thread; nil when the allocator keeps no such count.
  package init?() {
    var pointer: UnsafePointer<UInt64>?
    var size = MemoryLayout<UnsafePointer<UInt64>?>.size
    guard mallctl("thread.allocatedp", &pointer, &size, nil, 0) == 0, let pointer else { return nil }
    total = pointer
  }

  /// Bytes allocated by this thread since it started.
  package var bytes: UInt64 { total.pointee }
}
