// The hour as numbers that a network can use: 23:59 lies beside 0:00.

import Glibc

/// The time within a period as sines and cosines of its first harmonics.
///
///     feature 2 h, 2 h + 1 of harmonic h + 1: sin(2 pi (h + 1) t / period), cos(2 pi (h + 1) t / period)
///
/// More input columns, made by whoever makes the others; two places within the period never look alike, and higher
/// harmonics tell near ones apart.
package struct TimeOfDay: Hashable, Sendable {
  /// Length of a period in nanoseconds: a day, or a session.
  package let period: Int64
  /// Harmonics, each of two features.
  package let harmonics: Int

  /// One day in nanoseconds.
  package static let day: Int64 = 86_400_000_000_000

  /// - Precondition: `period` and `harmonics` are positive.
  package init(period: Int64 = day, harmonics: Int) {
    precondition(period > 0 && harmonics > 0, "a time of day needs a positive period and at least one harmonic")
    self.period = period
    self.harmonics = harmonics
  }

  /// Columns that the features take.
  package var count: Int { 2 * harmonics }

  /// Writes the features of `time`, nanoseconds from any start of a period, to `out` (``count``).
  package func write(_ time: Int64, to out: UnsafeMutablePointer<Float>) {
    // The remainder is taken in integers: nanoseconds since 1970 do not fit a Double.
    let remainder = time % period
    let place = Double(remainder < 0 ? remainder + period : remainder) / Double(period)
    for harmonic in 0..<harmonics {
      let angle = 2 * Double.pi * Double(harmonic + 1) * place
      out[2 * harmonic] = Float(sin(angle))
      out[2 * harmonic + 1] = Float(cos(angle))
    }
  }
}
