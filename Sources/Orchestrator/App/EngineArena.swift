// The engine's own part of the allocator: large pages, no other thread in it, and nothing ever given back.
import CHotPath
import CJemalloc

/// An arena of jemalloc for everything that the engine builds before the session and, against expectation, takes during
/// it. Memory that is never given back is never faulted in again, and giving back costs system calls.
struct EngineArena {
  /// Number of the arena; nil where jemalloc refused.
  private let number: UInt32?

  /// Makes the arena. `pages` says of what.
  init(pages: HugePages) {
    var number: UInt32 = 0
    var size = MemoryLayout<UInt32>.size
    var hooks = pages == .off ? nil : Self.hooks(reserved: pages == .reserved)
    let outcome =
      hooks == nil
      ? mallctl("arenas.create", &number, &size, nil, 0)
      : mallctl("arenas.create", &number, &size, &hooks, MemoryLayout<UnsafeMutablePointer<extent_hooks_t>?>.size)
    self.number = outcome == 0 ? number : nil
  }

  /// Whether there is one.
  var exists: Bool { number != nil }

  /// Keeps every arena from giving memory back, and the allocator from starting threads of its own.
  static func keepMemory() -> Bool {
    var off = false
    var isKept = mallctl("background_thread", nil, nil, &off, MemoryLayout<Bool>.size) == 0
    var never = -1
    var count: UInt32 = 0
    var size = MemoryLayout<UInt32>.size
    let width = MemoryLayout<Int>.size
    guard mallctl("arenas.narenas", &count, &size, nil, 0) == 0 else { return false }
    for name in ["arenas.dirty_decay_ms", "arenas.muzzy_decay_ms"] {
      isKept = mallctl(name, nil, nil, &never, width) == 0 && isKept
    }
    for arena in 0..<count {
      // Arenas that no thread has used yet do not exist and take the defaults set above.
      for kind in ["dirty", "muzzy"] { _ = mallctl("arena.\(arena).\(kind)_decay_ms", nil, nil, &never, width) }
    }
    return isKept
  }

  /// Does `work` with the calling thread in this arena.
  func building<Value>(_ work: () throws -> Value) rethrows -> Value {
    guard let before = enter() else { return try work() }
    defer { Self.set(before) }
    return try work()
  }

  /// Makes it the calling thread's arena; returns the one before, or nil when nothing changed.
  @discardableResult func enter() -> UInt32? { number.flatMap(Self.set) }

  @discardableResult private static func set(_ arena: UInt32) -> UInt32? {
    // What the thread keeps in its cache belongs to the arena before.
    _ = mallctl("thread.tcache.flush", nil, nil, nil, 0)
    var (before, wanted): (UInt32, UInt32) = (0, arena)
    var size = MemoryLayout<UInt32>.size
    guard mallctl("thread.arena", &before, &size, &wanted, size) == 0 else { return nil }
    return before
  }

  /// The allocator's own function table with our way of taking memory from the system; nil where it has none. It stays
  /// for good, since an arena lives as long as the process. Its functions must not take memory themselves.
  private static func hooks(reserved: Bool) -> UnsafeMutablePointer<extent_hooks_t>? {
    var standard: UnsafeMutablePointer<extent_hooks_t>?
    var size = MemoryLayout<UnsafeMutablePointer<extent_hooks_t>?>.size
    guard mallctl("arena.0.extent_hooks", &standard, &size, nil, 0) == 0, let standard else { return nil }
    let table = UnsafeMutablePointer<extent_hooks_t>.allocate(capacity: 1)
    table.initialize(to: standard.pointee)
    if reserved {
      table.pointee.alloc = { _, address, size, alignment, zeroed, committed, _ in
        guard let zeroed, let committed else { return nil }
        return hp_memory_extent_reserved(address, size, alignment, zeroed, committed)
      }
    } else {
      table.pointee.alloc = { _, address, size, alignment, zeroed, committed, _ in
        guard let zeroed, let committed else { return nil }
        return hp_memory_extent(address, size, alignment, zeroed, committed)
      }
    }
    return table
  }
}

/// Bytes that the calling thread has taken from the allocator since it began.
struct ThreadAllocations {
  private let total: UnsafePointer<UInt64>?

  /// Of the thread that calls this.
  init() {
    var pointer: UnsafeMutablePointer<UInt64>?
    var size = MemoryLayout<UnsafeMutablePointer<UInt64>?>.size
    total = mallctl("thread.allocatedp", &pointer, &size, nil, 0) == 0 ? pointer.map { UnsafePointer($0) } : nil
  }

  /// A load from the allocator's own counter; 0 where it keeps none.
  var bytes: UInt64 { total?.pointee ?? 0 }
}
