// P16: how many orders per second, minute and day.

package import TradingDomain

/// Counts orders that passed the gate and refuses those that come too fast.
///
/// Windows slide: the order that is `n` back must be at least a window old. Flatten orders are counted but never
/// refused; other exits are held to the second and minute limits, not to the day's limit nor to the pause.
package struct OrderRate: ~Copyable {
  static let description = ControlDescription(
    .orderRate, "New-order rate",
    rule: "at most `ordersPerSecond`, `ordersPerMinute` and `ordersPerDay` (sliding windows; changes count)",
    onBreach:
      "refuse; `rateBreachesBeforePause` breaches in 60 s pause entries for `ratePauseSeconds`; the day's limit: "
      + "REDUCE_ONLY"
  )

  private let perSecond: Int64
  private let perMinute: Int64
  private let perDay: Int64
  private let breachesBeforePause: Int64
  private let pause: Nanoseconds
  /// Times of the newest accepted orders, `perMinute` of them.
  private let accepted: UnsafeMutablePointer<Timestamp>
  private var acceptedCount: Int64 = 0
  /// Times of the newest breaches, `breachesBeforePause` of them.
  private let breaches: UnsafeMutablePointer<Timestamp>
  private var breachCount: Int64 = 0
  /// Entries are refused before this time.
  package private(set) var pausedUntil: Timestamp?
  /// Orders accepted in this session.
  package private(set) var ordersToday: Int64 = 0

  package init(limits: RiskLimits) {
    perSecond = limits.ordersPerSecond
    perMinute = limits.ordersPerMinute
    perDay = limits.ordersPerDay
    breachesBeforePause = limits.rateBreachesBeforePause
    pause = .seconds(limits.ratePauseSeconds)
    accepted = .allocate(capacity: Int(perMinute))
    accepted.initialize(repeating: Timestamp(nanoseconds: 0), count: Int(perMinute))
    breaches = .allocate(capacity: Int(breachesBeforePause))
    breaches.initialize(repeating: Timestamp(nanoseconds: 0), count: Int(breachesBeforePause))
  }

  deinit {
    accepted.deallocate()
    breaches.deallocate()
  }

  /// Starts a session's count, for example at the count before a restart.
  package mutating func beginSession(ordersToday: Int64) {
    self.ordersToday = ordersToday
    pausedUntil = nil
    acceptedCount = 0
    breachCount = 0
  }

  /// Whether an order of that purpose may go now; changes nothing.
  package func evaluate(_ purpose: OrderPurpose, now: Timestamp) -> RiskRefusal? {
    if purpose == .flatten { return nil }
    if purpose == .entry {
      if let until = pausedUntil, now < until {
        return RiskRefusal(
          .orderRate, .pausedAfterRateBreaches, limit: until.nanoseconds, value: now.nanoseconds)
      }
      if ordersToday >= perDay {
        return RiskRefusal(.orderRate, .tooManyOrdersPerDay, limit: perDay, value: ordersToday + 1)
      }
    }
    if isCrowded(perSecond, within: .seconds(1), now: now) {
      return RiskRefusal(.orderRate, .tooManyOrdersPerSecond, limit: perSecond, value: perSecond + 1)
    }
    if isCrowded(perMinute, within: .seconds(60), now: now) {
      return RiskRefusal(.orderRate, .tooManyOrdersPerMinute, limit: perMinute, value: perMinute + 1)
    }
    return nil
  }

  /// Counts an order that goes out at `now`.
  package mutating func accept(at now: Timestamp) {
    accepted[Int(acceptedCount % perMinute)] = now
    acceptedCount += 1
    ordersToday += 1
  }

  /// Counts a refusal for rate; returns whether entries are paused from now on because of it.
  package mutating func breach(at now: Timestamp) -> Bool {
    breaches[Int(breachCount % breachesBeforePause)] = now
    breachCount += 1
    guard breachCount >= breachesBeforePause else { return false }
    let oldest = breaches[Int(breachCount % breachesBeforePause)]
    guard now - oldest < .seconds(60) else { return false }
    pausedUntil = now + pause
    // The next pause needs as many fresh breaches.
    breachCount = 0
    return true
  }

  private func isCrowded(_ limit: Int64, within window: Nanoseconds, now: Timestamp) -> Bool {
    guard acceptedCount >= limit else { return false }
    return now - accepted[Int((acceptedCount - limit) % perMinute)] < window
  }
}
