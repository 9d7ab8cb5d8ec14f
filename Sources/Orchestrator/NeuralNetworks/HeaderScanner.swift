// Reads the tokens of a safetensors header from bytes that may be anything.

/// A cursor over header bytes; never reads outside its bounds, and takes time in proportion to them.
struct HeaderScanner {
  private let bytes: [UInt8]
  private let end: Int
  private var position: Int

  init(_ bytes: [UInt8], from start: Int, to end: Int) {
    self.bytes = bytes
    self.end = end
    position = start
  }

  /// An error at the cursor.
  func error(_ problem: String) -> SafetensorsError { .header(offset: position, problem: problem) }

  /// The next byte after white space, not consumed; nil at the end.
  private mutating func peek() -> UInt8? {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    return position < end ? bytes[position] : nil
  }

  /// Consumes `mark` if it comes next.
  mutating func take(_ mark: Character) throws(SafetensorsError) -> Bool {
    guard let next = peek() else { throw error("the header ends where '\(mark)' or more could follow") }
    if next != mark.asciiValue { return false }
    position += 1
    return true
  }

  /// Consumes `mark`, which must come next.
  mutating func expect(_ mark: Character, skippingSpace: Bool = true) throws(SafetensorsError) {
    let next = skippingSpace ? peek() : position < end ? bytes[position] : nil
    guard let next, next == mark.asciiValue else { throw error("'\(mark)' expected") }
    position += 1
  }

  /// Only spaces may follow.
  func expectEnd() throws(SafetensorsError) {
    for index in position..<end where bytes[index] != 0x20 {
      throw .header(offset: index, problem: "only spaces may follow the header's object")
    }
  }

  /// A list of at most `limit` integers from 0 to `Int.max`.
  mutating func integers(atMost limit: Int) throws(SafetensorsError) -> [Int] {
    try expect("[")
    if try take("]") { return [] }
    var numbers: [Int] = []
    repeat {
      if numbers.count == limit { throw error("more than \(limit) numbers in a list") }
      numbers.append(try integer())
    } while try take(",")
    try expect("]")
    return numbers
  }

  private mutating func integer() throws(SafetensorsError) -> Int {
    var number = 0
    var digits = 0
    _ = peek()
    while position < end, bytes[position] >= 0x30, bytes[position] <= 0x39 {
      if digits > 0, number == 0 { throw error("a number starts with 0") }
      let (tens, first) = number.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(Int(bytes[position] - 0x30))
      if first || second { throw error("a number exceeds \(Int.max)") }
      number = sum
      digits += 1
      position += 1
    }
    if digits == 0 { throw error("a non-negative integer expected") }
    return number
  }

  /// A JSON string, its escapes resolved, valid UTF-8.
  mutating func string() throws(SafetensorsError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw error("a string is not UTF-8") }
        position += 1
        return string
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &text)
      case 0..<0x20: throw error("a control character in a string")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw error("a string does not end")
  }

  /// The escape whose backslash has been consumed.
  private mutating func escape(into text: inout [UInt8]) throws(SafetensorsError) {
    guard position < end else { throw error("a string does not end") }
    let mark = bytes[position]
    position += 1
    switch mark {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(mark)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code >= 0xD800, code < 0xDC00 {
        // The first half of a pair: the second must follow.
        guard position + 1 < end, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u") else {
          throw error("half of a surrogate pair")
        }
        position += 2
        let low = try hexadecimal()
        guard low >= 0xDC00, low < 0xE000 else { throw error("half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
      text += Array(String(Character(scalar)).utf8)
    default: throw error("an unknown escape in a string")
    }
  }

  private mutating func hexadecimal() throws(SafetensorsError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw error("four hexadecimal digits expected")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
