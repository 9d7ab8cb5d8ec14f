// The hottest source lines of a profile.

import Foundation

/// Source lines by what was spent on them.
enum HotLines {
  /// A line, or a function where the debug information names no line.
  struct Line {
    let place: String
    let weight: UInt64
  }

  /// The `count` hottest lines of the program at `path`; empty where `addr2line` is missing.
  ///
  /// The program must be the one with its debug information: the release build carries line tables.
  static func find(_ addresses: [UInt: UInt64], program path: String, count: Int) throws -> [Line] {
    guard ChildProcess.find("addr2line") != nil, !addresses.isEmpty else { return [] }
    // The coldest of thousands of addresses cannot make one of ten lines, and each takes a search.
    let chosen = addresses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(2_000)
    let output = try ChildProcess.run(
      ["addr2line", "-f", "-e", path] + chosen.map { "0x" + String($0.key, radix: 16) }, within: 300)
    var weights: [String: UInt64] = [:]
    // Two lines an address: the function, then the place.
    let lines = output.split(separator: "\n")
    for (index, address) in chosen.enumerated() where 2 * index + 1 < lines.count {
      weights[place(lines[2 * index + 1], in: lines[2 * index]), default: 0] += address.value
    }
    return weights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count)
      .map { Line(place: $0.key, weight: $0.value) }
  }

  /// `Sources/X/Y.swift:12`: the path from the sources on, without the notes behind the line number; the function where
  /// the compiler made the instruction for no line.
  private static func place(_ line: Substring, in function: Substring) -> String {
    let text = line.prefix { $0 != " " }
    guard !text.hasSuffix(":?"), !text.hasSuffix(":0") else { return "in " + Demangler.name(String(function)) }
    guard let sources = text.firstRange(of: "/Sources/") else { return String(text) }
    return "Sources/" + text[sources.upperBound...]
  }
}
