// Typed questions to a scanned document; each answer is of the asked type or an error that names the key.

/// A scanned document and the place in it that questions are asked of.
struct ModelDocument {
  let bytes: [UInt8]
  let node: DocumentNode
  /// Key that led here, for messages.
  let key: String

  init(bytes: [UInt8], root: DocumentNode) {
    self.init(bytes: bytes, node: root, key: "the document")
  }

  private init(bytes: [UInt8], node: DocumentNode, key: String) {
    self.bytes = bytes
    self.node = node
    self.key = key
  }

  private func expected(_ what: String) -> ForestError {
    ForestError(.malformed, "\(key) is not \(what)")
  }

  /// The member of that name, or nil where the object has none.
  func optionalMember(_ name: String) throws(ForestError) -> ModelDocument? {
    guard case .object(let members) = node else { throw expected("an object") }
    for member in members where member.key.slice(of: bytes).elementsEqual(name.utf8) {
      return ModelDocument(bytes: bytes, node: member.value, key: name)
    }
    return nil
  }

  /// The member of that name.
  func member(_ name: String) throws(ForestError) -> ModelDocument {
    guard let member = try optionalMember(name) else {
      throw ForestError(.malformed, "\(key) has no \"\(name)\"")
    }
    return member
  }

  /// The elements of an array that is not all numbers.
  func elements() throws(ForestError) -> [ModelDocument] {
    guard case .array(let nodes) = node else { throw expected("an array") }
    return nodes.enumerated().map { ModelDocument(bytes: bytes, node: $1, key: "\(key)[\($0)]") }
  }

  /// Elements of an array, without reading them.
  func count() throws(ForestError) -> Int {
    switch node {
    case .array(let nodes): nodes.count
    case .numbers(let span): Int(span.count)
    default: throw expected("an array")
    }
  }

  /// A string, escapes resolved.
  func string() throws(ForestError) -> String {
    guard case .string(let span) = node else { throw expected("a string") }
    return try JSONText.unescape(span.slice(of: bytes))
  }

  /// An integer in a string, as XGBoost writes its parameters, or as a number.
  func integerParameter() throws(ForestError) -> Int {
    if case .number(let span) = node, let value = span.integers(in: bytes)?.first { return Int(value) }
    guard case .string = node, let value = Int(try string()) else { throw expected("an integer") }
    return value
  }

  private func numbers(_ wanted: Int?) throws(ForestError) -> NumberSpan {
    let span: NumberSpan
    switch node {
    case .numbers(let numbers): span = numbers
    case .array(let nodes) where nodes.isEmpty:
      span = NumberSpan(span: DocumentSpan(offset: 0, length: 0), count: 0, form: .text)
    default: throw expected("an array of numbers")
    }
    if let wanted, Int(span.count) != wanted {
      throw ForestError(.inconsistent, "\(key) has \(span.count) values, expected \(wanted)")
    }
    return span
  }

  /// Integers; `count`, where given, must be met.
  func integers(count: Int? = nil) throws(ForestError) -> [Int64] {
    guard let values = try numbers(count).integers(in: bytes) else { throw expected("an array of integers") }
    return values
  }

  /// Single-precision numbers, each the nearest to what is written; all finite.
  func floats(count: Int? = nil) throws(ForestError) -> [Float] {
    let values = try numbers(count).floats(in: bytes)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw ForestError(.inconsistent, "\(key)[\(place)] is \(values[place]), not a finite number")
    }
    return values
  }
}
