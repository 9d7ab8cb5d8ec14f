// One section of a LightGBM file and typed questions to it.

/// The header or one tree: keys with values, in the file's bytes.
struct LightGBMSection {
  private struct Entry {
    let key: DocumentSpan
    let value: DocumentSpan
  }

  private let bytes: [UInt8]
  private var entries: [Entry] = []

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Lines of the section.
  var count: Int { entries.count }

  /// Adds a line; false when the key is there already.
  mutating func append(key: Range<Int>, value: Range<Int>) -> Bool {
    for entry in entries where entry.key.slice(of: bytes).elementsEqual(bytes[key]) { return false }
    func span(_ range: Range<Int>) -> DocumentSpan {
      DocumentSpan(offset: UInt32(range.lowerBound), length: UInt32(range.count))
    }
    entries.append(Entry(key: span(key), value: span(value)))
    return true
  }

  private func value(_ key: String) -> ArraySlice<UInt8>? {
    entries.first { $0.key.slice(of: bytes).elementsEqual(key.utf8) }?.value.slice(of: bytes)
  }

  private func required(_ key: String) throws(ForestError) -> ArraySlice<UInt8> {
    guard let value = value(key) else { throw ForestError(.malformed, "no line \"\(key)=\"") }
    return value
  }

  /// Whether there is such a line.
  func contains(_ key: String) -> Bool { value(key) != nil }

  /// The value as text; nil where there is no such line.
  func text(_ key: String) throws(ForestError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = String(validating: value, as: UTF8.self) else {
      throw ForestError(.malformed, "\(key) is not valid UTF-8")
    }
    return text
  }

  /// One integer.
  func integer(_ key: String) throws(ForestError) -> Int {
    guard let value = try integers(key, count: 1).first else { throw ForestError(.malformed, "\(key) has no value") }
    return Int(value)
  }

  /// The words of a list, which must be `count` where that is given; each a number, or one of `exceptions`.
  private func words(
    _ key: String, count: Int?, exceptions: [String] = []
  ) throws(ForestError) -> [Range<Int>] {
    let value = try required(key)
    var words: [Range<Int>] = []
    var start = value.startIndex
    for index in value.indices where value[index] == UInt8(ascii: " ") {
      if start < index { words.append(start..<index) }
      start = index + 1
    }
    if start < value.endIndex { words.append(start..<value.endIndex) }
    for word in words where !DecimalNumber.isValid(bytes[word]) {
      let text = String(decoding: bytes[word].prefix(40), as: UTF8.self)
      guard exceptions.contains(text) else {
        throw ForestError(.malformed, "\(key) has the value \"\(text)\", not a number")
      }
    }
    if let count, words.count != count {
      throw ForestError(.inconsistent, "\(key) has \(words.count) values, expected \(count)")
    }
    return words
  }

  /// A list of integers.
  func integers(_ key: String, count: Int? = nil) throws(ForestError) -> [Int64] {
    try words(key, count: count).map { word throws(ForestError) in
      guard let value = DecimalNumber(bytes, word).integer else {
        let text = String(decoding: bytes[word], as: UTF8.self)
        throw ForestError(.malformed, "\(key) has the value \(text), not an integer")
      }
      return value
    }
  }

  /// Thresholds: numbers like `doubles`, or `inf` and `-inf`.
  func thresholds(_ key: String, count: Int) throws(ForestError) -> [Double] {
    try words(key, count: count, exceptions: ["inf", "-inf"]).map { word in
      if bytes[word].elementsEqual("inf".utf8) { return .infinity }
      if bytes[word].elementsEqual("-inf".utf8) { return -.infinity }
      return DecimalNumber(bytes, word).double
    }
  }

  /// A list of numbers, each the double nearest to what is written; all finite.
  func doubles(_ key: String, count: Int) throws(ForestError) -> [Double] {
    try words(key, count: count).map { word throws(ForestError) in
      let value = DecimalNumber(bytes, word).double
      guard value.isFinite else {
        throw ForestError(.inconsistent, "\(key) has a value beyond the range of a double")
      }
      return value
    }
  }
}
