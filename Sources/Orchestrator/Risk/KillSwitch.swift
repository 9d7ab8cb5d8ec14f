// The switch that stops trading from any thread, without the engine's help.

import Synchronization

/// Who pulled the kill switch.
@frozen package enum KillTrigger: UInt8, Sendable {
  case operatorCommand = 1
  case signal = 2
  case file = 3
  case dashboard = 4
  case supervisor = 5
}

/// A latch that any thread may set and the engine reads before every order.
///
/// Setting it is one atomic store without locks or allocation, so a signal handler may do it. Only a human clears it.
package final class KillSwitch: Sendable {
  private let trigger = Atomic<UInt8>(0)

  package init() {}

  /// Stops trading; the first trigger is kept.
  package func pull(_ by: KillTrigger) {
    // Releasing pairs with the acquiring load in `pulled`: what the caller wrote before (a reason) is visible after.
    _ = trigger.compareExchange(expected: 0, desired: by.rawValue, ordering: .acquiringAndReleasing)
  }

  /// Who pulled it, or nil while it is untouched.
  package var pulled: KillTrigger? {
    let value = trigger.load(ordering: .acquiring)
    return value == 0 ? nil : KillTrigger(rawValue: value)
  }

  /// Whether it was pulled: the engine's question, one load.
  @inline(__always)
  package var isPulled: Bool { trigger.load(ordering: .acquiring) != 0 }

  /// Clears it, on a human's order; the trading state stays what it is until an operator resumes.
  package func reset() { trigger.store(0, ordering: .releasing) }
}
