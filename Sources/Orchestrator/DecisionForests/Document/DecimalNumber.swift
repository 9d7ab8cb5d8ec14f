// Decimal text to binary numbers, correctly rounded: exact arithmetic where that is possible, the standard library's
// slower conversion elsewhere. The locale plays no part.

/// One number in decimal text, as JSON and LightGBM write it: sign, digits, fraction, exponent.
struct DecimalNumber {
  /// Longest text of a number; the longest that any trainer writes has 24 characters.
  static let maximumLength = 64

  private let text: ArraySlice<UInt8>
  private var significand: UInt64 = 0
  private var exponent = 0
  private var isNegative = false
  /// Whether `significand` holds every digit.
  private var isExact = true
  private var hasFractionOrExponent = false

  /// Whether a byte can be part of a number.
  static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// The number at `range`, whose syntax `isValid` has accepted.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    text = bytes[range]
    var position = range.lowerBound
    func isDigit(_ place: Int) -> Bool { place < range.upperBound && bytes[place] &- UInt8(ascii: "0") <= 9 }
    if position < range.upperBound, bytes[position] == UInt8(ascii: "-") {
      isNegative = true
      position += 1
    }
    while isDigit(position) {
      take(bytes[position])
      position += 1
    }
    if position < range.upperBound, bytes[position] == UInt8(ascii: ".") {
      hasFractionOrExponent = true
      position += 1
      while isDigit(position) {
        take(bytes[position])
        exponent -= 1
        position += 1
      }
    }
    if position < range.upperBound {
      hasFractionOrExponent = true
      position += 1
      let isNegativeExponent = position < range.upperBound && bytes[position] == UInt8(ascii: "-")
      if !isDigit(position) { position += 1 }
      var written = 0
      while isDigit(position) {
        written = min(written * 10 + Int(bytes[position] - UInt8(ascii: "0")), 100_000)
        position += 1
      }
      exponent += isNegativeExponent ? -written : written
    }
  }

  private mutating func take(_ digit: UInt8) {
    let (shifted, overflow) = significand.multipliedReportingOverflow(by: 10)
    let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
    if overflow || carry { isExact = false }
    significand = sum
  }

  /// Whether the bytes are one number: JSON's grammar, and not longer than `maximumLength`.
  static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count <= maximumLength else { return false }
    var rest = bytes
    func takeDigits() -> Int {
      let before = rest.count
      rest = rest.drop { $0 &- UInt8(ascii: "0") <= 9 }
      return before - rest.count
    }
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = takeDigits()
    guard whole >= 1, whole == 1 || !startsWithZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard takeDigits() >= 1 else { return false }
    }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest.removeFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
      guard takeDigits() >= 1 else { return false }
    }
    return rest.isEmpty
  }

  /// The value as an integer; nil where it has a fraction or an exponent, or does not fit.
  var integer: Int64? {
    guard isExact, !hasFractionOrExponent, significand <= UInt64(Int64.max) else { return nil }
    return isNegative ? -Int64(significand) : Int64(significand)
  }

  /// Powers of ten that a double holds exactly.
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// The nearest double where one exact operand by another gives it with a single rounding (Clinger 1990).
  private var quickDouble: Double? {
    guard isExact, significand <= 1 << 53, abs(exponent) <= 22 else { return nil }
    let magnitude = Double(significand)
    let scaled =
      exponent < 0 ? magnitude / Self.powersOfTen[-exponent] : magnitude * Self.powersOfTen[exponent]
    return isNegative ? -scaled : scaled
  }

  /// The nearest double; infinite beyond its range.
  var double: Double {
    quickDouble ?? Double(String(decoding: text, as: UTF8.self)) ?? .nan
  }

  /// The nearest single-precision number; infinite beyond its range.
  var float: Float {
    // Rounding twice errs only where the double lies exactly between two floats, or below the normal floats.
    if let wide = quickDouble {
      if wide == 0 { return Float(wide) }
      let isBetween = wide.bitPattern & 0x1FFF_FFFF == 0x1000_0000
      if !isBetween, abs(wide) >= Double(Float.leastNormalMagnitude) { return Float(wide) }
    }
    return Float(String(decoding: text, as: UTF8.self)) ?? .nan
  }
}
