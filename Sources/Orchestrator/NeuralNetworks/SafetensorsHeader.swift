// The JSON of a safetensors header: exactly the shapes that the format knows, and nothing else.

/// A parsed header, not yet checked against the data.
///
/// A parser of its own rather than a general one, because the dangers are particular: repeated names, which general
/// parsers silently merge, and numbers beyond the integers, which they round.
struct SafetensorsHeader {
  /// One tensor's description.
  struct Entry {
    var name: String
    var type: SafetensorsType
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  /// More sizes than this are refused.
  static let maximumRank = 16

  private(set) var entries: [Entry] = []
  private(set) var notes: [SafetensorsFile.Note] = []

  /// Parses bytes `start ..< end`, which must be one JSON object followed by nothing but spaces.
  init(_ bytes: [UInt8], from start: Int, to end: Int) throws(SafetensorsError) {
    var scanner = HeaderScanner(bytes, from: start, to: end)
    // The format's first byte is the brace: no white space before it.
    try scanner.expect("{", skippingSpace: false)
    var names = Set<String>()
    if try !scanner.take("}") {
      repeat {
        let name = try scanner.string()
        if !names.insert(name).inserted { throw scanner.error("'\(name)' appears twice") }
        try scanner.expect(":")
        if name == "__metadata__" {
          notes = try Self.notes(&scanner)
        } else {
          entries.append(try Self.entry(name, &scanner))
        }
      } while try scanner.take(",")
      try scanner.expect("}")
    }
    try scanner.expectEnd()
  }

  private static func notes(_ scanner: inout HeaderScanner) throws(SafetensorsError) -> [SafetensorsFile.Note] {
    var notes: [SafetensorsFile.Note] = []
    var keys = Set<String>()
    try scanner.expect("{")
    if try scanner.take("}") { return notes }
    repeat {
      let key = try scanner.string()
      if !keys.insert(key).inserted { throw scanner.error("'\(key)' appears twice in __metadata__") }
      try scanner.expect(":")
      notes.append(SafetensorsFile.Note(key: key, value: try scanner.string()))
    } while try scanner.take(",")
    try scanner.expect("}")
    return notes
  }

  private static func entry(_ name: String, _ scanner: inout HeaderScanner) throws(SafetensorsError) -> Entry {
    var type: SafetensorsType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.expect("{")
    repeat {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "dtype" where type == nil:
        let text = try scanner.string()
        guard let known = SafetensorsType(rawValue: text) else {
          throw .tensor(name: name, problem: "its dtype '\(text)' is unknown")
        }
        type = known
      case "shape" where shape == nil: shape = try scanner.integers(atMost: maximumRank)
      case "data_offsets" where offsets == nil: offsets = try scanner.integers(atMost: 2)
      default: throw scanner.error("'\(key)' is repeated or does not belong into tensor '\(name)'")
      }
    } while try scanner.take(",")
    try scanner.expect("}")
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw .tensor(name: name, problem: "it needs dtype, shape and two data_offsets")
    }
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// `text` as a JSON string.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
