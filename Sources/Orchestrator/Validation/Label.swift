// The thing a model learns to predict, with the span of time whose outcome it contains.

package import TradingDomain

/// The outcome that followed one decision.
///
/// A label has a span, not just a date: it is known only at ``end``, and every bar in between has leaked into it. The
/// splitters of this module take labels, never bare rows, so that no split can be made without that knowledge.
@frozen package struct Label: Hashable, Sendable {
  /// Index of the decision bar: the last bar that features may see.
  package var startIndex: Int
  /// Index of the last bar that the value depends on; at least ``startIndex`` + 1 for labels made here.
  package var endIndex: Int
  /// When the decision is taken: the end of the decision bar.
  package var start: Timestamp
  /// When the value is known: the end of bar ``endIndex``.
  package var end: Timestamp
  /// The outcome: -1, 0, +1 for directions and barriers, points for magnitudes.
  package var value: Double

  @inlinable package init(startIndex: Int, endIndex: Int, start: Timestamp, end: Timestamp, value: Double) {
    self.startIndex = startIndex
    self.endIndex = endIndex
    self.start = start
    self.end = end
    self.value = value
  }

  /// Whether the closed spans share an instant.
  ///
  /// Closed on both sides on purpose: a label that starts the very instant another ends has that other's outcome among
  /// its features.
  @inlinable package func overlaps(_ other: Label) -> Bool { start <= other.end && other.start <= end }
}
