// Closed trades as comma-separated values, one line each, exact to the micro-BRL.

package import TradingDomain

/// Writes trades as CSV (RFC 4180 with line feeds), for spreadsheets and data frames.
package enum TradesCSV {
  /// A header and one line per trade, in the order given.
  ///
  /// Columns: `number` from 1, `symbol`, `side` (`long` or `short`), `quantity` in contracts, `entry_time` and
  /// `exit_time` (ISO 8601 in Sao Paulo with offset, microseconds), `entry_ns` and `exit_ns` (since 1970, UTC),
  /// `seconds` held, `gross_brl`, `fees_brl` and `net_brl` with six decimals, `worst_brl` and
  /// `best_brl` (open result while it lasted, before fees), `entry_ticks` and `exit_ticks` (average prices); the last
  /// four are empty where nobody watched.
  ///
  /// - Parameter symbols: Name of an instrument; those without get their number.
  package static func text(_ trades: [ClosedTrade], symbol symbols: (InstrumentID) -> String?) -> String {
    var lines = [
      "number,symbol,side,quantity,entry_time,exit_time,entry_ns,exit_ns,seconds,gross_brl,fees_brl,net_brl,"
        + "worst_brl,best_brl,entry_ticks,exit_ticks"
    ]
    for (index, trade) in trades.enumerated() {
      let held = Double((trade.exitTime - trade.entryTime).count / 1000) / 1e6
      lines.append(
        [
          "\(index + 1)", quoted(symbols(trade.instrument) ?? "\(trade.instrument.rawValue)"),
          trade.side == .buy ? "long" : "short", "\(trade.quantity.contracts)", iso(trade.entryTime),
          iso(trade.exitTime), "\(trade.entryTime.nanoseconds)", "\(trade.exitTime.nanoseconds)", "\(held)",
          amount(trade.grossProfit), amount(trade.fees), amount(trade.netProfit),
          trade.maximumAdverse.map(amount) ?? "", trade.maximumFavourable.map(amount) ?? "",
          trade.entryTicks.map { "\($0)" } ?? "", trade.exitTicks.map { "\($0)" } ?? "",
        ].joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `-12.345600`: integer arithmetic, so that columns add up exactly.
  static func amount(_ money: Money) -> String {
    let (whole, part) = money.microBRL.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    return (money.microBRL < 0 ? "-" : "") + "\(whole)." + padded(UInt64(part), 6)
  }

  /// `2024-03-12T09:05:00.000123-03:00`.
  static func iso(_ time: Timestamp) -> String {
    let (date, timeOfDay) = BrasiliaTime.local(time)
    let microseconds = UInt64(timeOfDay.count / 1000)
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
    // What the clock shows less what UTC shows, which also holds at the midnights when clocks change.
    let shown = Int64(date.dayNumber) * 86_400_000_000_000 + timeOfDay.count
    let hours = (time.nanoseconds - shown) / 3_600_000_000_000
    return "\(date)T\(clock).\(padded(fraction, 6))-\(padded(UInt64(hours), 2)):00"
  }

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
