// Whether outcomes are still distributed as when the champion began.

import Glibc

/// Learns from a champion's first sessions how often the price falls, stands and rises, and how far sessions lie from
/// that by chance; then watches that their distance does not grow.
package struct OutcomeWatch: Hashable, Sendable, Codable {
  private let runLength: Double
  /// Shares of the first sessions.
  private var first: [[Double]] = []
  private var watch: PerformanceWatch?

  /// Sessions that say what is usual.
  package static let learning = 12

  /// - Parameter runLength: Sessions between two alarms while nothing changes, at least.
  package init(runLength: Double) { self.runLength = runLength }

  /// Takes a session's shares of falls, stands and rises; the alarm's strength beside its threshold, nil without one.
  package mutating func observe(_ shares: [Double]) -> Double? {
    guard shares.count == 3, shares.allSatisfy(\.isFinite) else { return nil }
    if first.count < Self.learning {
      first.append(shares)
      return nil
    }
    let usual = (0..<3).map { place in first.reduce(0) { $0 + $1[place] } / Double(first.count) }
    // A session that helped to say what is usual lies nearer to it than one that did not.
    let distances = first.map { Self.distance($0, usual) * Double(first.count) / Double(first.count - 1) }
    let mean = distances.reduce(0, +) / Double(distances.count)
    // Twice the usual distance is tolerated: what is usual was estimated from few sessions.
    let worst = max(6 * mean, 1e-3)
    var current = watch ?? PerformanceWatch(scale: worst, promise: -2 * mean / worst, runLength: runLength)
    let isAlarm = current.observe(-Self.distance(shares, usual))
    watch = current
    return isAlarm ? current.evidence / log(runLength) : nil
  }

  /// Total variation.
  private static func distance(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }

  /// Shares of falls, stands and rises over five bars of a session's closes; nil for too few.
  package static func shares(closes: [Int64]) -> [Double]? {
    guard closes.count > 5 else { return nil }
    var counts = [0.0, 0.0, 0.0]
    for place in 5..<closes.count {
      let move = closes[place] - closes[place - 5]
      counts[move < 0 ? 0 : move == 0 ? 1 : 2] += 1
    }
    return counts.map { $0 / Double(closes.count - 5) }
  }
}
