// Sums that fade with time.

import Glibc

/// The sum of what was added, each item halved every half-life since.
///
/// The time between two additions is an integer number of nanoseconds, so equal events give equal bits; the value
/// depends on the stream's start with weight 2^(-age / half-life), and is unknown until that is below one per cent.
struct DecayedSum {
  /// Half-lives until the weight of what came before the start has fallen to 1 / 128.
  static let warmUpHalfLives: Int64 = 7

  private let halfLife: Int64
  private var sum = 0.0
  private var time: Int64 = 0
  /// When the stream was first seen; .max before.
  private var start = Int64.max

  /// - Parameter halfLife: nanoseconds, positive.
  init(halfLife: Int64) { self.halfLife = halfLife }

  /// The stream is being watched from `time` on, if it was not before.
  mutating func begin(at time: Int64) {
    guard start == .max else { return }
    start = time
    self.time = time
  }

  /// Adds `amount` at `time`, which is not before the last.
  mutating func add(_ amount: Double, at time: Int64) {
    if time > self.time {
      sum *= exp2(-Double(time - self.time) / Double(halfLife))
      self.time = time
    }
    sum += amount
  }

  /// The sum at `time`; NaN while what came before the start may still weigh.
  func value(at time: Int64) -> Double {
    guard start != .max, time - start >= Self.warmUpHalfLives * halfLife else { return .nan }
    return sum * exp2(-Double(max(0, time - self.time)) / Double(halfLife))
  }
}
