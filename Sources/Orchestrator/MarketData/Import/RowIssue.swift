// What can be noticed about a row of a source file, and the tally of it. Every row that is not stored has one issue.

/// A remark about one row. Raw values are the names in reports.
package enum RowIssue: String, CaseIterable, Codable, Sendable {
  // Rejected: the row is not stored.
  case wrongColumnCount = "other number of columns than the header"
  case badDate = "unreadable date"
  case badTime = "unreadable time"
  case badNumber = "unreadable number"
  case missingValue = "value missing"
  case numberOutOfRange = "number out of range"
  case fractionalQuantity = "fractional quantity"
  case zeroPrice = "zero or negative price"
  case zeroQuantity = "trade without quantity"
  case inconsistentBar = "high below low, or open or close outside them"
  case duplicateTime = "bar of a time already seen"
  case misalignedBar = "bar off the steps of the others"
  case offGrid = "price off the tick grid"
  case badContract = "contract code longer than 8 characters"
  case unknownKind = "neither trade nor quote"
  case badIndicator = "unknown trade indicator"
  // Not stored, and not a fault of the row.
  case housekeeping = "housekeeping row of zeros"
  case otherSymbol = "row of another symbol"
  // Stored, with a flag or a remark.
  case roundedToTick = "rounded to the nearest tick"
  case backwardTime = "time before the row before"
  case sharedTime = "same time as the row before"
  case offSession = "outside the session"
  case gap = "rows missing before"
  case cancelled = "cancelled trade"
  case crossedQuote = "bid above ask"

  /// What happens to a row with this issue.
  package enum Fate: Sendable { case rejected, skipped, kept }

  package var fate: Fate {
    switch self {
    case .wrongColumnCount, .badDate, .badTime, .badNumber, .missingValue, .numberOutOfRange, .fractionalQuantity,
      .zeroPrice, .zeroQuantity, .inconsistentBar, .duplicateTime, .misalignedBar, .offGrid, .badContract, .unknownKind,
      .badIndicator:
      return .rejected
    case .housekeeping, .otherSymbol: return .skipped
    case .roundedToTick, .backwardTime, .sharedTime, .offSession, .gap, .cancelled, .crossedQuote: return .kept
    }
  }

  var index: Int { RowIssue.positions[self] ?? 0 }
  private static let positions = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

/// One row as an example of an issue.
package struct RowExample: Codable, Hashable, Sendable {
  /// Line in the (unpacked) file; the first line is 1.
  package var line: Int
  /// The line, cut at 160 characters, or what was noticed about it.
  package var text: String
}

/// Counts of issues with the first examples of each.
struct IssueTally {
  private(set) var counts = [Int](repeating: 0, count: RowIssue.allCases.count)
  private(set) var examples = [[RowExample]](repeating: [], count: RowIssue.allCases.count)
  let exampleLimit: Int

  init(exampleLimit: Int) { self.exampleLimit = exampleLimit }

  /// Counts one row; `text` is asked for only while examples are still wanted.
  mutating func note(_ issue: RowIssue, line: Int, text: () -> String) {
    let index = issue.index
    counts[index] += 1
    if examples[index].count < exampleLimit { examples[index].append(RowExample(line: line, text: text())) }
  }

  func count(_ issue: RowIssue) -> Int { counts[issue.index] }

  /// Rows of all issues with that fate; a row has at most one issue that keeps it out of the store.
  func total(_ fate: RowIssue.Fate) -> Int {
    RowIssue.allCases.reduce(0) { $0 + ($1.fate == fate ? count($1) : 0) }
  }

  /// The issues that occurred with that fate.
  func entries(_ fates: [RowIssue.Fate]) -> [ImportReport.IssueCount] {
    RowIssue.allCases.filter { fates.contains($0.fate) && count($0) > 0 }.map {
      ImportReport.IssueCount(issue: $0, count: count($0), examples: examples[$0.index])
    }
  }
}

/// A line of the source as text for an example: at most 160 characters, without control characters.
func excerpt(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> String {
  let bytes = UnsafeBufferPointer(start: start, count: min(end - start, 160))
  return String(decoding: bytes.map { $0 == 9 ? 32 : ($0 < 32 || $0 == 127 ? 63 : $0) }, as: UTF8.self)
}
