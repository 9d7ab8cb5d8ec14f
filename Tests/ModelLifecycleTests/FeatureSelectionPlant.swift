// Candidates with a known truth: ten that matter, ten copies of these with noise, the rest noise; all of them persist
// from row to row as market features do, and labels overlap.

import Foundation
import ModelLifecycle
import QuantMath
import TradingDomain
import Validation

/// A planted problem.
struct PlantedRows {
  static let informative = 10
  /// Bars from decision to outcome.
  static let horizon = 5

  let rows: SelectionRows

  /// - Parameters:
  ///   - strength: Size of the log odds; 0 plants nothing, and every candidate is noise.
  init(rows count: Int, candidates: Int = 200, strength: Double = 1, seed: UInt64) throws {
    var columns: [[Double]] = []
    for column in 0..<candidates {
      var random = CounterRandom(seed: seed, purpose: "plant", index: UInt64(column))
      if strength > 0, column >= Self.informative, column < 2 * Self.informative {
        // A redundant copy: correlation 0.85 with its original.
        columns.append(columns[column - Self.informative].map { 0.85 * $0 + 0.527 * random.nextGaussian() })
      } else {
        // Half-lives from 3 to 40 rows: indicators of short and long windows.
        let memory = pow(0.5, 1 / (3 + 37 * random.nextUniform()))
        columns.append(Self.persistent(count, memory: memory, &random))
      }
    }
    var random = CounterRandom(seed: seed, purpose: "plant labels")
    // Outcomes overlap as five-bar moves do: the noise of neighbouring labels is shared.
    let shocks = (0..<(count + Self.horizon)).map { _ in random.nextGaussian() }
    var directions: [Float] = []
    var labels: [Label] = []
    for row in 0..<count {
      let noise = shocks[row..<(row + Self.horizon)].reduce(0, +) / Double(Self.horizon).squareRoot()
      let signal = strength > 0 ? strength * Self.signal(columns.prefix(Self.informative).map { $0[row] }) : 0
      directions.append(signal + noise > 0 ? 1 : 0)
      let start = Timestamp(nanoseconds: Int64(row) * 60_000_000_000)
      labels.append(
        Label(
          startIndex: row, endIndex: row + Self.horizon, start: start,
          end: start + .seconds(60 * Int64(Self.horizon)), value: Double(directions[row] * 2 - 1)))
    }
    var values: [Float] = []
    values.reserveCapacity(count * candidates)
    for row in 0..<count { for column in columns { values.append(Float(column[row])) } }
    rows = try SelectionRows(
      names: (0..<candidates).map { Self.name($0, planted: strength > 0) }, values: values, labels: labels,
      directions: directions, weights: AverageUniqueness.weights(labels))
  }

  /// Three straight lines, a threshold, a bowl, a bump, a saturating curve, and a product whose one factor says nothing
  /// alone but decides whether another counts, beside that other and a kink.
  private static func signal(_ x: [Double]) -> Double {
    let straight = 0.30 * x[0] - 0.30 * x[1] + 0.25 * x[2]
    let bent = 0.30 * (x[3] > 0.5 ? 1 : -0.45) + 0.22 * (x[4] * x[4] - 1) + 0.9 * (exp(-x[5] * x[5]) - 0.577)
    let gated = x[8] > 0 ? 0.65 * x[7] : 0
    return straight + bent + 0.35 * tanh(2 * x[6]) + gated + 0.40 * (max(0, x[9]) - 0.4)
  }

  private static func persistent(_ count: Int, memory: Double, _ random: inout CounterRandom) -> [Double] {
    let fresh = (1 - memory * memory).squareRoot()
    var value = random.nextGaussian()
    return (0..<count).map { _ in
      value = memory * value + fresh * random.nextGaussian()
      return value
    }
  }

  private static func name(_ column: Int, planted: Bool) -> String {
    guard planted, column < 2 * informative else { return "noise_\(column)" }
    return column < informative ? "signal_\(column)" : "copy_\(column - informative)"
  }

  /// How well names recover the plant.
  ///
  /// A copy stands for its original: the first of the two counts as found, a second one of the same pair neither as
  /// found nor as noise, but against precision, since it is redundant.
  struct Recovery {
    let precision: Double
    let recall: Double
    let noise: Int

    init(_ names: [String]) {
      var found: Set<Substring> = []
      var noise = 0
      for name in names {
        let parts = name.split(separator: "_")
        if parts[0] == "noise" { noise += 1 } else { found.insert(parts[1]) }
      }
      precision = names.isEmpty ? 0 : Double(found.count) / Double(names.count)
      recall = Double(found.count) / Double(informative)
      self.noise = noise
    }
  }
}
