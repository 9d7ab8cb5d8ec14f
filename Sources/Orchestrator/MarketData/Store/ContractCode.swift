// Code of the contract that a row belongs to, small enough to live inside the row.

/// Up to eight ASCII characters such as `WDOZ21`; NumPy's `S8`. Empty when the source does not tell.
@frozen package struct ContractCode: Hashable, Sendable, BitwiseCopyable {
  /// The characters, first one in the lowest byte, the rest zero.
  package var rawValue: UInt64

  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }

  package static let empty = ContractCode(rawValue: 0)

  /// Nil when `text` has more than eight bytes or anything but visible ASCII.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 8, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    rawValue = bytes.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
  }
}

extension ContractCode: CustomStringConvertible {
  package var description: String {
    var text = ""
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      let byte = UInt8(truncatingIfNeeded: rawValue >> shift)
      if byte == 0 { break }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return text
  }
}
