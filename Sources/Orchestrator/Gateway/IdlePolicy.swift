// What a thread of a session does while nothing waits for it: spin, or spin a while and then sleep.
import CHotPath
package import TradingDomain

/// The trade between a core and a wake-up: a spinning thread reacts at once and uses its core whole; a parked thread
/// leaves the core free and pays for being woken.
package struct IdlePolicy: Hashable, Sendable {
  /// How long the thread spins in vain before it sleeps; nil: it never sleeps.
  package var parkAfter: Nanoseconds?

  /// Never sleeps.
  package static var spin: IdlePolicy { IdlePolicy(parkAfter: nil) }

  /// Sleeps after `span` without work.
  package static func park(after span: Nanoseconds) -> IdlePolicy { IdlePolicy(parkAfter: span) }
}

/// One thread's place in its policy.
package struct IdleWatch {
  private let parkAfter: Int64?
  /// When the vain spinning began, monotonic nanoseconds; nil while there is work.
  private var since: Int64?

  package init(_ policy: IdlePolicy) { parkAfter = policy.parkAfter?.count }

  /// There was work: the next vain turn begins a new wait.
  package mutating func worked() { since = nil }

  /// Notes one turn in vain and relaxes the processor for a moment; true when it is time to sleep.
  package mutating func turnInVain() -> Bool {
    guard let parkAfter else {
      hp_cpu_relax()
      return false
    }
    if parkAfter <= 0 { return true }
    let now = hp_clock_monotonic_ns()
    guard let since else {
      self.since = now
      hp_cpu_relax()
      return false
    }
    if now - since >= parkAfter { return true }
    hp_cpu_relax()
    return false
  }
}

/// A gateway session as the engine's loop sees it: events out, commands in, and a place to sleep.
package protocol VenueSession: VenueEventSource, OrderGateway {
  /// Why the session is over, when it did not end in order.
  var failure: GatewayError? { get }
  /// Sleeps until something may have arrived, at most `span`.
  func rest(atMost span: Nanoseconds)
}

extension GatewayClient: VenueSession {}
