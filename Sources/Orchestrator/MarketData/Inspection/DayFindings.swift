// The checks of one day file.

import TradingDomain

/// What was found in one file.
struct DayFindings {
  var errors: [String] = []
  var warnings: [String] = []

  /// Checks order, day and flags of all rows, and `fault` of each; each kind of fault is reported once, with its count.
  mutating func examine<Row: StoredRow>(_ day: StoredDay<Row>, fault: (Row) -> String?) {
    var faults: [(message: String, first: Int, count: Int)] = []
    func note(_ message: String, _ index: Int) {
      if let known = faults.firstIndex(where: { $0.message == message }) {
        faults[known].count += 1
      } else {
        faults.append((message, index, 1))
      }
    }
    var flagged = [Int](repeating: 0, count: 32)
    day.withRows { rows in
      if rows.isEmpty { errors.append("the file has no rows") }
      var cursor = DayCursor()
      for (index, row) in rows.enumerated() {
        if cursor.move(to: row.time), cursor.date != day.date { note("row of \(cursor.date)", index) }
        if let message = fault(row) { note(message, index) }
        if index > 0 {
          if row.time < rows[index - 1].time { note("time goes back", index) }
          if row.sequence <= rows[index - 1].sequence { note("sequence does not rise", index) }
        }
        var bits = row.flags.rawValue
        while bits != 0 {
          flagged[bits.trailingZeroBitCount] += 1
          bits &= bits - 1
        }
      }
    }
    for fault in faults { errors.append("\(fault.message): \(grouped(fault.count)) rows, first is row \(fault.first)") }
    let remarks: [(RowFlags, String)] = [
      (.roundedToTick, "rounded to the tick grid"), (.backwardTime, "moved to their time"),
      (.offSession, "outside the session"), (.cancelled, "cancelled"), (.crossed, "with the bid above the ask"),
    ]
    for (flag, text) in remarks {
      let count = flagged[flag.rawValue.trailingZeroBitCount]
      if count > 0 { warnings.append("\(grouped(count)) rows \(text)") }
    }
  }

  /// Reports bars that start twice or off the steps of the day's first bar, and bars that are missing.
  mutating func examineGaps(_ bars: UnsafeBufferPointer<StoredBar>, _ duration: Nanoseconds) {
    var missing: Int64 = 0
    var overlapping = 0
    for index in bars.indices.dropFirst() {
      let step = bars[index].time - bars[index - 1].time
      if step < duration {
        overlapping += 1
      } else {
        missing += step.count / duration.count - 1
      }
    }
    if overlapping > 0 { errors.append("\(grouped(overlapping)) bars begin before the bar before has ended") }
    if missing > 0 { warnings.append("\(grouped(Int(missing))) bars missing between the first and the last") }
  }

  func findings(symbol: String, stream: String, day: String) -> [StoreCheck.Finding] {
    func finding(_ severity: StoreCheck.Severity, _ message: String) -> StoreCheck.Finding {
      StoreCheck.Finding(severity: severity, symbol: symbol, stream: stream, day: day, message: message)
    }
    return errors.map { finding(.error, $0) } + warnings.map { finding(.warning, $0) }
  }
}
