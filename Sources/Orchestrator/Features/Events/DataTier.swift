// How much of the market a source tells, and so which signals can be known.

/// Kinds of market data, each containing what the ones below it tell.
package enum DataTier: UInt8, Comparable, CaseIterable, Sendable {
  /// Completed bars only.
  case bars = 0
  /// Every print.
  case trades = 1
  /// Every change of the best bid and ask.
  case quotes = 2
  /// Every change of the price levels of the book.
  case depth = 3

  /// Whether the left one tells less.
  package static func < (left: DataTier, right: DataTier) -> Bool { left.rawValue < right.rawValue }
}
