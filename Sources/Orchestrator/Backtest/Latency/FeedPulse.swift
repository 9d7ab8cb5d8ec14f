// How busy the market was in each second of a session, and how late its messages came.

package import TradingDomain

/// Counts market messages by the second they arrived in, and keeps the delay of the newest of each.
///
/// Room for a day is made in advance: a session takes no memory. Seconds beyond ``room`` are not kept.
package final class FeedPulse {
  /// Seconds that are kept: more than the longest session has.
  package static let room = 50_000

  /// One second in which something arrived.
  package struct Second: Hashable, Sendable {
    /// Seconds since the epoch, by our clock.
    package var second: Int64
    package var messages: Int
    /// From the exchange's time of the newest message to ours; negative where the clocks disagree.
    package var delay: Nanoseconds
  }

  /// In order of time; seconds without a message are not there.
  package private(set) var seconds: [Second] = []

  package init() { seconds.reserveCapacity(Self.room) }

  /// Takes one event of the session; what is not market data is passed over.
  package func observe(_ event: borrowing VenueEvent) {
    guard case .market(let market) = event.update else { return }
    let second = event.localTime.nanoseconds / 1_000_000_000
    let delay = event.localTime - market.exchangeTime
    let last = seconds.count - 1
    if last >= 0, seconds[last].second == second {
      seconds[last].messages += 1
      seconds[last].delay = delay
    } else if seconds.count < Self.room {
      seconds.append(Second(second: second, messages: 1, delay: delay))
    }
  }
}
