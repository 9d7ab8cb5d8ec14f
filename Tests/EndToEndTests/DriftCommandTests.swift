// Drift of features on the command line: found where it was planted, not where nothing changed.

import Foundation
import Testing

@Suite struct DriftCommandTests {
  private struct Row: Decodable {
    var feature: String
    var alarms: Int
    var hasDrifted: Bool
  }

  /// Minute bars of `days` sessions; from day `change` on, bars are three times as wide.
  private func store(days: Int, change: Int) throws -> String {
    let path = Scratch.path("drift")
    let folder = Scratch.path("planted")
    try TraderProgram.succeed(["data", "plant", "--sharpe", "0", "--days", "\(days)", "--out", folder])
    let lines = try String(contentsOfFile: folder + "/bars.csv", encoding: .utf8).split(separator: "\n").map(
      String.init)
    let names = lines[0].split(separator: ",").map(String.init)
    let high = try #require(names.firstIndex { $0.lowercased() == "high" })
    let low = try #require(names.firstIndex { $0.lowercased() == "low" })
    var seen: [String] = []
    let changed = lines.dropFirst().map { line -> String in
      var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let day = String(fields[0].prefix(10))
      if seen.last != day { seen.append(day) }
      guard seen.count > change, let top = Double(fields[high]), let bottom = Double(fields[low]) else { return line }
      let more = ((top - bottom) / 0.5).rounded() * 0.5 + 0.5
      (fields[high], fields[low]) = ("\(top + more)", "\(bottom - more)")
      return fields.joined(separator: ",")
    }
    let file = try Scratch.file("wide.csv", ([lines[0]] + changed).joined(separator: "\n") + "\n")
    try TraderProgram.succeed(["import", file, "--symbol", "WDO", "--into", path])
    return path
  }

  private func days(_ store: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: store + "/WDO/bars-60s").filter { $0.hasSuffix(".npy") }
      .map { String($0.dropLast(4)) }.sorted()
  }

  private func rows(_ store: String, _ days: [String]) throws -> [Row] {
    let output = try TraderProgram.succeed([
      "features", "drift", "--data", store, "--symbol", "WDO", "--reference-from", days[0], "--reference-to", days[11],
      "--from", days[12], "--to", days[days.count - 1], "--run-length", "5", "--json",
    ]).output
    return try JSONDecoder().decode([Row].self, from: Data(output.utf8))
  }

  @Test func widerBarsAreFoundAndNothingElseInNoise() throws {
    let changed = try store(days: 24, change: 14)
    let days = try days(changed)
    let found = try rows(changed, days)
    #expect(found.last?.feature == "(dice)")
    let drifted = found.filter(\.hasDrifted).map(\.feature)
    #expect(drifted.contains("high_low_range_5") && drifted.contains("range_percent"), "\(drifted)")
    #expect(!drifted.contains("rsi"))
    let still = try rows(try store(days: 24, change: 99), days)
    // What depends on the price level wanders with it; what does not stays.
    let wrong = still.filter { $0.hasDrifted && $0.feature != "ichimoku_conversion_line" }.map(\.feature)
    #expect(wrong.count <= 3, "\(wrong)")
    let refused = try TraderProgram.run([
      "features", "drift", "--data", changed, "--symbol", "WDO", "--reference-from", days[0], "--reference-to", days[1],
      "--from", days[2], "--to", days[3],
    ])
    #expect(refused.status == 3 && refused.errors.contains("Name more sessions"), "\(refused)")
    let same = try TraderProgram.run([
      "features", "drift", "--data", changed, "--symbol", "WDO", "--reference-from", days[0], "--reference-to", days[5],
      "--from", days[5], "--to", days[8],
    ])
    #expect(same.status == 2 && same.errors.contains("must not be its own reference"))
  }
}
