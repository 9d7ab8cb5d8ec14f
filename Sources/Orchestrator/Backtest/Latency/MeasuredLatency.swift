// From what a session kept to the delays that a backtest can draw from.

package import Simulation
package import TradingDomain

/// The delays of a session's orders, with how busy the market was.
package struct MeasuredLatency {
  /// One row for each order whose three legs are known, in the order in which answers arrived.
  package private(set) var rows: [RecordedLatency.Row] = []
  /// Orders that were answered, but whose delays cannot be true: the two clocks disagree by more than the delay.
  package private(set) var impossible = 0

  /// Longest delay that is believed.
  private static let longest = Nanoseconds.minutes(1)

  /// An order's entry is from its intent to the exchange's time of the first answer, its response from there to the
  /// answer's arrival; feed and rate are those of the newest complete second before the answer.
  ///
  /// - Parameters:
  ///   - entries: The session's journal.
  ///   - pulse: The session's market messages.
  package init(entries: [JournalEntry], pulse: FeedPulse) {
    var waiting: [ClientOrderID: Timestamp] = [:]
    for entry in entries {
      switch entry.fact {
      case .intent(let order): waiting[order.id] = entry.time
      case .notSent(let id): waiting[id] = nil
      case .report(let report):
        // What only the gateway says of it is not yet the exchange's answer.
        if [.clientCreated, .brokerSent, .hadesCreated, .pendingNew, .unknown].contains(report.status) { continue }
        guard let sent = waiting.removeValue(forKey: report.id) else { continue }
        add(sent: sent, exchange: report.exchangeTime, arrived: entry.time, pulse: pulse)
      default: break
      }
    }
  }

  private mutating func add(sent: Timestamp, exchange: Timestamp, arrived: Timestamp, pulse: FeedPulse) {
    let second = arrived.nanoseconds / 1_000_000_000
    let after = pulse.seconds.partition { $0.second >= second }
    guard after > 0 else { return }
    let before = pulse.seconds[after - 1]
    let (entry, response) = (exchange - sent, arrived - exchange)
    guard [entry, response, before.delay].allSatisfy({ $0 >= .zero && $0 < Self.longest }) else {
      impossible += 1
      return
    }
    // A second in which nothing arrived has no row of its own: then nothing arrived in the second before.
    let rate = before.second == second - 1 ? Double(before.messages) : 0
    rows.append(.init(messagesPerSecond: rate, feed: before.delay, entry: entry, response: response))
  }
}
