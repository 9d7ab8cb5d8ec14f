// Numbers as text for reports, the same on every machine whatever its locale.

/// Fixed-point decimal text.
enum DecimalText {
  /// `value` with `digits` decimals and thousands separated by commas: `-1,234.50`. Not a number: `undefined`.
  static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "undefined" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
    // Beyond 2^53 the decimals are not there to be shown.
    guard scaled < 9_007_199_254_740_992 else { return "\(value)" }
    let units = UInt64(scaled)
    let divisor = UInt64(scale)
    let sign = value < 0 && units > 0 ? "-" : ""
    let whole = grouped(units / divisor)
    if digits == 0 { return sign + whole }
    let fraction = String(units % divisor)
    return sign + whole + "." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// Digits in groups of three.
  private static func grouped(_ number: UInt64) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
