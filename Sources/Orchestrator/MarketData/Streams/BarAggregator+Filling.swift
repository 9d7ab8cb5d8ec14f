// Bars without trades, so that every minute of a session has one.

package import TradingDomain

/// What a rule counts besides the sums that the bar itself holds.
@frozen @usableFromInline struct BarProgress: Sendable {
  /// Price in ticks times contracts.
  @usableFromInline var value: Int64 = 0
  /// Buyer-initiated contracts.
  @usableFromInline var bought: Int64 = 0
  /// Seller-initiated contracts.
  @usableFromInline var sold: Int64 = 0

  @inlinable init() {}
}

extension BarAggregator {
  /// Whether a bar without trades would have to come out before an event at `time`.
  @inlinable func isFillDue(_ time: Timestamp) -> Bool {
    guard !isOpen, let start = fillStart else { return false }
    let end = start + bar.duration
    return time >= end && end <= fillEnd
  }

  /// The next bar without trades that ends by `time`, at the last price; a gap makes it one, as trades may be missing.
  @inlinable mutating func fill(to time: Timestamp) -> Bar? {
    guard isFillDue(time), let start = fillStart else { return nil }
    let price = bar.close
    let isGap = gapTime >= start
    // A gap that reaches past this bar touches the following ones too.
    if isGap, gapTime < start + bar.duration { gapTime = .distantPast }
    bar = Bar(
      start: start, duration: bar.duration, open: price, high: price, low: price, close: price, volume: .zero,
      tradeCount: 0, signedVolume: 0, status: isGap ? .gap : .noTrade)
    fillStart = bar.end
    return bar
  }
}
