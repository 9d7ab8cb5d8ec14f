// Whether one strategy did better than another on the same days, with the days' dependence kept.

import QuantMath
package import Validation

/// The mean daily difference of two strategies with its interval by stationary bootstrap of the paired days.
///
/// Pairing takes out what both earned or lost because of the day. Blocks keep the dependence of neighbouring days;
/// their mean length is chosen from the differences (``BlockBootstrap/automaticLengths(_:)``).
package struct PairedDifference: Hashable, Sendable, Codable {
  /// Fewest days on which an interval is given.
  package static let leastDays = 10

  package var days: Int
  /// Mean of (candidate - baseline) a day, in reais.
  package var mean: Double
  /// Standard error, 95 % percentile interval; nil below ``leastDays`` days.
  package var standardError: Double?
  package var lower: Double?
  package var upper: Double?
  /// Mean block length that was drawn with; nil without an interval.
  package var blockLength: Double?

  /// - Parameters:
  ///   - candidate: Daily results in reais.
  ///   - baseline: Those of the same days.
  package init(
    candidate: [Double], baseline: [Double], seed: UInt64, replicates: Int = 2_000
  ) throws(ValidationError) {
    guard candidate.count == baseline.count else {
      throw .lengthMismatch(name: "baseline", count: baseline.count, expected: candidate.count)
    }
    let differences = zip(candidate, baseline).map { $0 - $1 }
    days = differences.count
    mean = differences.isEmpty ? 0 : differences.reduce(0, +) / Double(differences.count)
    guard differences.count >= Self.leastDays else { return }
    // The same every day: there is nothing to resample, and nothing to be unsure of but the sample itself.
    let isConstant = differences.allSatisfy { $0 == differences[0] }
    let length = isConstant ? 1 : try Self.blockLength(differences)
    blockLength = length
    let interval = try BlockBootstrap(scheme: .stationary(meanLength: length), seed: seed).interval(
      of: differences, replicates: replicates
    ) { $0.reduce(0, +) / Double($0.count) }
    standardError = interval.standardError
    lower = interval.lower
    upper = interval.upper
  }

  /// The automatic length, or the cube root of the number of days where the series is too odd for it: idle days can
  /// make a lagged part of it constant.
  private static func blockLength(_ differences: [Double]) throws(ValidationError) -> Double {
    do {
      return try BlockBootstrap.automaticLengths(differences).stationary
    } catch {
      let days = Double(differences.count)
      var length = 1.0
      while length * length * length < days { length += 1 }
      return length
    }
  }

  /// Whether the interval lies wholly on one side of 0.
  package var isDistinct: Bool {
    guard let lower, let upper else { return false }
    return lower > 0 || upper < 0
  }

  /// One line for people.
  package var text: String {
    let head = "\(TextTable.number(mean)) BRL a day over \(days) days"
    guard let lower, let upper else { return head + ", too few for an interval" }
    return head + ", 95 % from \(TextTable.number(lower)) to \(TextTable.number(upper))"
  }
}
