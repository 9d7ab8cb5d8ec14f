// Bars from trades (or from shorter bars), one instrument, one event at a time, without allocation.

package import TradingDomain

/// When a bar is complete.
@frozen package enum BarRule: Hashable, Sendable {
  /// At each multiple of the duration since the aggregator's anchor; times without trades give no bar.
  case time(Nanoseconds)
  /// After this many trades.
  case trades(UInt32)
  /// With the trade that brings the volume to at least this many contracts; trades are not split.
  case volume(Quantity)
  /// With the trade that brings buyer-initiated minus seller-initiated contracts to at least this magnitude.
  ///
  /// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), 2.3.2, with a constant threshold.
  case imbalance(Quantity)
}

/// Builds bars.
///
/// A time bar is complete when the clock reaches its end: call ``advance(to:)`` with the time of every other event and
/// with clock ticks (``add(_:at:)`` does so itself). The other rules complete with a trade; their bars last from the
/// first trade to the last.
@frozen package struct BarAggregator: Sendable {
  package let rule: BarRule
  /// Time bars begin at multiples of the duration from here.
  package let anchor: Timestamp
  @usableFromInline var signer = TradeSigner()
  /// The bar being built; meaningless while `isOpen` is false.
  @usableFromInline var bar: Bar
  @usableFromInline var lastTime: Timestamp
  @usableFromInline var isOpen = false

  /// - Parameter anchor: the epoch suits durations that divide an hour; longer ones want the session's open.
  @inlinable package init(_ rule: BarRule, anchor: Timestamp = Timestamp(nanoseconds: 0)) {
    switch rule {
    case .time(let duration): precondition(duration.count > 0, "a time bar needs a positive duration")
    case .trades(let count): precondition(count > 0, "a trade bar needs at least one trade")
    case .volume(let threshold), .imbalance(let threshold):
      precondition(threshold.contracts > 0, "a bar's threshold is a positive number of contracts")
    }
    self.rule = rule
    self.anchor = anchor
    lastTime = anchor
    bar = Bar(
      start: anchor, duration: .zero, open: Price(ticks: 0), high: Price(ticks: 0), low: Price(ticks: 0),
      close: Price(ticks: 0), volume: .zero, tradeCount: 0, signedVolume: 0)
  }

  /// The bar being built, as far as it has come; nil between bars.
  @inlinable package var partial: Bar? { isOpen ? bar : nil }

  /// Tells the quote, from which trades without a named aggressor get their sign.
  @inlinable package mutating func update(_ quote: Quote) { signer.update(quote) }

  /// The clock says `time`: gives the time bar whose end that reaches or passes.
  @inlinable package mutating func advance(to time: Timestamp) -> Bar? {
    guard isOpen, case .time = rule, time >= bar.end else { return nil }
    isOpen = false
    return bar
  }

  /// Adds a trade. Gives the bar that its time completes, which does not hold it, or, for the other rules, the bar
  /// that it completes itself.
  @inlinable package mutating func add(_ trade: Trade, at time: Timestamp) -> Bar? {
    let completed = advance(to: time)
    let signedVolume = signer.sign(trade) * trade.quantity.contracts
    if !isOpen { open(trade.price, time) }
    bar.high = max(bar.high, trade.price)
    bar.low = min(bar.low, trade.price)
    bar.close = trade.price
    bar.volume += trade.quantity
    bar.tradeCount &+= 1
    bar.signedVolume += signedVolume
    lastTime = time
    return completeByTrade() ?? completed
  }

  /// Adds a shorter bar, for time bars only. Gives the bar that its start completes.
  @inlinable package mutating func add(_ part: Bar) -> Bar? {
    guard case .time = rule else { preconditionFailure("only time bars can be built from bars") }
    let completed = advance(to: part.start)
    if !isOpen { open(part.open, part.start) }
    bar.high = max(bar.high, part.high)
    bar.low = min(bar.low, part.low)
    bar.close = part.close
    bar.volume += part.volume
    bar.tradeCount &+= part.tradeCount
    bar.signedVolume += part.signedVolume
    return completed
  }

  /// Ends the series: gives the bar being built, if any.
  @inlinable package mutating func finish() -> Bar? {
    guard isOpen else { return nil }
    isOpen = false
    if case .time = rule { return bar }
    bar.duration = lastTime - bar.start
    return bar
  }

  @inlinable mutating func open(_ price: Price, _ time: Timestamp) {
    var start = time
    var duration = Nanoseconds.zero
    if case .time(let length) = rule {
      let passed = time.nanoseconds - anchor.nanoseconds
      let remainder = passed % length.count
      start = Timestamp(nanoseconds: time.nanoseconds - (remainder < 0 ? remainder + length.count : remainder))
      duration = length
    }
    bar = Bar(
      start: start, duration: duration, open: price, high: price, low: price, close: price, volume: .zero,
      tradeCount: 0, signedVolume: 0)
    isOpen = true
  }

  @inlinable mutating func completeByTrade() -> Bar? {
    let isComplete: Bool
    switch rule {
    case .time: isComplete = false
    case .trades(let count): isComplete = bar.tradeCount >= count
    case .volume(let threshold): isComplete = bar.volume >= threshold
    case .imbalance(let threshold): isComplete = abs(bar.signedVolume) >= threshold.contracts
    }
    return isComplete ? finish() : nil
  }
}
