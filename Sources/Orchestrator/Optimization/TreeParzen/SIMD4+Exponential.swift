// The exponential of four numbers at once, for sums over many kernels.

/// exp(x) in each lane, within 2e-14 of its size; for x in [-700, 0].
///
/// x = k ln 2 + r with |r| <= ln 2 / 2; exp(r) is its Taylor series up to r^11 / 11!, and k is added to the exponent.
@inline(__always)
package func exponential(_ x: SIMD4<Double>) -> SIMD4<Double> {
  // Added to it, a number loses all bits below 1, and the lowest bits of the sum are the rounded number.
  let shifter = SIMD4<Double>(repeating: 0x1.8p52)
  let shifted = x * 1.442695040888963407 + shifter
  let k = shifted - shifter
  // ln 2 in two parts, the first so short that its product with k is exact.
  let r = (x - k * 0x1.62e42fefap-1) - k * 0x1.cf79abc9e3b39p-40
  var sum = r * (1 / 39_916_800) + 1 / 3_628_800
  sum = sum * r + 1 / 362_880
  sum = sum * r + 1 / 40_320
  sum = sum * r + 1 / 5_040
  sum = sum * r + 1 / 720
  sum = sum * r + 1 / 120
  sum = sum * r + 1 / 24
  sum = sum * r + 1 / 6
  sum = sum * r + 0.5
  sum = sum * r + 1
  sum = sum * r + 1
  let exponent = unsafeBitCast(shifted, to: SIMD4<UInt64>.self) &<< 52
  return unsafeBitCast(unsafeBitCast(sum, to: SIMD4<UInt64>.self) &+ exponent, to: SIMD4<Double>.self)
}

/// erf(x) in each lane, within 2e-7; for x in [0, 26].
///
/// Source: M. Abramowitz, I. Stegun, "Handbook of mathematical functions" (1964), 7.1.26.
@inline(__always)
package func errorFunction(_ x: SIMD4<Double>) -> SIMD4<Double> {
  let t = 1 / (x * 0.3275911 + 1)
  var sum = t * 1.061405429 - 1.453152027
  sum = sum * t + 1.421413741
  sum = sum * t - 0.284496736
  sum = sum * t + 0.254829592
  return 1 - sum * t * exponential(-x * x)
}
