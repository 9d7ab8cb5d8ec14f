// Decimal numbers from bytes, in the Brazilian and the international form, without a String in between.

/// Which marks a file's numbers use.
package enum NumberStyle: String, Codable, Sendable, CaseIterable {
  /// `1,234.5`: point before decimals, comma (where present) between thousands.
  case decimalPoint = "point"
  /// `1.234,5`: comma before decimals, point (where present) between thousands.
  case decimalComma = "comma"

  var decimalMark: UInt8 { self == .decimalPoint ? UInt8(ascii: ".") : UInt8(ascii: ",") }
  var groupMark: UInt8 { self == .decimalPoint ? UInt8(ascii: ",") : UInt8(ascii: ".") }
}

/// A decimal number: `value` / 10^`places`.
package struct ScannedDecimal: Equatable, Sendable {
  package var value: Int64
  /// Digits after the decimal mark; -1 when the text was not a number.
  package var places: Int

  static let invalid = ScannedDecimal(value: 0, places: -1)
  @inline(__always) package var isValid: Bool { places >= 0 }

  /// The number when it is whole, else nil.
  @inline(__always) package var whole: Int64? {
    if places == 0 { return value }
    return places > 0 ? wholeOfDecimals : nil
  }

  @inline(never)
  private var wholeOfDecimals: Int64? {
    let divisor = TickGrid.powersOfTen[places]
    return value % divisor == 0 ? value / divisor : nil
  }
}

/// Scans one field. Thousands marks must group by exactly three digits, so that a file read with the wrong style is
/// rejected rather than read wrong by a factor of a thousand.
package struct DecimalScanner: Sendable {
  let decimalMark: UInt8
  let groupMark: UInt8

  /// - Parameter delimiter: the byte between columns, which cannot stand inside a number.
  package init(_ style: NumberStyle, delimiter: UInt8) {
    decimalMark = style.decimalMark
    // A thousands mark that separates columns cannot also stand inside a number.
    groupMark = style.groupMark == delimiter ? 0 : style.groupMark
  }

  /// Reads a number at `cursor`, up to `end` or the first byte that cannot belong to it, and moves `cursor` there.
  ///
  /// At most 18 significant digits; anything longer, and anything without a digit, is invalid.
  @inline(__always)
  package func scan(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> ScannedDecimal {
    if let short = scanShort(&cursor, end) { return short }
    return scanAny(&cursor, end)
  }

  /// Numbers that end within eight bytes, without sign and thousands marks: nearly all of them. Nil leaves the cursor.
  @inline(__always)
  private func scanShort(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> ScannedDecimal? {
    guard end - cursor >= 8 else { return nil }
    let word = ByteWord(at: cursor)
    let marks = word.nonDigits
    let first = marks.trailingZeroBitCount &>> 3
    guard first > 0, first < 8 else { return nil }
    let mark = word.byte(first)
    if mark != decimalMark {
      if mark == groupMark, mark != 0 { return nil }
      cursor += first
      return ScannedDecimal(value: Int64(truncatingIfNeeded: word.number(digits: first)), places: 0)
    }
    let second = (marks & (marks &- 1)).trailingZeroBitCount &>> 3
    guard second < 8 else { return nil }
    let next = word.byte(second)
    if next == decimalMark || next == groupMark { return nil }
    let whole = word.prefix(first)
    let decimals = (word.value &>> 8) & ~((1 &<< UInt64(8 &* first)) &- 1)
    cursor += second
    return ScannedDecimal(
      value: Int64(truncatingIfNeeded: ByteWord(whole | decimals).number(digits: second &- 1)),
      places: second &- first &- 1)
  }

  /// The obvious version, for every number; the short one must agree with it.
  @inline(never)
  package func scanAny(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> ScannedDecimal {
    var isNegative = false
    if cursor < end, cursor.pointee == UInt8(ascii: "-") {
      isNegative = true
      cursor += 1
    }
    var value: UInt64 = 0
    var digits = 0
    var significant = 0
    var pointAt = -1
    var groupAt = -1
    while cursor < end {
      let byte = cursor.pointee
      let digit = byte &- UInt8(ascii: "0")
      if digit < 10 {
        value = value &* 10 &+ UInt64(digit)
        digits &+= 1
        significant = value == 0 ? 0 : significant &+ 1
      } else if byte == decimalMark {
        if pointAt >= 0 { return .invalid }
        if groupAt >= 0, digits &- groupAt != 3 { return .invalid }
        groupAt = -1
        pointAt = digits
      } else if byte == groupMark, byte != 0 {
        let isWellPlaced = groupAt >= 0 ? digits &- groupAt == 3 : digits >= 1 && digits <= 3
        if pointAt >= 0 || !isWellPlaced { return .invalid }
        groupAt = digits
      } else {
        break
      }
      cursor += 1
    }
    if groupAt >= 0, digits &- groupAt != 3 { return .invalid }
    let places = pointAt < 0 ? 0 : digits &- pointAt
    guard digits > 0, significant <= TickGrid.mostDecimals, places <= TickGrid.mostDecimals else { return .invalid }
    return ScannedDecimal(value: isNegative ? -Int64(value) : Int64(value), places: places)
  }
}
