// Numbers as people read them, in one form for every display: no locale, no Foundation.

/// Text forms of numbers.
package enum NumberText {
  /// `value` rounded to `places` decimals (0 to 9), with `,` between thousands; `nan` and `inf` as such.
  package static func decimal(_ value: Double, places: Int) -> String {
    precondition((0...9).contains(places), "places must be 0...9")
    guard value.isFinite else { return value.isNaN ? "nan" : (value < 0 ? "-inf" : "inf") }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e18 else { return String(value) }
    let digits = UInt64(scaled)
    let divisor = UInt64(scale)
    let sign = value < 0 && digits > 0 ? "-" : ""
    let whole = sign + grouped(digits / divisor)
    guard places > 0 else { return whole }
    let fraction = String(digits % divisor)
    return whole + "." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// `value` with `,` between thousands.
  package static func grouped(_ value: UInt64) -> String {
    let digits = Array(String(value).utf8)
    var text: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A duration with the unit that keeps it readable: `850 ns`, `8.1 us`, `2.40 ms`, `1.50 s`.
  package static func duration(nanoseconds: Double) -> String {
    switch abs(nanoseconds) {
    case ..<100: return decimal(nanoseconds, places: nanoseconds == nanoseconds.rounded() ? 0 : 1) + " ns"
    case ..<1_000: return decimal(nanoseconds, places: 0) + " ns"
    case ..<1_000_000: return decimal(nanoseconds / 1_000, places: 1) + " us"
    case ..<1_000_000_000: return decimal(nanoseconds / 1_000_000, places: 2) + " ms"
    default: return decimal(nanoseconds / 1_000_000_000, places: 2) + " s"
    }
  }

  /// A span as a clock shows it: `0:07`, `12:34`, `1:02:03`.
  package static func clock(seconds: Int64) -> String {
    let total = max(0, seconds)
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
  }

  /// Two digits.
  package static func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }
}
