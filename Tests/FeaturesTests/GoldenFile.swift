// Reads the golden files beside the tests.

import Foundation
import Testing

import TradingDomain

/// A golden table: named columns, one row per line, empty cells undefined.
struct GoldenFile {
  /// Bar index of each line.
  let rows: [Int]
  private let columns: [String: [Double?]]

  /// Reads `Golden/<name>.csv`.
  init(_ name: String, rowColumn: String = "row") throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).csv")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    let header = try #require(lines.first).split(separator: ",").map(String.init)
    var columns = [String: [Double?]](uniqueKeysWithValues: header.map { ($0, []) })
    for line in lines.dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      try #require(cells.count == header.count)
      for (name, cell) in zip(header, cells) {
        let value = Double(cell)
        try #require(cell.isEmpty || value != nil, "\(name): '\(cell)' is no number")
        columns[name]?.append(value)
      }
    }
    rows = try #require(columns[rowColumn]).map { Int(try #require($0)) }
    self.columns = columns
  }

  /// The column with that name.
  func column(_ name: String) throws -> [Double?] { try #require(columns[name], "no column \(name)") }

  /// The synthetic market as one-minute bars.
  static func bars() throws -> [Bar] {
    let file = try GoldenFile("bars")
    let (open, high, low) = (try file.column("open"), try file.column("high"), try file.column("low"))
    let (close, volume) = (try file.column("close"), try file.column("volume"))
    return try file.rows.map { row in
      func ticks(_ column: [Double?]) throws -> Price { Price(ticks: Int64(try #require(column[row]))) }
      return Bar(
        start: Timestamp(nanoseconds: Int64(row) * 60_000_000_000), duration: .minutes(1), open: try ticks(open),
        high: try ticks(high), low: try ticks(low), close: try ticks(close),
        volume: Quantity(Int64(try #require(volume[row]))), tradeCount: 0, signedVolume: 0)
    }
  }
}

/// Compares a computed column with a golden one, row by row; both must be undefined in the same rows.
///
/// Values below 0.01 are compared as if they were 0.01: a difference of price levels near 5,000 that has all but
/// decayed is no more exact than the levels.
func expectEqual(
  _ computed: [Double?], _ golden: [Double?], _ name: String, relative tolerance: Double = 1e-9,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  var largest = 0.0
  for (row, (value, expected)) in zip(computed, golden).enumerated() {
    guard let value, let expected else {
      #expect(value == expected, "\(name), row \(row): defined in one only", sourceLocation: sourceLocation)
      continue
    }
    largest = max(largest, abs(value - expected) / max(abs(expected), 1e-2))
  }
  #expect(
    computed.count == golden.count && largest <= tolerance, "\(name): largest relative difference \(largest)",
    sourceLocation: sourceLocation)
}
