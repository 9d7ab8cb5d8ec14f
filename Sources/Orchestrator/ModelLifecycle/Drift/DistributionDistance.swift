// How far two samples are apart.

import Glibc

/// Distances between samples of one variable.
package enum DistributionDistance {
  /// Largest gap between the distribution functions; samples ascending.
  package static func kolmogorovSmirnov(sorted left: [Double], _ right: [Double]) -> Double {
    var (first, second) = (0, 0)
    var largest = 0.0
    let (leftShare, rightShare) = (1 / Double(max(1, left.count)), 1 / Double(max(1, right.count)))
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        while first < left.count, second < right.count {
          // Which sample comes next is a coin's throw: no branch asks for it.
          let (x, y) = (left[first], right[second])
          let value = min(x, y)
          first += x <= y ? 1 : 0
          second += y <= x ? 1 : 0
          while first < left.count, left[first] <= value { first += 1 }
          while second < right.count, right[second] <= value { second += 1 }
          largest = max(largest, abs(Double(first) * leftShare - Double(second) * rightShare))
        }
      }
    }
    return largest
  }

  /// The area between the distribution functions, in units of the variable; samples ascending.
  ///
  /// Source: L. Kantorovich, G. Rubinstein; in one dimension S. Vallender (1973).
  package static func wasserstein(sorted left: [Double], _ right: [Double]) -> Double {
    guard !left.isEmpty, !right.isEmpty else { return 0 }
    var (first, second) = (0, 0)
    var area = 0.0
    var before = min(left[0], right[0])
    while first < left.count || second < right.count {
      let value = min(first < left.count ? left[first] : .infinity, second < right.count ? right[second] : .infinity)
      area +=
        abs(Double(first) / Double(left.count) - Double(second) / Double(right.count)) * (value - before)
      before = value
      while first < left.count, left[first] <= value { first += 1 }
      while second < right.count, right[second] <= value { second += 1 }
    }
    return area
  }

  /// Population stability index of a sample against a reference, ascending; see ``StabilityBins``.
  package static func stabilityIndex(sortedReference reference: [Double], _ current: [Double], bins: Int = 10) -> Double
  {
    guard reference.count >= bins, !current.isEmpty else { return 0 }
    let bins = StabilityBins(sortedReference: reference, bins: bins)
    var counts = [Int](repeating: 0, count: bins.count)
    for value in current { counts[bins.bin(value)] += 1 }
    return bins.index(counts, of: current.count)
  }
}

/// Bins with about equal shares of a reference, for the population stability index.
///
/// The index is the sum over bins of (q - p) ln(q / p); empty bins count as half a value. Below 0.1 is usually called
/// stable, above 0.25 shifted. Source: B. Yurdakul, "Statistical properties of population stability index" (2018).
package struct StabilityBins: Sendable {
  private let edges: [Double]
  private let shares: [Double]

  package var count: Int { edges.count + 1 }

  /// - Precondition: There are at least as many values as bins.
  package init(sortedReference reference: [Double], bins: Int = 10) {
    precondition(reference.count >= bins && bins >= 2, "every bin needs a value of the reference")
    var edges: [Double] = []
    for bin in 1..<bins {
      let edge = reference[bin * reference.count / bins]
      if edges.last.map({ edge > $0 }) ?? true { edges.append(edge) }
    }
    self.edges = edges
    var counts = [Int](repeating: 0, count: edges.count + 1)
    for value in reference { counts[Self.bin(value, edges)] += 1 }
    shares = counts.map { max(0.5, Double($0)) / Double(reference.count) }
  }

  /// Number of the bin that a value lies in.
  package func bin(_ value: Double) -> Int { Self.bin(value, edges) }

  private static func bin(_ value: Double, _ edges: [Double]) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if value >= edges[middle] { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The index of a sample by its counts a bin.
  package func index(_ counts: [Int], of total: Int) -> Double {
    var sum = 0.0
    for bin in counts.indices {
      let share = max(0.5, Double(counts[bin])) / Double(total)
      sum += (share - shares[bin]) * log(share / shares[bin])
    }
    return sum
  }
}
