// Round values for the ticks of an axis.

import Glibc

/// Ticks of a chart's value axis.
package enum ChartAxis {
  /// Round values (1, 2, 2.5 or 5 times a power of ten apart) that cover `range`, about `count` of them, ascending.
  ///
  /// The first is at or below the range, the last at or above it.
  ///
  /// - Parameter leastStep: They are at least this far apart; 1 for an axis of counts.
  package static func values(covering range: ClosedRange<Double>, count: Int, leastStep: Double = 0) -> [Double] {
    let span = range.upperBound > range.lowerBound ? range.upperBound - range.lowerBound : max(1, abs(range.upperBound))
    let rough = max(leastStep, span / Double(count))
    let magnitude = pow(10, floor(log10(rough)))
    let step = [1.0, 2, 2.5, 5, 10].map { $0 * magnitude }.first { $0 >= rough } ?? 10 * magnitude
    let first = Int((range.lowerBound / step).rounded(.down))
    let last = max(Int((range.upperBound / step).rounded(.up)), first + 1)
    return (first...last).map { Double($0) * step }
  }

  /// Decimals that tell neighbouring `values` apart, at most 6.
  package static func decimals(_ values: [Double]) -> Int {
    guard values.count > 1 else { return 0 }
    let step = values[1] - values[0]
    return (0...5).first { digits in
      let scaled = step * pow(10, Double(digits))
      return scaled >= 1 && abs(scaled - scaled.rounded()) < 1e-6 * scaled
    } ?? 6
  }
}
