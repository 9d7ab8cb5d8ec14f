// What counts as a large trade: a rolling quantile of trade sizes at constant cost.

/// Counts of the last `capacity` sizes in buckets, with the bucket of one quantile kept up to date.
///
/// Sizes below 256 have a bucket each; above, an octave has sixteen. The quantile's bucket is a function of the counts
/// alone, so it does not depend on the way there; an update moves it by few buckets.
struct SizeQuantile: ~Copyable {
  /// Bucket of a size; sizes of 2^40 and more share the last.
  static func bucket(_ size: Int64) -> Int {
    guard size >= 256 else { return Int(max(size, 0)) }
    let octave = min(63 - size.leadingZeroBitCount, 40)
    return 256 + (octave - 8) * 16 + Int((size >> Int64(octave - 4)) & 15)
  }

  private static let bucketCount = 256 + 33 * 16
  private let capacity: Int
  private let perMille: Int
  private var count = 0
  private var head = 0
  /// Bucket of each size held. [capacity]
  private let held: UnsafeMutablePointer<UInt16>
  /// [bucketCount]
  private let counts: UnsafeMutablePointer<UInt32>
  /// The smallest bucket up to which at least the wanted share of sizes lies, and the sizes in the buckets below it.
  private var quantile = 0
  private var below = 0

  /// - Precondition: `capacity` is positive and `perMille` in 1...1000.
  init(capacity: Int, perMille: Int) {
    precondition(capacity > 0 && (1...1_000).contains(perMille), "a quantile of at least one size, 1 to 1000 per mille")
    self.capacity = capacity
    self.perMille = perMille
    held = .allocate(capacity: capacity)
    held.initialize(repeating: 0, count: capacity)
    counts = .allocate(capacity: Self.bucketCount)
    counts.initialize(repeating: 0, count: Self.bucketCount)
  }

  deinit {
    held.deallocate()
    counts.deallocate()
  }

  /// True once `capacity` sizes are held.
  var isFull: Bool { count == capacity }

  /// Whether `size` lies in a bucket above the quantile's; false while the window is not full.
  func isLarge(_ size: Int64) -> Bool { isFull && Self.bucket(size) > quantile }

  /// Adds a size, dropping the oldest when the window is full.
  mutating func add(_ size: Int64) {
    if count == capacity {
      let leaving = Int(held[head])
      counts[leaving] -= 1
      if leaving < quantile { below -= 1 }
    } else {
      count += 1
    }
    let entering = Self.bucket(size)
    held[head] = UInt16(entering)
    head = head + 1 == capacity ? 0 : head + 1
    counts[entering] += 1
    if entering < quantile { below += 1 }
    let wanted = (count * perMille + 999) / 1_000
    while below + Int(counts[quantile]) < wanted {
      below += Int(counts[quantile])
      quantile += 1
    }
    while quantile > 0, below >= wanted {
      quantile -= 1
      below -= Int(counts[quantile])
    }
  }
}
