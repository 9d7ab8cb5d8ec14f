// Reproducible random numbers: a pure function of (seed, stream, counter), so that any draw can be made again alone.

import Glibc

/// A counter-based random generator, Philox4x32-10.
///
/// Draw `n` of a stream depends on nothing but the key: two parts of the program that use different streams never
/// disturb each other's numbers, whatever order they run in. The type deliberately does not conform to
/// `RandomNumberGenerator`: how the standard library turns words into numbers and shuffles is not promised to stay the
/// same between toolchains, the methods here are.
///
/// The 64-bit seed is the Philox key; the 128-bit Philox counter is `counter` (low half) and `stream` (high half). Each
/// counter value yields one 64-bit word, the first half of its block.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// doi:10.1145/2063384.2063405.
@frozen package struct CounterRandom: Hashable, Sendable {
  /// The key.
  package let seed: UInt64
  /// Which of the 2^64 independent sequences under that key.
  package let stream: UInt64
  /// The counter of the next draw.
  package var counter: UInt64

  /// A generator that starts at draw `counter` of `stream`.
  @inlinable package init(seed: UInt64, stream: UInt64, counter: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
    self.counter = counter
  }

  /// A generator whose stream is named by its purpose, for example `latency.entry`, and an index within it.
  package init(seed: UInt64, purpose: String, index: UInt64 = 0) {
    var hash = StableHash()
    hash.combine(purpose)
    hash.combine(index)
    self.init(seed: seed, stream: hash.value)
  }

  /// Draw number `counter` of `stream` under `seed`.
  @inlinable package static func value(seed: UInt64, stream: UInt64, counter: UInt64) -> UInt64 {
    let words = block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    return UInt64(words.x) | UInt64(words.y) << 32
  }

  /// The Philox4x32-10 bijection: ten rounds of two 32x32-bit products under a Weyl-sequence key.
  @inlinable package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let first = UInt64(x0) &* 0xD251_1F53
      let second = UInt64(x2) &* 0xCD9E_8D57
      let next0 = UInt32(truncatingIfNeeded: second >> 32) ^ x1 ^ k0
      let next2 = UInt32(truncatingIfNeeded: first >> 32) ^ x3 ^ k1
      x1 = UInt32(truncatingIfNeeded: second)
      x3 = UInt32(truncatingIfNeeded: first)
      x0 = next0
      x2 = next2
      k0 = k0 &+ 0x9E37_79B9
      k1 = k1 &+ 0xBB67_AE85
    }
    return SIMD4(x0, x1, x2, x3)
  }

  /// The next 64 uniform bits.
  @inlinable package mutating func next() -> UInt64 {
    let word = CounterRandom.value(seed: seed, stream: stream, counter: counter)
    counter &+= 1
    return word
  }

  /// Uniform on [0, 1): a multiple of 2^-53.
  @inlinable package mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Uniform on the open interval (0, 1): safe as an argument of a logarithm or a quantile function.
  @inlinable package mutating func nextOpenUniform() -> Double {
    // 52 bits and a half step: with 53 the largest value would round up to 1.
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// Uniform on [range.lowerBound, range.upperBound).
  @inlinable package mutating func nextUniform(in range: Range<Double>) -> Double {
    let value = range.lowerBound + nextUniform() * (range.upperBound - range.lowerBound)
    // The product may round up to the excluded bound.
    return value < range.upperBound ? value : range.lowerBound
  }

  /// Uniform on 0 ..< `bound` without bias; may use more than one draw.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", 2019, doi:10.1145/3230636.
  /// - Precondition: `bound` is positive.
  @inlinable package mutating func nextInteger(below bound: UInt64) -> UInt64 {
    precondition(bound > 0, "an integer below 0 was asked for")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold {
        product = next().multipliedFullWidth(by: bound)
      }
    }
    return product.high
  }

  /// Uniform on the integers of a non-empty range.
  @inlinable package mutating func nextInteger(in range: ClosedRange<Int>) -> Int {
    let span = UInt64(bitPattern: Int64(range.upperBound)) &- UInt64(bitPattern: Int64(range.lowerBound))
    let offset = span == .max ? next() : nextInteger(below: span + 1)
    return Int(truncatingIfNeeded: UInt64(bitPattern: Int64(range.lowerBound)) &+ offset)
  }

  /// Standard normal, by the quantile function: exactly one draw per number.
  @inlinable package mutating func nextGaussian() -> Double {
    normalQuantile(nextOpenUniform())
  }

  /// Exponential with that mean: exactly one draw per number.
  @inlinable package mutating func nextExponential(mean: Double) -> Double {
    -mean * log(nextOpenUniform())
  }

  /// Puts `values` into a uniformly random order (Fisher-Yates, from the end).
  @inlinable package mutating func shuffle<Element>(_ values: inout [Element]) {
    guard values.count > 1 else { return }
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, Int(nextInteger(below: UInt64(last) + 1)))
    }
  }
}
