// Whether the newest values are distributed like those that the model learned from.

/// A sliding window held against a fixed reference.
package struct ReferenceWindow: StreamDetector {
  /// What is measured between the two.
  package enum Distance: String, CaseIterable, Sendable {
    case stabilityIndex = "psi"
    case kolmogorovSmirnov = "ks"
    /// In units of the reference's middle half.
    case wasserstein
  }

  package let distance: Distance
  package let length: Int
  /// Values between two looks.
  package let stride: Int
  private let reference: [Double]
  /// Width of the reference's middle half; 1 where it has none.
  private let scale: Double
  private let bins: StabilityBins
  private var counts: [Int]
  private var ring: [Double]
  private var count = 0
  private var evidence = 0.0

  /// Values of the reference that are kept: its quantiles at even steps.
  private static let kept = 400

  /// - Parameter reference: At least 20 values, in any order.
  package init(_ distance: Distance, reference: [Double], length: Int = 120, stride: Int = 20) {
    precondition(reference.count >= 20 && length >= 2 && stride >= 1, "a reference needs twenty values")
    self.distance = distance
    self.length = length
    self.stride = stride
    let sorted = reference.sorted()
    let count = min(Self.kept, sorted.count)
    self.reference = (0..<count).map { sorted[(2 * $0 + 1) * sorted.count / (2 * count)] }
    let width = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    scale = width > 0 ? width : 1
    bins = StabilityBins(sortedReference: sorted)
    counts = Array(repeating: 0, count: bins.count)
    ring = Array(repeating: 0, count: length)
  }

  package mutating func observe(_ value: Double) -> Double {
    if distance == .stabilityIndex {
      if count >= length { counts[bins.bin(ring[count % length])] -= 1 }
      counts[bins.bin(value)] += 1
    }
    ring[count % length] = value
    count += 1
    guard count >= length, count % stride == 0 else { return evidence }
    switch distance {
    case .stabilityIndex: evidence = bins.index(counts, of: length)
    case .kolmogorovSmirnov: evidence = DistributionDistance.kolmogorovSmirnov(sorted: reference, ring.sorted())
    case .wasserstein: evidence = DistributionDistance.wasserstein(sorted: reference, ring.sorted()) / scale
    }
    return evidence
  }

  /// Begins a new window against the same reference.
  package mutating func settle() {
    (count, evidence) = (0, 0)
    counts = Array(repeating: 0, count: bins.count)
  }
}
