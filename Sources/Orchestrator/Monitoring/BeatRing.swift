// Carries beats from the engine's thread to the monitor's: bounded, lock-free, and the engine never waits.

package import CHotPath

/// A ring of beats with one producing and one consuming thread.
package final class BeatRing: @unchecked Sendable {
  @usableFromInline let ring: UnsafeMutablePointer<hp_ring>
  private let slots: UnsafeMutableRawPointer

  /// Room for `capacity` beats.
  ///
  /// - Precondition: `capacity` is a power of two.
  package init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "capacity must be a power of two, not \(capacity)")
    precondition(_isPOD(SessionBeat.self), "beats are copied as bytes")
    let slotSize = BeatRing.slotSize
    slots = UnsafeMutableRawPointer.allocate(byteCount: capacity * slotSize, alignment: 64)
    // Two cache lines: the ring's own layout keeps the two sides apart from there on.
    ring = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<hp_ring>.size, alignment: 128)
      .bindMemory(to: hp_ring.self, capacity: 1)
    let outcome = hp_ring_init(ring, slots, UInt64(capacity), UInt64(slotSize))
    precondition(outcome == 0, "hp_ring_init refused capacity \(capacity) and slot size \(slotSize): \(outcome)")
  }

  deinit {
    UnsafeMutableRawPointer(ring).deallocate()
    slots.deallocate()
  }

  /// Bytes of a slot: a beat, rounded up to 8.
  private static var slotSize: Int { (MemoryLayout<SessionBeat>.size + 7) & ~7 }

  /// Publishes a beat; false when the ring is full and the beat is lost. Producing thread only.
  @inlinable package func offer(_ beat: SessionBeat) -> Bool {
    guard let slot = hp_ring_claim(ring) else { return false }
    slot.storeBytes(of: beat, as: SessionBeat.self)
    hp_ring_commit(ring)
    return true
  }

  /// Hands up to `limit` beats to `take`, oldest first, and returns how many. Consuming thread only.
  @inlinable package func drain(limit: Int, _ take: (SessionBeat) -> Void) -> Int {
    var count = 0
    while count < limit, let slot = hp_ring_next(ring) {
      take(slot.load(as: SessionBeat.self))
      count += 1
    }
    if count > 0 { hp_ring_release(ring) }
    return count
  }
}
