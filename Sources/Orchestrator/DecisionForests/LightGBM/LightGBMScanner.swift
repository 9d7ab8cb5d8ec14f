// LightGBM's text format to sections of keys and values: the header, then one section a tree. Values stay bytes.

/// A scanned model file.
struct LightGBMText {
  let header: LightGBMSection
  let trees: [LightGBMSection]
}

/// Cuts the text into lines and sections.
struct LightGBMScanner {
  /// Most lines of one section; real ones have at most 25.
  private static let maximumLines = 256

  private let bytes: [UInt8]
  private var position = 0
  private var lineNumber = 0
  private var linesLeft: Int

  /// Scans a whole file, up to the mark behind the last tree; what follows (importances, parameters) is not needed.
  static func scan(_ bytes: [UInt8]) throws(ForestError) -> LightGBMText {
    var scanner = LightGBMScanner(bytes: bytes)
    return try scanner.text()
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    // Bounds the memory of a file of nothing but short lines; real lines have 13 bytes and more.
    linesLeft = 1024 + bytes.count / 8
  }

  private func fault(_ what: String) -> ForestError {
    ForestError(.malformed, "line \(lineNumber): \(what)")
  }

  /// The next line that is not empty, without its end; nil at the end of the file.
  private mutating func line() throws(ForestError) -> Range<Int>? {
    while position < bytes.count {
      lineNumber += 1
      let start = position
      var end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      position = end + 1
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if end > start {
        guard linesLeft > 0 else { throw ForestError(.tooLarge, "more lines than a model of this size can have") }
        linesLeft -= 1
        return start..<end
      }
    }
    return nil
  }

  private mutating func text() throws(ForestError) -> LightGBMText {
    guard let first = try line(), bytes[first].elementsEqual("tree".utf8) else {
      throw fault("a LightGBM model begins with the line \"tree\"")
    }
    var header = LightGBMSection(bytes: bytes)
    var trees: [LightGBMSection] = []
    while let line = try line() {
      if bytes[line].elementsEqual("end of trees".utf8) { return LightGBMText(header: header, trees: trees) }
      if bytes[line].starts(with: "Tree=".utf8) {
        guard bytes[line].dropFirst(5).elementsEqual(String(trees.count).utf8) else {
          throw fault("expected Tree=\(trees.count), found \(String(decoding: bytes[line].prefix(40), as: UTF8.self))")
        }
        trees.append(LightGBMSection(bytes: bytes))
      } else if trees.isEmpty {
        try add(line, to: &header)
      } else {
        try add(line, to: &trees[trees.count - 1])
      }
    }
    throw ForestError(.malformed, "the file ends before the line \"end of trees\"")
  }

  private func add(_ line: Range<Int>, to section: inout LightGBMSection) throws(ForestError) {
    let equals = bytes[line].firstIndex(of: UInt8(ascii: "="))
    let key = line.lowerBound..<(equals ?? line.upperBound)
    let value = (equals.map { $0 + 1 } ?? line.upperBound)..<line.upperBound
    guard section.count < Self.maximumLines else { throw fault("more than \(Self.maximumLines) lines in one section") }
    guard section.append(key: key, value: value) else {
      throw fault("key \"\(String(decoding: bytes[key].prefix(40), as: UTF8.self))\" occurs twice")
    }
  }
}
