// The distance that training labels keep from test labels beyond the purge.

package import TradingDomain

/// How far beyond the purge training labels must stay from test labels.
package enum Embargo: Hashable, Sendable {
  case none
  /// Wall-clock distance; a night counts.
  case duration(Nanoseconds)
  /// Distance in bars; valid where all labels come from one series of bars.
  case bars(Int)

  /// Throws if the distance is negative.
  func check() throws(ValidationError) {
    switch self {
    case .none: break
    case .duration(let span): try require(span >= .zero, "embargo", "\(span.count) ns", "not negative")
    case .bars(let count): try require(count >= 0, "embargo", "\(count) bars", "not negative")
    }
  }

  /// Whether a label that starts after `end` (known at bar `endIndex`) starts too soon after it.
  func covers(start: Timestamp, startIndex: Int, afterEnd end: Timestamp, endIndex: Int) -> Bool {
    switch self {
    case .none: return false
    case .duration(let span): return start - end <= span
    case .bars(let count): return startIndex - endIndex <= count
    }
  }
}
