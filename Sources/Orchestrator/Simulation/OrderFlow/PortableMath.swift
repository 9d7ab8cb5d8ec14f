// Exponential and logarithm that give the same bits on every machine.

/// Library functions may differ in the last bit between platforms, and one such bit would change a whole simulated day.
/// These use IEEE additions, multiplications and divisions only, in a fixed order.
package enum PortableMath {
  private static let ln2 = 0x1.62e42fefa39efp-1
  /// ln 2 in two parts; the first has trailing zeros, so that small integers times it are exact.
  private static let ln2High = 0x1.62e42feep-1
  private static let ln2Low = 0x1.a39ef35793c76p-33

  /// Natural logarithm of a positive normal number, within 2 ulp.
  ///
  /// x = m 2^e with m near 1; ln m = 2 artanh((m - 1) / (m + 1)) as its Taylor series.
  package static func logarithm(_ x: Double) -> Double {
    let bits = x.bitPattern
    var exponent = Int(bits >> 52) - 1023
    var mantissa = Double(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if mantissa > 1.414_213_562_373_095_1 {
      mantissa /= 2
      exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var sum = 1.0 / 21
    sum = sum * square + 1.0 / 19
    sum = sum * square + 1.0 / 17
    sum = sum * square + 1.0 / 15
    sum = sum * square + 1.0 / 13
    sum = sum * square + 1.0 / 11
    sum = sum * square + 1.0 / 9
    sum = sum * square + 1.0 / 7
    sum = sum * square + 1.0 / 5
    sum = sum * square + 1.0 / 3
    let whole = Double(exponent)
    return whole * ln2High + (2 * s + 2 * s * square * sum + whole * ln2Low)
  }

  /// e^x for x up to 700, within 2 ulp; 0 below -700.
  ///
  /// x = k ln 2 + r with |r| <= ln 2 / 2; e^r by its Taylor series.
  package static func exponential(_ x: Double) -> Double {
    precondition(x <= 700, "e to the power of \(x) is out of range: 700 at most")
    if x < -700 { return 0 }
    let k = (x / ln2).rounded(.toNearestOrEven)
    let r = (x - k * ln2High) - k * ln2Low
    var sum = 1.0 / 6_227_020_800
    sum = sum * r + 1.0 / 479_001_600
    sum = sum * r + 1.0 / 39_916_800
    sum = sum * r + 1.0 / 3_628_800
    sum = sum * r + 1.0 / 362_880
    sum = sum * r + 1.0 / 40_320
    sum = sum * r + 1.0 / 5_040
    sum = sum * r + 1.0 / 720
    sum = sum * r + 1.0 / 120
    sum = sum * r + 1.0 / 24
    sum = sum * r + 1.0 / 6
    sum = sum * r + 1.0 / 2
    sum = sum * r + 1
    sum = sum * r + 1
    return sum * Double(bitPattern: UInt64(1023 + Int(k)) << 52)
  }
}
