// From the thread that prepares models to the engine's, without a lock and without memory on the engine's side.
import Synchronization

/// One roster on its way in, one on its way out; any thread may hand in, the engine's alone takes.
///
/// Its atomics hold owned references, which the compiler cannot see to be safe: each is taken out before it is freed.
package final class RosterMailbox: @unchecked Sendable {
  private let incoming = Atomic<UnsafeRawPointer?>(nil)
  private let outgoing = Atomic<UnsafeRawPointer?>(nil)
  /// Number of the roster in force, as the engine saw it last.
  private let inForce = Atomic<UInt32>(0)
  private let refused = Atomic<UInt32>(0)

  package init() {}

  deinit {
    for pointer in [incoming.load(ordering: .acquiring), outgoing.load(ordering: .acquiring)] {
      if let pointer { Unmanaged<Roster>.fromOpaque(pointer).release() }
    }
  }

  /// Hands a roster in; one that still waited is dropped for it.
  package func post(_ roster: Roster) {
    let pointer = UnsafeRawPointer(Unmanaged.passRetained(roster).toOpaque())
    if let old = incoming.exchange(pointer, ordering: .acquiringAndReleasing) {
      Unmanaged<Roster>.fromOpaque(old).release()
    }
    collect()
  }

  /// Frees what the engine has put away.
  package func collect() {
    if let old = outgoing.exchange(nil, ordering: .acquiringAndReleasing) {
      Unmanaged<Roster>.fromOpaque(old).release()
    }
  }

  /// Number of the roster in force.
  package var number: UInt32 { inForce.load(ordering: .acquiring) }
  /// Number of the newest roster that came too late to be taken in; 0 for none.
  package var refusedNumber: UInt32 { refused.load(ordering: .acquiring) }

  // MARK: The engine's side

  /// Whether something waits: one load.
  @inline(__always) var hasMail: Bool { incoming.load(ordering: .relaxed) != nil }

  func take() -> Roster? {
    incoming.exchange(nil, ordering: .acquiringAndReleasing).map {
      Unmanaged<Roster>.fromOpaque($0).takeRetainedValue()
    }
  }

  /// Puts `old` where the other side frees it; `new` is in force.
  func putAway(_ old: Roster, for new: UInt32) {
    inForce.store(new, ordering: .releasing)
    discard(old)
  }

  /// `roster` cannot be taken in.
  func refuse(_ roster: Roster) {
    refused.store(roster.number, ordering: .releasing)
    discard(roster)
  }

  private func discard(_ roster: Roster) {
    let pointer = UnsafeRawPointer(Unmanaged.passRetained(roster).toOpaque())
    // If the other side has not yet collected the one before, that one is freed here: late, but not lost.
    if let older = outgoing.exchange(pointer, ordering: .acquiringAndReleasing) {
      Unmanaged<Roster>.fromOpaque(older).release()
    }
  }
}
