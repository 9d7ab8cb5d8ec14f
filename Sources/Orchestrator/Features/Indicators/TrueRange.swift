// The range of a bar including the gap from the bar before.

/// Wilder's true range in ticks: max(high, previous close) - min(low, previous close).
///
/// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978. TA-Lib's TRANGE.
package struct TrueRange: Sendable {
  private var previousClose: Int64?

  /// No bar seen yet.
  package init() {}

  /// The true range of the next bar; nil for the first bar, which has no previous close.
  package mutating func update(high: Int64, low: Int64, close: Int64) -> Int64? {
    defer { previousClose = close }
    return previousClose.map { max(high, $0) - min(low, $0) }
  }

  /// Forgets everything.
  package mutating func reset() { previousClose = nil }
}
