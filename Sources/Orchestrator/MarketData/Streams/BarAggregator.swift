// Bars from trades (or from shorter bars), one instrument, one event at a time, without allocation.

package import TradingDomain

/// Builds bars.
///
/// A time bar is complete when the clock reaches its end: call ``advance(to:)`` with the time of every other event and
/// with clock ticks (``add(_:at:)`` does so itself). The other rules complete with a trade; their bars last from the
/// first trade to the last.
///
/// Times without trades give no bar, unless fillers are asked for: then every bar of the grid from the session's first
/// trade to its close comes out, those without trades at the last price with status ``BarStatus/noTrade``. One event
/// may then complete many bars, so ``advance(to:)`` is called until it gives nil before the event is added.
///
/// ``finish()`` at the end of a session keeps a bar from reaching into the next one.
@frozen package struct BarAggregator: Sendable {
  package let rule: BarRule
  /// Time bars begin at multiples of the duration from here.
  package let anchor: Timestamp
  /// Whether bars without trades are made inside a session.
  package let fillsEmptyBars: Bool
  @usableFromInline var signer = TradeSigner()
  /// The bar being built; meaningless while `isOpen` is false.
  @usableFromInline var bar: Bar
  @usableFromInline var lastTime: Timestamp
  @usableFromInline var isOpen = false
  /// Time of the newest gap: a bar that had not ended by then is not whole.
  @usableFromInline var gapTime = Timestamp.distantPast
  /// What the rule counts in the open bar besides the bar's own sums.
  @usableFromInline var progress = BarProgress()
  /// Start of the next bar to fill; nil before the session's first trade and without fillers.
  @usableFromInline var fillStart: Timestamp?
  /// End of the session, where filling ends.
  @usableFromInline var fillEnd = Timestamp.distantPast

  /// - Parameters:
  ///   - anchor: the epoch suits durations that divide an hour; longer ones want the session's open.
  ///   - fillsEmptyBars: for time bars only, and only inside a session told by ``beginSession(_:)``.
  @inlinable package init(
    _ rule: BarRule, anchor: Timestamp = Timestamp(nanoseconds: 0), fillsEmptyBars: Bool = false
  ) {
    if let fault = rule.fault { preconditionFailure("\(fault)") }
    if fillsEmptyBars { precondition(rule.isTime, "only time bars can be empty") }
    self.rule = rule
    self.anchor = anchor
    self.fillsEmptyBars = fillsEmptyBars
    lastTime = anchor
    bar = Bar(
      start: anchor, duration: .zero, open: Price(ticks: 0), high: Price(ticks: 0), low: Price(ticks: 0),
      close: Price(ticks: 0), volume: .zero, tradeCount: 0, signedVolume: 0)
  }

  /// The bar being built, as far as it has come; nil between bars.
  @inlinable package var partial: Bar? { isOpen ? bar : nil }

  /// Tells the session that begins: bars are filled until its close. Gives the bar that was left open, if any.
  @inlinable package mutating func beginSession(_ session: TradingSession) -> Bar? {
    let left = finish()
    fillEnd = session.close
    return left
  }

  /// Tells the quote, from which trades without a named aggressor get their sign.
  @inlinable package mutating func update(_ quote: Quote) { signer.update(quote) }

  /// Feed messages were lost before `time`: marks the bar being built, and the next one if part of what was lost may
  /// belong to it. Gives the time bar that `time` completes.
  @inlinable package mutating func noteGap(at time: Timestamp) -> Bar? {
    // What is missing lies somewhere between the event before and this one, so the open bar is touched in any case.
    if isOpen { bar.status = .gap }
    if !isOpen || rule.isTime { gapTime = time }
    return advance(to: time)
  }

  /// The clock says `time`: gives the time bar whose end that reaches or passes. With fillers, call it until nil.
  @inlinable package mutating func advance(to time: Timestamp) -> Bar? {
    if isOpen {
      guard rule.isTime, time >= bar.end else { return nil }
      isOpen = false
      if fillsEmptyBars { fillStart = bar.end }
      return bar
    }
    return fillsEmptyBars ? fill(to: time) : nil
  }

  /// Adds a trade. Gives the bar that its time completes, which does not hold it, or, for the other rules, the bar
  /// that it completes itself.
  @inlinable package mutating func add(_ trade: Trade, at time: Timestamp) -> Bar? {
    let completed = advance(to: time)
    precondition(!isFillDue(time), "with fillers, call advance(to:) until it gives nil before adding a later trade")
    let signedVolume = signer.sign(trade) * trade.quantity.contracts
    if !isOpen { open(trade.price, time) }
    bar.high = max(bar.high, trade.price)
    bar.low = min(bar.low, trade.price)
    bar.close = trade.price
    bar.volume += trade.quantity
    bar.tradeCount &+= 1
    bar.signedVolume += signedVolume
    lastTime = time
    return completeByTrade(trade, signedVolume) ?? completed
  }

  /// Adds a shorter bar, for time bars only. Gives the bar that its start completes.
  ///
  /// A part with a gap makes the whole a gap. A part without trades adds nothing to a bar that has some.
  @inlinable package mutating func add(_ part: Bar) -> Bar? {
    precondition(rule.isTime, "only time bars can be built from bars")
    let completed = advance(to: part.start)
    precondition(!isFillDue(part.start), "with fillers, call advance(to:) until it gives nil before adding a later bar")
    if !isOpen {
      open(part.open, part.start)
      take(part)
      if part.status == .noTrade, bar.status == .complete { bar.status = .noTrade }
    } else if part.status != .noTrade {
      if bar.status == .noTrade { reopen(at: part.open) }
      take(part)
    }
    if part.status == .gap { bar.status = .gap }
    return completed
  }

  /// Ends the series or the session: gives the bar being built, if any, and forgets the prices to fill with.
  @inlinable package mutating func finish() -> Bar? {
    fillStart = nil
    return complete()
  }

  /// The open bar, which ends here.
  @inlinable mutating func complete() -> Bar? {
    guard isOpen else { return nil }
    isOpen = false
    if rule.isTime { return bar }
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
      tradeCount: 0, signedVolume: 0, status: takeGap(before: start) ? .gap : .complete)
    progress = BarProgress()
    isOpen = true
  }

  /// Whether a gap was noted that may reach into a bar beginning at `start`; forgets it.
  @inlinable mutating func takeGap(before start: Timestamp) -> Bool {
    guard gapTime > .distantPast else { return false }
    // A bar ended by a trade begins where the last one ended: what was lost in between would have been in it.
    let isTouched = !rule.isTime || gapTime >= start
    gapTime = .distantPast
    return isTouched
  }

  /// The first trade of a bar that only had parts without any.
  @inlinable mutating func reopen(at price: Price) {
    bar.open = price
    bar.high = price
    bar.low = price
    bar.status = .complete
  }

  @inlinable mutating func take(_ part: Bar) {
    bar.high = max(bar.high, part.high)
    bar.low = min(bar.low, part.low)
    bar.close = part.close
    bar.volume += part.volume
    bar.tradeCount &+= part.tradeCount
    bar.signedVolume += part.signedVolume
  }

  @inlinable mutating func completeByTrade(_ trade: Trade, _ signedVolume: Int64) -> Bar? {
    let isComplete: Bool
    switch rule {
    case .time: isComplete = false
    case .trades(let count): isComplete = bar.tradeCount >= count
    case .volume(let threshold): isComplete = bar.volume >= threshold
    case .value(let threshold):
      progress.value += trade.price.ticks * trade.quantity.contracts
      isComplete = progress.value >= threshold
    case .imbalance(let threshold): isComplete = abs(bar.signedVolume) >= threshold.contracts
    case .run(let threshold):
      if signedVolume > 0 { progress.bought += signedVolume } else { progress.sold -= signedVolume }
      isComplete = max(progress.bought, progress.sold) >= threshold.contracts
    }
    return isComplete ? complete() : nil
  }
}
