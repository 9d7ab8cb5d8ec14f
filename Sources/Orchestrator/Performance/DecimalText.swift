// Numbers as text for reports, the same on every machine whatever its locale.

/// Fixed-point decimal text.
package enum DecimalText {
  /// `value` with `digits` decimals and thousands separated by commas: `-1,234.50`. Not a number: `undefined`.
  package static func fixed(_ value: Double, digits: Int) -> String {
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

  /// As ``fixed(_:digits:)`` with a plus in front of what is above 0 after rounding.
  package static func signed(_ value: Double, digits: Int) -> String {
    let text = fixed(value, digits: digits)
    return value > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }

  /// Three figures and a letter for thousands (k) or millions (M), for places with little room: `-1.23k`, `45.6`, `7`.
  package static func compact(_ value: Double) -> String {
    let magnitude = abs(value)
    // Rounding must not carry a figure over to the next letter: 999.6 is 1.00k.
    if magnitude >= 999_500 { return threeFigures(value / 1_000_000) + "M" }
    if magnitude >= 999.5 { return threeFigures(value / 1_000) + "k" }
    return magnitude == magnitude.rounded() ? fixed(value, digits: 0) : threeFigures(value)
  }

  /// A share as percent: `0.1234` is `12.3 %`.
  package static func percent(_ fraction: Double, digits: Int = 1) -> String {
    fixed(fraction * 100, digits: digits) + " %"
  }

  /// `1 trade`, `1,519 trades`.
  package static func counted(_ number: Int, _ one: String, _ many: String) -> String {
    "\(fixed(Double(number), digits: 0)) \(number == 1 ? one : many)"
  }

  private static func threeFigures(_ value: Double) -> String {
    let magnitude = abs(value)
    return fixed(value, digits: magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.0995 ? 2 : 4)
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
