// The account of an import: every row of the source is in exactly one of stored, rejected and skipped.

import TradingDomain

/// What an import did.
package struct ImportReport: Codable, Sendable {
  /// Rows of one stream in the store.
  package struct StreamCount: Codable, Hashable, Sendable {
    package var stream: String
    package var rows: Int
    package var days: Int
    package var firstDay: String
    package var lastDay: String
  }

  /// Rows with one issue.
  package struct IssueCount: Codable, Hashable, Sendable {
    package var issue: RowIssue
    package var count: Int
    package var examples: [RowExample]
  }

  /// Rows of one contract.
  package struct ContractCount: Codable, Hashable, Sendable {
    package var contract: String
    package var rows: Int
  }

  package var source: String
  package var format: String
  package var compression: Compression
  package var symbol: String
  package var tickSize: Double
  package var timeZone: String
  package var numberStyle: NumberStyle
  /// Seconds; nil when the file holds no bars.
  package var barSeconds: Int64?
  /// Part of the differences between consecutive bars of a day that equal the duration; nil when it was given.
  package var barSecondsAgreement: Double?
  package var isNewestFirst: Bool
  /// Data rows of the file, header and trailer not counted.
  package var rowsRead: Int
  /// Rows that gave at least one stored row.
  package var rowsKept: Int
  package var rowsRejected: Int
  /// Rows left out for no fault of theirs: housekeeping, other symbols.
  package var rowsSkipped: Int
  package var blankLines: Int
  package var stored: [StreamCount]
  package var contracts: [ContractCount]
  package var rejections: [IssueCount]
  package var remarks: [IssueCount]
  /// Days of the store that this import replaced.
  package var daysReplaced: Int
  package var warnings: [String]
  package var sourceBytes: Int
  package var storedBytes: Int64
  /// Wall time of reading and parsing, and of the whole import.
  package var secondsParsing: Double
  package var secondsTotal: Double

  /// Whether every row is accounted for.
  package var isBalanced: Bool { rowsRead == rowsKept + rowsRejected + rowsSkipped }

  /// Rows with `issue`.
  package func count(_ issue: RowIssue) -> Int {
    (rejections + remarks).first { $0.issue == issue }?.count ?? 0
  }
}

extension ImportReport {
  /// The report as plain text, warnings last so that they are seen.
  package var text: String {
    var lines = [
      "\(source): \(format)\(compression == .none ? "" : ", \(compression.rawValue)"), \(symbol), "
        + "tick \(decimal(tickSize)), \(timeZone)" + (isNewestFirst ? ", newest first (re-sorted)" : "")
    ]
    if let barSeconds {
      let agreement = barSecondsAgreement.map { " (inferred; \(fixed($0 * 100, 2)) % of steps)" } ?? " (given)"
      lines.append("  bars of      \(barSeconds) s\(agreement)")
    }
    lines.append("  rows read    \(grouped(rowsRead))")
    lines.append("  kept         \(grouped(rowsKept))")
    lines.append("  rejected     \(grouped(rowsRejected))")
    if rowsSkipped > 0 { lines.append("  skipped      \(grouped(rowsSkipped))") }
    for count in stored {
      lines.append(
        "  stored       \(grouped(count.rows)) \(count.stream) in \(count.days) "
          + "\(count.days == 1 ? "day" : "days"), \(count.firstDay) to \(count.lastDay)")
    }
    if daysReplaced > 0 { lines.append("  replaced     \(daysReplaced) day files that were in the store before") }
    if contracts.contains(where: { !$0.contract.isEmpty }) {
      lines.append(
        "  contracts    "
          + contracts.map { "\($0.contract.isEmpty ? "(none)" : $0.contract) \(grouped($0.rows))" }
          .joined(separator: ", "))
    }
    lines.append(
      "  time         \(fixed(secondsParsing, 3)) s parsing, \(fixed(secondsTotal, 3)) s in all, "
        + "\(grouped(Int(Double(rowsRead) / max(secondsTotal, 1e-9)))) rows/s")
    for (title, entries) in [("not stored", rejections), ("remarks", remarks)] where !entries.isEmpty {
      lines.append("  \(title)")
      for entry in entries {
        lines.append("    \(grouped(entry.count))  \(entry.issue.rawValue)")
        // Rows that are in order but not asked for, or that merely share a time, need no example.
        guard entry.issue != .otherSymbol, entry.issue != .sharedTime else { continue }
        for example in entry.examples.prefix(3) { lines.append("      line \(example.line): \(example.text)") }
      }
    }
    lines += warnings.map { "  WARNING: \($0)" }
    return lines.joined(separator: "\n")
  }
}
