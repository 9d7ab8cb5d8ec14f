// The protocol page against the codec: every type, its number, its size, whether it is numbered, and every field's
// place.
import CHotPath
import Foundation
import Testing

/// Cells of the page's table rows, in order, with the heading under which they stand.
private func tableRows() throws -> [(heading: String, cells: [String])] {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  // The sources may be seen through a link: the page lies beside whichever root has it.
  let candidates = [root, root.appendingPathComponent("Tests").resolvingSymlinksInPath().deletingLastPathComponent()]
  let page = candidates.map { $0.appendingPathComponent("docs/reference/protocol.md") }.first {
    FileManager.default.fileExists(atPath: $0.path)
  }
  let text = try String(contentsOf: try #require(page), encoding: .utf8)
  var heading = ""
  var rows: [(String, [String])] = []
  for line in text.split(separator: "\n") {
    if line.hasPrefix("#") { heading = String(line) }
    guard line.hasPrefix("|"), !line.hasPrefix("|---") else { continue }
    rows.append((heading, line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }))
  }
  return rows
}

@Test func theProtocolPageListsEveryTypeWithItsSize() throws {
  var listed: [UInt16: [String]] = [:]
  for (heading, cells) in try tableRows() where heading == "## Messages" && cells[0].hasPrefix("0x") {
    listed[try #require(UInt16(cells[0].dropFirst(2), radix: 16))] = cells
  }
  for type in 0...UInt16.max {
    var (smallest, largest): (UInt32, UInt32) = (0, 0)
    guard hp_frame_payload_bounds(type, &smallest, &largest) == 0 else {
      #expect(listed[type] == nil, "the page lists a type that does not exist")
      continue
    }
    let cells = try #require(listed[type], "type \(type) is not on the page")
    #expect(cells[1] == String(cString: hp_frame_type_name(type)))
    #expect(cells[2] == (smallest == largest ? "\(smallest)" : "\(smallest) to \(largest)"), "\(cells[1])")
    #expect(cells[4] == (hp_frame_is_numbered(type) != 0 ? "yes" : "no"), "\(cells[1])")
  }
}

@Test func fieldsOnTheProtocolPageFillTheirPayloadWithoutHoles() throws {
  let widths = [
    "u8": 1, "u16": 2, "u32": 4, "i32": 4, "u64": 8, "i64": 8, "24 bytes": 24, "16 bytes": 16, "64 bytes": 64,
  ]
  func width(_ type: String) -> Int? {
    if type.hasPrefix("text") { return Int(type.dropFirst(4)) }
    if let open = type.firstIndex(of: "["), let one = widths[String(type[..<open])] {
      return Int(type[type.index(after: open)...].dropLast()).map { $0 * one }
    }
    return widths[type]
  }
  var ends: [String: Int] = [:]
  for (heading, cells) in try tableRows() where heading.hasPrefix("#### 0x") && cells[0] != "offset" {
    let width = try #require(width(cells[1]), "\(cells) under \(heading)")
    #expect(cells[0] == "\(ends[heading, default: 0])", "\(cells[2]) under \(heading)")
    ends[heading, default: 0] += width
  }
  #expect(ends.count == 64)
  for (heading, end) in ends {
    let number = try #require(UInt16(heading.dropFirst(7).prefix(4), radix: 16))
    var (smallest, largest): (UInt32, UInt32) = (0, 0)
    #expect(hp_frame_payload_bounds(number, &smallest, &largest) == 0)
    #expect(Int(smallest) == end, "\(heading)")
  }
}
