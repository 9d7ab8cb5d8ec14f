// Where the ticks of a chart's axes go and what they say.

import Glibc
import TradingDomain

/// Ticks of a chart's axes.
enum ChartAxis {
  /// Round values (1, 2 or 5 times a power of ten apart) that cover `range`, about `count` of them, ascending.
  ///
  /// The first is at or below the range, the last at or above it.
  static func values(covering range: ClosedRange<Double>, count: Int) -> [Double] {
    let span = range.upperBound > range.lowerBound ? range.upperBound - range.lowerBound : max(1, abs(range.upperBound))
    let rough = span / Double(count)
    let magnitude = pow(10, floor(log10(rough)))
    let step = [1.0, 2, 5, 10].map { $0 * magnitude }.first { $0 >= rough } ?? 10 * magnitude
    let first = Int((range.lowerBound / step).rounded(.down))
    let last = max(Int((range.upperBound / step).rounded(.up)), first + 1)
    return (first...last).map { Double($0) * step }
  }

  /// Decimals that tell neighbouring `values` apart, at most 6.
  static func decimals(_ values: [Double]) -> Int {
    guard values.count > 1 else { return 0 }
    return min(6, max(0, Int(-floor(log10(values[1] - values[0])))))
  }

  /// Sao Paulo time of day for spans up to a day and a half, dates beyond.
  static func label(_ time: Timestamp, span: Nanoseconds) -> String {
    let local = BrasiliaTime.local(time)
    if span > .seconds(36 * 3600) { return local.date.description }
    let minutes = local.timeOfDay.count / 60_000_000_000
    func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
  }

  /// What ``label(_:span:)`` shows, for the axis title.
  static func title(start: Timestamp, span: Nanoseconds) -> String {
    span > .seconds(36 * 3600) ? "date" : "time of day in Sao Paulo, from \(BrasiliaTime.local(start).date)"
  }
}
