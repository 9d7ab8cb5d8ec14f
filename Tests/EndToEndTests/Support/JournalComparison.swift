// Are two journals the same file, and if not, where do they part?
import Foundation
import Storage
import TradingDomain

enum JournalComparison {
  /// Nil when both files hold the same bytes; otherwise the first difference in words.
  static func difference(_ first: String, _ second: String) throws -> String? {
    let bytes = try [first, second].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    if bytes[0] == bytes[1] { return nil }
    let entries = try [first, second].map { try JournalReader(path: $0).entries }
    for (index, pair) in zip(entries[0], entries[1]).enumerated() where pair.0 != pair.1 {
      return "record \(index) differs:\n\(pair.0)\n\(pair.1)"
    }
    return "\(bytes[0].count) and \(bytes[1].count) bytes, \(entries[0].count) and \(entries[1].count) records; "
      + "the common ones are equal"
  }

  /// Fills in a journal.
  static func fills(_ path: String) throws -> Int {
    try JournalReader(path: path).entries.count { entry in
      if case .fill = entry.fact { return true }
      return false
    }
  }
}
