// Exact conversion of decimal prices to ticks, so that no binary fraction decides whether a price is on the grid.

/// A tick size as an exact decimal number, with the conversion of decimal prices to whole ticks.
package struct TickGrid: Sendable {
  /// Tick size = `mantissa` / 10^`decimals`.
  package let mantissa: Int64
  package let decimals: Int

  /// Most decimal places of a number that can be converted.
  static let mostDecimals = 18
  static let powersOfTen: [Int64] = (0...18).map { (0..<$0).reduce(Int64(1)) { power, _ in power * 10 } }

  /// Takes the shortest decimal number that is `tickSize`; nil when not positive, finite and below 1e9 with at most 9
  /// decimal places.
  package init?(tickSize: Double) {
    guard tickSize.isFinite, tickSize > 0, tickSize < 1e9 else { return nil }
    for decimals in 0...9 {
      let scaled = (tickSize * Double(TickGrid.powersOfTen[decimals])).rounded()
      guard scaled >= 1, scaled < 1e18 else { continue }
      if scaled / Double(TickGrid.powersOfTen[decimals]) == tickSize {
        mantissa = Int64(scaled)
        self.decimals = decimals
        return
      }
    }
    return nil
  }

  /// The tick nearest to `value` / 10^`places` (ties away from zero) and whether it lies exactly there.
  ///
  /// Nil when the number does not fit.
  @inline(__always)
  package func ticks(_ value: Int64, places: Int) -> (ticks: Int64, isExact: Bool)? {
    // value / 10^places / (mantissa / 10^decimals) = value * 10^(decimals - places) / mantissa, kept in integers.
    var numerator = value
    var divisor = mantissa
    if places < decimals {
      let (product, overflow) = value.multipliedReportingOverflow(by: TickGrid.power(decimals - places))
      guard !overflow else { return nil }
      numerator = product
    } else if places > decimals {
      // The price's trailing digits decide; the divisor is small for every real tick size.
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: TickGrid.power(places - decimals))
      guard !overflow else { return nil }
      divisor = product
    }
    let quotient = numerator / divisor
    let remainder = numerator &- quotient &* divisor
    if remainder == 0 { return (quotient, true) }
    let isFar = remainder.magnitude >= divisor.magnitude - remainder.magnitude
    return (isFar ? quotient + (numerator < 0 ? -1 : 1) : quotient, false)
  }

  /// 10^`exponent` for 1...18, without touching an array.
  @inline(__always)
  private static func power(_ exponent: Int) -> Int64 {
    switch exponent {
    case 1: return 10
    case 2: return 100
    case 3: return 1_000
    case 4: return 10_000
    default:
      var power: Int64 = 10_000
      for _ in 4..<exponent { power *= 10 }
      return power
    }
  }
}
