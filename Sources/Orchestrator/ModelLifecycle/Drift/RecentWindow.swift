// Whether the newest values are distributed like those just before them.

/// The two-sample Kolmogorov-Smirnov distance between the newest part of a window and the rest of it.
///
/// The published detector compares with a random sample of the rest; the whole rest says more, and needs no chance.
/// Source: C. Raab, M. Heusinger, F.-M. Schleif, "Reactive soft prototype computing for concept drift streams" (2020).
package struct RecentWindow: StreamDetector {
  /// Values in the window, and in its newest part.
  package let length: Int
  package let recent: Int
  /// Values between two looks.
  package let stride: Int
  private var ring: [Double]
  private var count = 0
  /// Where the next value goes in the ring.
  private var next = 0
  /// Both parts, ascending.
  private var older: [Double] = []
  private var newer: [Double] = []
  private var evidence = 0.0

  /// - Precondition: `recent` is at least 2 and below `length`.
  package init(length: Int = 100, recent: Int = 30, stride: Int = 8) {
    precondition(recent >= 2 && recent < length && stride >= 1, "a window needs an older and a newer part")
    self.length = length
    self.recent = recent
    self.stride = stride
    ring = Array(repeating: 0, count: length)
    older.reserveCapacity(length)
    newer.reserveCapacity(length)
  }

  package mutating func observe(_ value: Double) -> Double {
    let gone = ring[next]
    ring[next] = value
    next = next + 1 == length ? 0 : next + 1
    count += 1
    if count > recent {
      let place = next - 1 - recent
      let moved = ring[place < 0 ? place + length : place]
      Self.replace(moved, by: value, in: &newer)
      if count > length {
        Self.replace(gone, by: moved, in: &older)
      } else {
        older.insert(moved, at: older.withUnsafeBufferPointer { Self.place(moved, $0) })
      }
    } else {
      newer.insert(value, at: newer.withUnsafeBufferPointer { Self.place(value, $0) })
    }
    guard count >= length else { return 0 }
    if count % stride == 0 { evidence = DistributionDistance.kolmogorovSmirnov(sorted: older, newer) }
    return evidence
  }

  /// Puts a value in the place of another, moving only what lies between the two.
  private static func replace(_ old: Double, by new: Double, in sorted: inout [Double]) {
    sorted.withUnsafeMutableBufferPointer { sorted in
      let from = place(old, UnsafeBufferPointer(sorted))
      let to = place(new, UnsafeBufferPointer(sorted))
      guard let base = sorted.baseAddress else { return }
      if to > from {
        (base + from).update(from: base + from + 1, count: to - 1 - from)
        sorted[to - 1] = new
      } else {
        (base + to + 1).update(from: base + to, count: from - to)
        sorted[to] = new
      }
    }
  }

  /// The first place whose value is not below. Halves without branches: which half is a coin's throw.
  private static func place(_ value: Double, _ sorted: UnsafeBufferPointer<Double>) -> Int {
    guard let base = sorted.baseAddress, !sorted.isEmpty else { return 0 }
    var (low, count) = (0, sorted.count)
    while count > 1 {
      let half = count / 2
      low += base[low + half - 1] < value ? half : 0
      count -= half
    }
    return low + (base[low] < value ? 1 : 0)
  }

  /// Keeps the newest part alone.
  package mutating func settle() {
    var kept = RecentWindow(length: length, recent: recent, stride: stride)
    for back in Swift.stride(from: min(recent, count), to: 0, by: -1) {
      _ = kept.observe(ring[(count - back) % length])
    }
    self = kept
  }
}
