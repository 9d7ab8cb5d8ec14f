// Delays as they were measured: the three legs together, and how they grow with the message rate.

import QuantMath
package import TradingDomain

/// Measured delays, drawn so that what belonged together stays together.
///
/// Each row is one moment of a recorded session: how many market messages arrived in the second before, and how long
/// the three legs took then. A draw takes a row at random among those whose rate is like the present one; everything
/// that happens within the same tenth of a second takes the same row, so that a slow feed and a slow order come
/// together as they did.
package struct RecordedLatency: Hashable, Sendable {
  /// One measured moment.
  package struct Row: Hashable, Sendable {
    /// Market messages in the second before.
    package var messagesPerSecond: Double
    package var feed: Nanoseconds
    package var entry: Nanoseconds
    package var response: Nanoseconds

    package init(messagesPerSecond: Double, feed: Nanoseconds, entry: Nanoseconds, response: Nanoseconds) {
      self.messagesPerSecond = messagesPerSecond
      self.feed = feed
      self.entry = entry
      self.response = response
    }
  }

  /// Rows by rate, slowest first.
  package let rows: [Row]
  /// First row of each band, and the largest rate in it; bands hold equal numbers of rows.
  private let bands: [(first: Int, rate: Double)]

  private static let bandCount = 10
  /// Draws within this stretch of time share their row.
  private static let stretch: Int64 = 100_000_000

  /// - Throws: ``RecordedLatencyError`` when there are too few rows or one is impossible.
  package init(rows: [Row]) throws(RecordedLatencyError) {
    guard rows.count >= 20 else { throw .tooFew(rows.count) }
    for (index, row) in rows.enumerated() {
      guard row.messagesPerSecond >= 0, row.messagesPerSecond < 1e9,
        [row.feed, row.entry, row.response].allSatisfy({ $0 >= .zero && $0 < .minutes(1) })
      else { throw .impossible(row: index + 1) }
    }
    let sorted = rows.sorted { $0.messagesPerSecond < $1.messagesPerSecond }
    self.rows = sorted
    bands = (0..<Self.bandCount).map { band in
      let end = (band + 1) * sorted.count / Self.bandCount
      return (band * sorted.count / Self.bandCount, sorted[end - 1].messagesPerSecond)
    }
  }

  package static func == (left: RecordedLatency, right: RecordedLatency) -> Bool { left.rows == right.rows }

  package func hash(into hasher: inout Hasher) { hasher.combine(rows) }

  /// First line of the text form.
  private static let header = "messages_per_second,feed_us,entry_us,response_us"

  /// `rows` as text that ``read(_:)`` takes.
  package static func text(_ rows: [Row]) -> String {
    func microseconds(_ delay: Nanoseconds) -> String {
      let fraction = String(delay.count % 1_000)
      return "\(delay.count / 1_000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
    let lines = rows.map { row in
      ([String(row.messagesPerSecond)] + [row.feed, row.entry, row.response].map(microseconds)).joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  /// Reads text of the form `messages_per_second,feed_us,entry_us,response_us`, with that header; the header may come
  /// again, as where the files of several sessions were joined.
  package static func read(_ text: String) throws(RecordedLatencyError) -> RecordedLatency {
    let lines = text.split(whereSeparator: \.isNewline)
    guard let first = lines.first, first == header else { throw .noHeader }
    var rows: [Row] = []
    for (index, line) in lines.enumerated().dropFirst() where line != header {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
      guard fields.count == 4, fields.allSatisfy({ $0.isFinite && $0 >= 0 && $0 < 1e9 }) else {
        throw .malformed(line: index + 1)
      }
      let times = fields.dropFirst().map { Nanoseconds(Int64(($0 * 1_000).rounded())) }
      rows.append(Row(messagesPerSecond: fields[0], feed: times[0], entry: times[1], response: times[2]))
    }
    return try RecordedLatency(rows: rows)
  }

  /// The same moments with all delays multiplied; beyond a minute they are held.
  func scaled(by factor: Int64) -> RecordedLatency? {
    func scaled(_ delay: Nanoseconds) -> Nanoseconds {
      Nanoseconds(min(delay.count * factor, Nanoseconds.minutes(1).count - 1))
    }
    return try? RecordedLatency(
      rows: rows.map {
        Row(
          messagesPerSecond: $0.messagesPerSecond, feed: scaled($0.feed), entry: scaled($0.entry),
          response: scaled($0.response))
      })
  }

  /// The shortest delay of each leg.
  var minima: (feed: Nanoseconds, entry: Nanoseconds, response: Nanoseconds) {
    (
      rows.map(\.feed).min() ?? .zero, rows.map(\.entry).min() ?? .zero, rows.map(\.response).min() ?? .zero
    )
  }

  /// The row for a moment with `rate` messages in the second before.
  func row(at time: Int64, rate: Double, seed: UInt64) -> Row {
    let band = bands.firstIndex { rate <= $0.rate } ?? bands.count - 1
    let first = bands[band].first
    let end = band + 1 < bands.count ? bands[band + 1].first : rows.count
    let bits = CounterRandom.value(
      seed: seed, stream: 0x7265_636F_7264 << 8 | UInt64(band),
      counter: UInt64(bitPattern: time / Self.stretch))
    return rows[first + Int(bits % UInt64(end - first))]
  }
}

/// Measured delays that cannot be used.
package enum RecordedLatencyError: Error, Hashable, CustomStringConvertible {
  case tooFew(Int)
  case impossible(row: Int)
  case malformed(line: Int)
  case noHeader

  package var description: String {
    switch self {
    case .tooFew(let count): return "\(count) measured moments are too few: give at least 20"
    case .impossible(let row): return "row \(row) has a negative delay or rate, or a delay of a minute or more"
    case .malformed(let line): return "line \(line) is not four numbers of 0 or more, separated by commas"
    case .noHeader: return "the first line must read messages_per_second,feed_us,entry_us,response_us"
    }
  }
}

/// Counts messages by the second, and remembers the last few.
struct MessageRate {
  private static let kept = 8
  private var counts = ContiguousArray(repeating: (second: Int64.min, count: 0), count: MessageRate.kept)

  mutating func note(_ time: Int64) {
    let second = time / 1_000_000_000
    let slot = Int(second & Int64(Self.kept - 1))
    if counts[slot].second != second { counts[slot] = (second, 0) }
    counts[slot].count += 1
  }

  /// Messages in the complete second before `time`.
  func before(_ time: Int64) -> Double {
    let second = time / 1_000_000_000 - 1
    let slot = Int(second & Int64(Self.kept - 1))
    return counts[slot].second == second ? Double(counts[slot].count) : 0
  }
}
