// JSON to a document. Strict: no duplicate keys, no trailing bytes, no numbers of absurd length, bounded nesting, valid
// UTF-8. Arrays of numbers stay text until they are asked for.

/// Scans JSON text.
struct JSONScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var budget: DocumentBudget

  /// Scans a whole file.
  static func scan(_ bytes: [UInt8]) throws(ForestError) -> ModelDocument {
    var scanner = JSONScanner(bytes: bytes)
    let root = try scanner.value(depth: 0)
    scanner.skipSpace()
    guard scanner.position == bytes.count else { throw scanner.fault("text behind the end of the document") }
    return ModelDocument(bytes: bytes, root: root)
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    budget = DocumentBudget(byteCount: bytes.count)
  }

  private func fault(_ what: String) -> ForestError {
    ForestError(.malformed, "JSON at byte \(position): \(what)")
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(ForestError) -> DocumentNode {
    try budget.takeNode(depth: depth)
    skipSpace()
    guard let byte = current else { throw fault("the text ends where a value should be") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default:
      let start = position
      try number()
      return .number(NumberSpan(span: span(from: start), count: 1, form: .text))
    }
  }

  private func span(from start: Int) -> DocumentSpan {
    DocumentSpan(offset: UInt32(start), length: UInt32(position - start))
  }

  private mutating func word(_ text: String, _ node: DocumentNode) throws(ForestError) -> DocumentNode {
    guard bytes[position...].starts(with: text.utf8) else { throw fault("not a value") }
    position += text.utf8.count
    return node
  }

  private mutating func number() throws(ForestError) {
    let start = position
    while let byte = current, DecimalNumber.isPart(byte) { position += 1 }
    guard DecimalNumber.isValid(bytes[start..<position]) else {
      position = start
      throw fault("not a number of at most \(DecimalNumber.maximumLength) characters")
    }
  }

  /// The bytes between the quotes.
  private mutating func string() throws(ForestError) -> DocumentSpan {
    guard take(UInt8(ascii: "\"")) else { throw fault("expected a string") }
    let start = position
    var isASCII = true
    while let byte = current, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw fault("control character in a string") }
      if byte >= 0x80 { isASCII = false }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else {
      position = bytes.count
      throw fault("the text ends inside a string")
    }
    let span = span(from: start)
    guard isASCII || String(validating: span.slice(of: bytes), as: UTF8.self) != nil else {
      throw fault("the string before is not valid UTF-8")
    }
    position += 1
    return span
  }

  private mutating func object(depth: Int) throws(ForestError) -> DocumentNode {
    position += 1
    var members: [DocumentMember] = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      let key = try string()
      guard take(UInt8(ascii: ":")) else { throw fault("expected ':' behind a key") }
      members.append(DocumentMember(key: key, value: try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw fault("expected ',' or '}' in an object") }
    try checkUniqueKeys(members, bytes: bytes)
    return .object(members)
  }

  private mutating func array(depth: Int) throws(ForestError) -> DocumentNode {
    position += 1
    if take(UInt8(ascii: "]")) { return .array([]) }
    if let byte = current, DecimalNumber.isPart(byte) { return try numberArray() }
    var nodes: [DocumentNode] = []
    repeat {
      nodes.append(try value(depth: depth + 1))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw fault("expected ',' or ']' in an array") }
    return .array(nodes)
  }

  private mutating func numberArray() throws(ForestError) -> DocumentNode {
    let start = position
    var count: UInt32 = 0
    repeat {
      skipSpace()
      try number()
      count += 1
    } while take(UInt8(ascii: ","))
    let span = span(from: start)
    guard take(UInt8(ascii: "]")) else { throw fault("expected ',' or ']' in an array of numbers") }
    return .numbers(NumberSpan(span: span, count: count, form: .text))
  }
}
