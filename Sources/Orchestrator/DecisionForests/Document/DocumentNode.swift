// What both of XGBoost's formats scan to: a tree of values that points into the file's bytes. Numbers stay bytes until
// someone asks for them as a type, so scanning a hostile file costs little memory.

/// Bytes of the file.
struct DocumentSpan: Equatable {
  let offset: UInt32
  let length: UInt32
}

/// Numbers that lie in the file's bytes, one or many.
struct NumberSpan: Equatable {
  /// How they are written.
  enum Form: Equatable {
    /// Decimal text, separated by commas.
    case text
    /// UBJSON, each number behind its own type marker.
    case tagged
    /// UBJSON, numbers of one type behind each other.
    case packed(marker: UInt8)
  }

  let span: DocumentSpan
  let count: UInt32
  let form: Form
}

/// A value of the document.
enum DocumentNode {
  case null
  case bool(Bool)
  case number(NumberSpan)
  case string(DocumentSpan)
  /// An array of nothing but numbers.
  case numbers(NumberSpan)
  /// Any other array, the empty one included.
  case array([DocumentNode])
  case object([DocumentMember])
}

/// A key with its value. The key is raw: escapes in it are not resolved.
struct DocumentMember {
  let key: DocumentSpan
  let value: DocumentNode
}

/// Bounds that keep a hostile document harmless.
struct DocumentBudget {
  /// Deepest nesting; XGBoost's own files have 8 levels.
  static let maximumDepth = 64
  private var nodesLeft: Int

  /// A real model spends far more than 16 bytes a value that is not inside a number array.
  init(byteCount: Int) {
    nodesLeft = 1024 + byteCount / 16
  }

  /// Accounts for one more value.
  mutating func takeNode(depth: Int) throws(ForestError) {
    guard depth <= Self.maximumDepth else {
      throw ForestError(.tooLarge, "values nested deeper than \(Self.maximumDepth) levels")
    }
    guard nodesLeft > 0 else {
      throw ForestError(.tooLarge, "more separate values than a model of this size can have")
    }
    nodesLeft -= 1
  }
}

/// Refuses an object with two members of one name.
func checkUniqueKeys(_ members: [DocumentMember], bytes: [UInt8]) throws(ForestError) {
  func key(_ index: Int) -> ArraySlice<UInt8> { members[index].key.slice(of: bytes) }
  func refuse(_ index: Int) -> ForestError {
    ForestError(.malformed, "key \"\(String(decoding: key(index), as: UTF8.self))\" occurs twice in one object")
  }
  if members.count <= 32 {
    for index in members.indices {
      for other in 0..<index where key(index) == key(other) { throw refuse(index) }
    }
    return
  }
  let order = members.indices.sorted { key($0).lexicographicallyPrecedes(key($1)) }
  for place in 1..<order.count where key(order[place]) == key(order[place - 1]) { throw refuse(order[place]) }
}

extension DocumentSpan {
  /// The bytes themselves.
  func slice(of bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes[Int(offset)..<(Int(offset) + Int(length))]
  }
}
