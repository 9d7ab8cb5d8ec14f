// How often it trades: exponential kernels over the prints of each side.

import Glibc

/// Intensities of buyer- and seller-initiated trades at four half-lives, and their contracts, fading likewise.
///
/// Source: the exponential kernels of A. G. Hawkes, "Spectra of Some Self-Exciting and Mutually Exciting Point
/// Processes", Biometrika 58 (1971), 83-90.
struct TradeKernels {
  /// 1 s, 10 s, 60 s and 300 s, in nanoseconds.
  static let halfLives = SIMD4<Double>(1e9, 10e9, 60e9, 300e9)

  private var buys = SIMD4<Double>.zero
  private var sells = SIMD4<Double>.zero
  private var contracts = SIMD4<Double>.zero
  private var time: Int64 = 0
  private var start = Int64.max

  /// Adds a trade that the buyer (+1), the seller (-1) or neither (0) started, at a time not before the last.
  mutating func add(sign: Int64, quantity: Int64, at time: Int64) {
    if start == .max {
      start = time
      self.time = time
    }
    if time > self.time {
      let weight = Self.weight(time - self.time)
      buys *= weight
      sells *= weight
      contracts *= weight
      self.time = time
    }
    if sign > 0 { buys += 1 } else if sign < 0 { sells += 1 }
    contracts += Double(sign * quantity)
  }

  /// Writes intensities (trades a second) and faded contracts at `time`.
  func write(to values: EventValues, at time: Int64) {
    guard start != .max else { return }
    let weight = Self.weight(max(0, time - self.time))
    // A kernel whose integral is one makes a steady stream of trades give its rate.
    let rate = weight * (0.693_147_180_559_945_3 * 1e9) / Self.halfLives
    let (bought, sold, faded) = (buys * rate, sells * rate, contracts * weight)
    for index in 0..<4 {
      let isWarm = Double(time - start) >= Double(DecayedSum.warmUpHalfLives) * Self.halfLives[index]
      func put(_ first: EventSignal, _ value: Double) {
        values.pointer[first.rawValue + index] = isWarm ? value : .nan
      }
      put(.buyIntensity1, bought[index])
      put(.sellIntensity1, sold[index])
      put(.intensityDifference1, bought[index] - sold[index])
      if index == 1 { values[.signedVolume10] = isWarm ? faded[1] : .nan }
      if index == 2 { values[.signedVolume60] = isWarm ? faded[2] : .nan }
    }
  }

  private static func weight(_ elapsed: Int64) -> SIMD4<Double> {
    guard elapsed > 0 else { return .one }
    let ages = Double(-elapsed) / halfLives
    return SIMD4(exp2(ages[0]), exp2(ages[1]), exp2(ages[2]), exp2(ages[3]))
  }
}

extension SIMD4<Double> {
  fileprivate static var one: SIMD4<Double> { SIMD4(repeating: 1) }
}
