// What an import noticed about a row that it kept: one bit per observation, stored with the row.

/// Observations about a stored row; zero for a row that needed no remark.
@frozen package struct RowFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A price of the source lay off the tick grid and was rounded to the nearest tick.
  package static let roundedToTick = RowFlags(rawValue: 1 << 0)
  /// The row stood after a later one in the source; the store keeps it at its time.
  package static let backwardTime = RowFlags(rawValue: 1 << 1)
  /// Outside the trading session of its day.
  package static let offSession = RowFlags(rawValue: 1 << 2)
  /// The exchange cancelled this trade afterwards.
  package static let cancelled = RowFlags(rawValue: 1 << 3)
  /// Rows are missing between the row before and this one.
  package static let gapBefore = RowFlags(rawValue: 1 << 4)
  /// The source told the bid in this row; otherwise it is carried forward.
  package static let bidChanged = RowFlags(rawValue: 1 << 5)
  /// The source told the ask in this row; otherwise it is carried forward.
  package static let askChanged = RowFlags(rawValue: 1 << 6)
  /// The bid lies above the ask, as it may in an auction.
  package static let crossed = RowFlags(rawValue: 1 << 7)
  /// A bar in which nothing traded; its prices are the last known one.
  package static let noTrade = RowFlags(rawValue: 1 << 8)
}
