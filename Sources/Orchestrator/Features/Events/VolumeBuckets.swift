// Order-flow toxicity: the imbalance of buyers and sellers in buckets of equal volume.

/// VPIN over the last `count` full buckets: the sum of |bought - sold| by the volume of the window.
///
/// Where a trade or bar does not fit into the open bucket, the rest goes into the next. The buckets' borders depend on
/// where the stream began; everything else is exact integer arithmetic.
///
/// Source: D. Easley, M. Lopez de Prado, M. O'Hara, "Flow Toxicity and Liquidity in a High-Frequency World", Review of
/// Financial Studies 25 (2012), 1457-1493.
struct VolumeBuckets: ~Copyable {
  private let volume: Int64
  private let count: Int
  /// [count] magnitudes of the full buckets' imbalances, then [count] gap flags.
  private let ring: UnsafeMutablePointer<Int64>
  private var full = 0
  private var head = 0
  private var imbalanceSum: Int64 = 0
  private var flaggedSum: Int64 = 0
  /// The bucket being filled.
  private var filled: Int64 = 0
  private var imbalance: Int64 = 0
  private var isFlagged = false

  /// - Precondition: both are positive.
  init(volume: Int64, count: Int) {
    precondition(volume > 0 && count > 0, "VPIN needs at least one bucket of at least one contract")
    self.volume = volume
    self.count = count
    ring = .allocate(capacity: 2 * count)
    ring.initialize(repeating: 0, count: 2 * count)
  }

  deinit { ring.deallocate() }

  /// Adds `quantity`, of which `share` in [-1, 1] is bought less sold: in each bucket as many whole contracts as is
  /// nearest.
  mutating func add(_ quantity: Int64, share: Double) {
    var rest = quantity
    // More than a window of full buckets in one go leaves nothing of the past: the rest of it would only go round.
    // One bucket more than the window, since the first may be filled up from an open one.
    if rest / volume > Int64(count) + 1 { rest = volume * (Int64(count) + 1) + rest % volume }
    while rest > 0 {
      let part = min(rest, volume - filled)
      filled += part
      imbalance += Int64((share * Double(part)).rounded())
      rest -= part
      if filled == volume { completeBucket() }
    }
  }

  /// Something was lost while this bucket was being filled.
  mutating func noteGap() { isFlagged = true }

  /// In [0, 1]; NaN before `count` buckets are full.
  var toxicity: Double { full == count ? Double(imbalanceSum) / Double(volume * Int64(count)) : .nan }

  /// Share of the window's buckets in which something was lost; NaN before `count` buckets are full.
  var gapShare: Double { full == count ? Double(flaggedSum) / Double(count) : .nan }

  private mutating func completeBucket() {
    if full == count {
      imbalanceSum -= ring[head]
      flaggedSum -= ring[count + head]
    } else {
      full += 1
    }
    ring[head] = abs(imbalance)
    ring[count + head] = isFlagged ? 1 : 0
    imbalanceSum += ring[head]
    flaggedSum += ring[count + head]
    head = head + 1 == count ? 0 : head + 1
    filled = 0
    imbalance = 0
    isFlagged = false
  }
}
