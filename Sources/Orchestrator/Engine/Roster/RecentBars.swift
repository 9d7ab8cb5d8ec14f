// The newest bars of the stream, for models that join it.
package import TradingDomain

/// A ring of the newest bars; memory is taken once.
struct RecentBars {
  /// More than a session of minutes.
  static let capacity = 1_024

  private let storage = UnsafeMutablePointer<LearnedBar>.allocate(capacity: capacity)
  private var count = 0

  mutating func append(_ bar: LearnedBar) {
    (storage + count % Self.capacity).initialize(to: bar)
    count += 1
  }

  var newest: LearnedBar? { count == 0 ? nil : storage[(count - 1) % Self.capacity] }

  /// The first bar that ends after `time`; nil where none does.
  ///
  /// `isGap`: whether older ones that end after `time` are no longer there.
  func first(after time: Timestamp) -> (bar: LearnedBar, isGap: Bool)? {
    var (low, high) = (max(0, count - Self.capacity), count)
    let oldest = low
    while low < high {
      let middle = (low + high) / 2
      if storage[middle % Self.capacity].bar.end > time { high = middle } else { low = middle + 1 }
    }
    guard low < count else { return nil }
    return (storage[low % Self.capacity], low == oldest && oldest > 0)
  }

  func deallocate() { storage.deallocate() }
}
