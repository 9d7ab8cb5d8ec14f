// How far a bar's range reaches beyond the bar before, upward and downward.

/// Directional movement of successive bars, in ticks.
///
/// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978.
package struct DirectionalMovement: Sendable {
  /// What counts when both ends moved outward by the same distance.
  @frozen package enum Tie: UInt8, Sendable {
    /// Neither counts: the textbook and TA-Lib.
    case neither = 0
    /// Both count: the v2 system.
    case both = 1
  }

  private let tie: Tie
  private var previous: (high: Int64, low: Int64)?

  /// No bar seen yet.
  package init(tie: Tie) {
    self.tie = tie
  }

  /// Upward and downward movement of the next bar, at least one of them 0 unless tied; nil for the first bar.
  package mutating func update(high: Int64, low: Int64) -> (up: Int64, down: Int64)? {
    defer { previous = (high, low) }
    guard let previous else { return nil }
    let up = max(high - previous.high, 0)
    let down = max(previous.low - low, 0)
    if up == down { return tie == .both ? (up, down) : (0, 0) }
    return up > down ? (up, 0) : (0, down)
  }

  /// Forgets everything.
  package mutating func reset() { previous = nil }
}
