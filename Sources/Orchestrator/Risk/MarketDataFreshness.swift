// How old and how late market data are, in a few counters.

package import TradingDomain

/// Age of the newest market update and the share of late ones over the last second.
@frozen package struct MarketDataFreshness: Hashable, Sendable {
  /// When the newest update reached us; nil before the first.
  package private(set) var newest: Timestamp?
  private var windowStart = Timestamp(nanoseconds: 0)
  private var (updates, late): (Int64, Int64) = (0, 0)
  private var (previousUpdates, previousLate): (Int64, Int64) = (0, 0)

  package init() {}

  private static var window: Nanoseconds { .seconds(1) }

  /// Counts an update that reached us at `now` and happened at the exchange `lag` before; later than `lagLimit` is
  /// late.
  package mutating func observe(at now: Timestamp, lag: Nanoseconds, lagLimit: Nanoseconds) {
    roll(to: now)
    newest = now
    updates += 1
    if lagLimit < lag { late += 1 }
  }

  /// Age of the newest update at `now`; nil before the first.
  @inlinable package func age(at now: Timestamp) -> Nanoseconds? { newest.map { now - $0 } }

  /// Whether the median lag over the current and the last full second exceeds the limit: more than half were late.
  package func isMedianLate(at now: Timestamp) -> Bool {
    let elapsed = now - windowStart
    if elapsed.count >= 2 * MarketDataFreshness.window.count { return false }
    if elapsed.count >= MarketDataFreshness.window.count { return 2 * late > updates }
    return 2 * (late + previousLate) > updates + previousUpdates
  }

  private mutating func roll(to now: Timestamp) {
    let elapsed = now - windowStart
    guard elapsed.count >= MarketDataFreshness.window.count else { return }
    let isAdjacent = elapsed.count < 2 * MarketDataFreshness.window.count
    (previousUpdates, previousLate) = isAdjacent ? (updates, late) : (0, 0)
    (updates, late) = (0, 0)
    windowStart = isAdjacent ? windowStart + MarketDataFreshness.window : now
  }
}
