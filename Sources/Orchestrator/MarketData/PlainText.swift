// Numbers and times as plain text for reports.

import TradingDomain

/// The number with a thin grouping: `27,096`.
func grouped(_ number: Int) -> String {
  let digits = String(number.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return number < 0 ? "-" + text : text
}

/// The number with `places` decimals.
func fixed(_ number: Double, _ places: Int) -> String {
  guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = Int((abs(number) * scale).rounded())
  let digits = String(scaled)
  let sign = number < 0 && scaled != 0 ? "-" : ""
  guard places > 0 else { return sign + digits }
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return sign + padded.dropLast(places) + "." + padded.suffix(places)
}

/// The number in its shortest decimal form, without an exponent for the sizes that ticks have.
func decimal(_ number: Double) -> String {
  guard let grid = TickGrid(tickSize: number) else { return "\(number)" }
  return fixed(number, grid.decimals)
}

/// The instant on the exchange's clock: `2021-11-05 12:47:00`, with milliseconds where they are not zero.
func localText(_ time: Timestamp) -> String {
  let (date, timeOfDay) = BrasiliaTime.local(time)
  func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let seconds = timeOfDay.count / 1_000_000_000
  let milliseconds = timeOfDay.count / 1_000_000 % 1_000
  let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  let fraction = milliseconds == 0 ? "" : "." + String(String(1000 + milliseconds).dropFirst())
  return "\(date) \(clock)\(fraction)"
}

/// Rows of equal length as a table with two spaces between columns; the first row is the header.
func textTable(_ rows: [[String]], rightAligned: Set<Int>) -> String {
  guard let width = rows.first?.count else { return "" }
  let widths = (0..<width).map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    var line = ""
    for (column, cell) in row.enumerated() {
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      line += (column == 0 ? "" : "  ") + (rightAligned.contains(column) ? padding + cell : cell + padding)
    }
    while line.last == " " { line.removeLast() }
    return line
  }.joined(separator: "\n")
}
