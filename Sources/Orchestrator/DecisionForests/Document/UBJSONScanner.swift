// UBJSON (draft 12) to a document: the part of it that XGBoost writes. Every length is checked against the bytes that
// are there before anything is reserved for it.

/// Scans UBJSON bytes.
struct UBJSONScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var budget: DocumentBudget

  /// Scans a whole file.
  static func scan(_ bytes: [UInt8]) throws(ForestError) -> ModelDocument {
    var scanner = UBJSONScanner(bytes: bytes)
    let root = try scanner.value(depth: 0)
    guard scanner.position == bytes.count else { throw scanner.fault("bytes behind the end of the document") }
    return ModelDocument(bytes: bytes, root: root)
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    budget = DocumentBudget(byteCount: bytes.count)
  }

  private func fault(_ what: String) -> ForestError {
    ForestError(.malformed, "UBJSON at byte \(position): \(what)")
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func marker() throws(ForestError) -> UInt8 {
    guard let byte = current else { throw fault("the file ends where a value should be") }
    position += 1
    return byte
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  /// Steps over `length` bytes that must be there.
  private mutating func skip(_ length: Int) throws(ForestError) -> DocumentSpan {
    guard length <= bytes.count - position else {
      throw fault("\(length) bytes announced, \(bytes.count - position) left")
    }
    defer { position += length }
    return DocumentSpan(offset: UInt32(position), length: UInt32(length))
  }

  /// A length or count: an integer with its marker, not negative.
  private mutating func length() throws(ForestError) -> Int {
    let marker = try marker()
    guard let width = UBJSONNumber.width(of: marker) else { throw fault("marker \(marker) is not a length's type") }
    let start = position
    _ = try skip(width)
    guard let value = UBJSONNumber.integer(marker, bytes, start..<position), value >= 0 else {
      throw fault("a length is not a natural number")
    }
    return Int(value)
  }

  private mutating func value(depth: Int) throws(ForestError) -> DocumentNode {
    try budget.takeNode(depth: depth)
    let start = position
    let marker = try marker()
    switch marker {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "S"): return .string(try text())
    case UInt8(ascii: "T"): return .bool(true)
    case UInt8(ascii: "F"): return .bool(false)
    case UInt8(ascii: "Z"): return .null
    default:
      guard let width = UBJSONNumber.width(of: marker) else { throw fault("marker \(marker) is not a value's type") }
      _ = try skip(width)
      let span = DocumentSpan(offset: UInt32(start), length: UInt32(position - start))
      return .number(NumberSpan(span: span, count: 1, form: .tagged))
    }
  }

  /// A string without its marker: length and UTF-8 bytes.
  private mutating func text() throws(ForestError) -> DocumentSpan {
    let span = try skip(try length())
    guard String(validating: span.slice(of: bytes), as: UTF8.self) != nil else {
      throw fault("the string before is not valid UTF-8")
    }
    return span
  }

  private mutating func object(depth: Int) throws(ForestError) -> DocumentNode {
    var members: [DocumentMember] = []
    if take(UInt8(ascii: "#")) {
      let count = try length()
      while members.count < count { members.append(try member(depth: depth)) }
    } else {
      while !take(UInt8(ascii: "}")) { members.append(try member(depth: depth)) }
    }
    try checkUniqueKeys(members, bytes: bytes)
    return .object(members)
  }

  private mutating func member(depth: Int) throws(ForestError) -> DocumentMember {
    let key = try text()
    return DocumentMember(key: key, value: try value(depth: depth + 1))
  }

  private mutating func array(depth: Int) throws(ForestError) -> DocumentNode {
    if take(UInt8(ascii: "$")) { return try packedArray() }
    var remaining: Int?
    if take(UInt8(ascii: "#")) { remaining = try length() }
    if let first = current, UBJSONNumber.width(of: first) != nil, remaining != 0 {
      return try taggedArray(count: remaining)
    }
    var nodes: [DocumentNode] = []
    while remaining.map({ nodes.count < $0 }) ?? !take(UInt8(ascii: "]")) {
      nodes.append(try value(depth: depth + 1))
    }
    return .array(nodes)
  }

  /// `[$type#count` and the numbers behind each other.
  private mutating func packedArray() throws(ForestError) -> DocumentNode {
    let marker = try marker()
    guard let width = UBJSONNumber.width(of: marker) else {
      throw fault("a packed array of type \(marker), which is not a number's")
    }
    guard take(UInt8(ascii: "#")) else { throw fault("a packed array without its count") }
    let count = try length()
    guard count <= (bytes.count - position) / width else {
      throw fault("\(count) numbers announced, \(bytes.count - position) bytes left")
    }
    let span = try skip(count * width)
    return .numbers(NumberSpan(span: span, count: UInt32(count), form: .packed(marker: marker)))
  }

  /// Numbers that each carry their marker; by count, or up to the closing bracket.
  private mutating func taggedArray(count: Int?) throws(ForestError) -> DocumentNode {
    let start = position
    var found = 0
    while count.map({ found < $0 }) ?? (current != UInt8(ascii: "]")) {
      let marker = try marker()
      guard let width = UBJSONNumber.width(of: marker) else {
        throw fault("marker \(marker) in an array of numbers")
      }
      _ = try skip(width)
      found += 1
    }
    let span = DocumentSpan(offset: UInt32(start), length: UInt32(position - start))
    if count == nil { position += 1 }
    return .numbers(NumberSpan(span: span, count: UInt32(found), form: .tagged))
  }
}
