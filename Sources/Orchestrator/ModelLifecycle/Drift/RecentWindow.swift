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
    let place = count % length
    if count >= length { older.remove(at: Self.place(ring[place], older)) }
    ring[place] = value
    count += 1
    if count > recent {
      let moved = ring[(count - 1 - recent) % length]
      Self.replace(moved, by: value, in: &newer)
      older.insert(moved, at: Self.place(moved, older))
    } else {
      newer.insert(value, at: Self.place(value, newer))
    }
    guard count >= length else { return 0 }
    if count % stride == 0 { evidence = DistributionDistance.kolmogorovSmirnov(sorted: older, newer) }
    return evidence
  }

  /// Puts a value in the place of another, moving only what lies between the two.
  private static func replace(_ old: Double, by new: Double, in sorted: inout [Double]) {
    var place = place(old, sorted)
    while place + 1 < sorted.count, sorted[place + 1] < new {
      sorted[place] = sorted[place + 1]
      place += 1
    }
    while place > 0, sorted[place - 1] > new {
      sorted[place] = sorted[place - 1]
      place -= 1
    }
    sorted[place] = new
  }

  /// The first place whose value is not below.
  private static func place(_ value: Double, _ sorted: [Double]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
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
