// The escapes of JSON strings.

/// Text inside JSON's quotes.
enum JSONText {
  /// Resolves escapes; refuses unknown ones and lone surrogates.
  static func unescape(_ raw: ArraySlice<UInt8>) throws(ForestError) -> String {
    guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
    var units: [UInt16] = []
    var plain: [UInt8] = []
    func flushPlain() {
      units.append(contentsOf: String(decoding: plain, as: UTF8.self).utf16)
      plain.removeAll()
    }
    var rest = raw
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        plain.append(byte)
        continue
      }
      flushPlain()
      units.append(try escape(&rest))
    }
    flushPlain()
    guard let text = String(validating: units, as: UTF16.self) else {
      throw ForestError(.malformed, "a string escapes half of a surrogate pair")
    }
    return text
  }

  private static func escape(_ rest: inout ArraySlice<UInt8>) throws(ForestError) -> UInt16 {
    switch rest.popFirst() {
    case UInt8(ascii: "\""): return 0x22
    case UInt8(ascii: "\\"): return 0x5C
    case UInt8(ascii: "/"): return 0x2F
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"):
      let digits = rest.prefix(4)
      let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
      guard digits.count == 4, isHexadecimal, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
      else { break }
      rest.removeFirst(4)
      return unit
    default: break
    }
    throw ForestError(.malformed, "a string has an escape that JSON does not know")
  }
}
