// Numbers out of the file's bytes: decimal text and UBJSON's big-endian types.

extension NumberSpan {
  /// The numbers as integers, or nil when one of them is not an integer.
  func integers(in bytes: [UInt8]) -> [Int64]? {
    var result: [Int64] = []
    result.reserveCapacity(Int(count))
    var isInteger = true
    forEach(in: bytes) { marker, range in
      let value = marker == 0 ? DecimalNumber(bytes, range).integer : UBJSONNumber.integer(marker, bytes, range)
      guard let value else {
        isInteger = false
        return
      }
      result.append(value)
    }
    return isInteger ? result : nil
  }

  /// The numbers in single precision, correctly rounded.
  func floats(in bytes: [UInt8]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(Int(count))
    forEach(in: bytes) { marker, range in
      result.append(marker == 0 ? DecimalNumber(bytes, range).float : UBJSONNumber.float(marker, bytes, range))
    }
    return result
  }

  /// Calls `body` with each number's UBJSON marker (0 for text) and bytes. The scanner has verified all bounds.
  private func forEach(in bytes: [UInt8], _ body: (UInt8, Range<Int>) -> Void) {
    var position = Int(span.offset)
    let end = position + Int(span.length)
    switch form {
    case .text:
      while position < end {
        while position < end, !DecimalNumber.isPart(bytes[position]) { position += 1 }
        let start = position
        while position < end, DecimalNumber.isPart(bytes[position]) { position += 1 }
        if start < position { body(0, start..<position) }
      }
    case .tagged:
      while position < end {
        let width = UBJSONNumber.width(of: bytes[position]) ?? 0
        body(bytes[position], (position + 1)..<(position + 1 + width))
        position += 1 + width
      }
    case .packed(let marker):
      let width = UBJSONNumber.width(of: marker) ?? 1
      while position < end {
        body(marker, position..<(position + width))
        position += width
      }
    }
  }
}

/// UBJSON's number types.
enum UBJSONNumber {
  /// Bytes of a number behind its marker; nil for markers that are no number.
  static func width(of marker: UInt8) -> Int? {
    switch marker {
    case UInt8(ascii: "i"), UInt8(ascii: "U"): 1
    case UInt8(ascii: "I"): 2
    case UInt8(ascii: "l"), UInt8(ascii: "d"): 4
    case UInt8(ascii: "L"), UInt8(ascii: "D"): 8
    default: nil
    }
  }

  private static func bits(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    var value: UInt64 = 0
    for index in range { value = value << 8 | UInt64(bytes[index]) }
    return value
  }

  /// An integer type's value; nil for the two floating-point types.
  static func integer(_ marker: UInt8, _ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
    let value = bits(bytes, range)
    return switch marker {
    case UInt8(ascii: "i"): Int64(Int8(truncatingIfNeeded: value))
    case UInt8(ascii: "U"): Int64(value)
    case UInt8(ascii: "I"): Int64(Int16(truncatingIfNeeded: value))
    case UInt8(ascii: "l"): Int64(Int32(truncatingIfNeeded: value))
    case UInt8(ascii: "L"): Int64(bitPattern: value)
    default: nil
    }
  }

  /// Any number type's value in single precision.
  static func float(_ marker: UInt8, _ bytes: [UInt8], _ range: Range<Int>) -> Float {
    let value = bits(bytes, range)
    return switch marker {
    case UInt8(ascii: "d"): Float(bitPattern: UInt32(truncatingIfNeeded: value))
    case UInt8(ascii: "D"): Float(Double(bitPattern: value))
    default: Float(integer(marker, bytes, range) ?? 0)
    }
  }
}
