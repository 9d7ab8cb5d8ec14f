// What is known of order books and of who trades in them: narrow spreads, long queues, persistent signs, bursts.

import MarketData
package import TradingDomain

/// Facts of a stream of quotes, levels and trades, in one pass and bounded memory.
///
/// Prints of one time and one aggressor side count as one market order.
package final class FlowFacts {
  /// Ticks of spread told apart; the last class holds all wider ones.
  package static let spreads = 5
  /// Levels of the book whose sizes are averaged.
  package static let levels = 5
  /// Largest lag of the sign autocorrelation.
  package static let lags = 20

  /// Nanoseconds by spread: [0] locked or crossed, [n] n ticks, the last wider.
  private var spreadTimes = [Int64](repeating: 0, count: FlowFacts.spreads + 2)
  private var touchSizes = TailMoments()
  private var levelSizes = [TailMoments](repeating: TailMoments(), count: FlowFacts.levels)
  private var signs = Autocorrelation(lags: FlowFacts.lags)
  private var orderSizes = TailMoments()
  private var orderWindows = [1, 10, 60].map { WindowCounts(seconds: $0) }
  private var quoteWindows = WindowCounts(seconds: 1)
  private let book = OrderBook(levels: 8192)
  private var hasDepth = false
  private var quote: Quote?
  private var quoteTime: Int64 = 0
  private var nextSample: Int64 = .max
  /// The market order whose prints are coming in.
  private var order: (time: Int64, kind: TradeKind, quantity: Int64)?

  /// Nothing seen yet.
  package init() {}

  /// A session begins with an empty book.
  package func beginSession(open: Timestamp) {
    endOrder()
    quote = nil
    book.clear()
    hasDepth = false
    signs.breakSeries()
    nextSample = open.nanoseconds
    quoteWindows.begin(at: open.nanoseconds)
    for place in orderWindows.indices { orderWindows[place].begin(at: open.nanoseconds) }
  }

  /// The session ends at `time`; what comes until the next one begins is in no window.
  package func endSession(at time: Timestamp) {
    advance(to: time)
    endOrder()
    quote = nil
    nextSample = .max
    quoteWindows.end()
    for place in orderWindows.indices { orderWindows[place].end() }
  }

  /// Time goes on: stretches of quotes and windows of counts end.
  private func advance(to time: Timestamp) {
    let now = time.nanoseconds
    if let order, order.time != now { endOrder() }
    quoteWindows.advance(to: now)
    for place in orderWindows.indices { orderWindows[place].advance(to: now) }
    if let quote, now > quoteTime {
      let ticks = quote.ask.ticks - quote.bid.ticks
      spreadTimes[Int(min(max(ticks, 0), Int64(FlowFacts.spreads + 1)))] += now - quoteTime
      quoteTime = now
    }
    if now >= nextSample {
      sample()
      nextSample = max(nextSample, now - now % 1_000_000_000) + 1_000_000_000
    }
  }

  /// Once a second: sizes of the touch and of the levels, both sides.
  private func sample() {
    if let quote, quote.bidQuantity > 0, quote.askQuantity > 0 {
      touchSizes.update(Double(quote.bidQuantity.contracts))
      touchSizes.update(Double(quote.askQuantity.contracts))
    }
    guard hasDepth else { return }
    for rank in 0..<FlowFacts.levels {
      for side in [Side.buy, .sell] {
        if let level = book.level(side, rank) { levelSizes[rank].update(Double(level.quantity.contracts)) }
      }
    }
  }

  /// Adds one event.
  package func update(_ event: MarketEvent) {
    advance(to: event.exchangeTime)
    switch event.update {
    case .quote(let new):
      if new != quote { quoteWindows.count() }
      quote = new
      quoteTime = event.exchangeTime.nanoseconds
    case .depth(let update):
      hasDepth = true
      _ = book.apply(update)
    case .trade(let trade) where trade.kind == .buyerAggressor || trade.kind == .sellerAggressor:
      if let order, order.kind != trade.kind { endOrder() }
      if order == nil { for place in orderWindows.indices { orderWindows[place].count() } }
      order = (event.exchangeTime.nanoseconds, trade.kind, (order?.quantity ?? 0) + trade.quantity.contracts)
    default: break
    }
  }

  private func endOrder() {
    guard let order else { return }
    signs.update(order.kind == .buyerAggressor ? 1 : -1)
    orderSizes.update(Double(order.quantity))
    self.order = nil
  }

  /// The facts by name; nil values for what the stream did not tell.
  package var facts: [Fact] {
    endOrder()
    let time = spreadTimes.reduce(0, +)
    func share(_ place: Int) -> Double? { time > 0 ? Double(spreadTimes[place]) / Double(time) : nil }
    var facts = [Fact("spread: locked or crossed", share(0))]
    for ticks in 1...FlowFacts.spreads { facts.append(Fact("spread: \(ticks) ticks", share(ticks))) }
    facts.append(Fact("spread: wider", share(FlowFacts.spreads + 1)))
    facts.append(Fact("size: touch, mean", touchSizes.count > 0 ? touchSizes.mean : nil))
    facts.append(Fact("size: touch, sd / mean", touchSizes.deviation.map { $0 / touchSizes.mean }))
    for (rank, sizes) in levelSizes.enumerated() {
      facts.append(Fact("size: level \(rank + 1), mean", sizes.count > 0 ? sizes.mean : nil))
    }
    facts.append(Fact("orders: market orders", orderSizes.count > 0 ? Double(orderSizes.count) : nil))
    facts.append(Fact("orders: contracts, mean", orderSizes.count > 0 ? orderSizes.mean : nil))
    facts.append(Fact("orders: contracts, sd / mean", orderSizes.deviation.map { $0 / orderSizes.mean }))
    for lag in 1...FlowFacts.lags {
      facts.append(Fact("orders: acf of sign, lag \(lag)", signs.coefficient(lag), signs.standardError(lag)))
    }
    facts.append(Fact("orders: per second", orderSizes.count > 0 ? orderWindows[0].rate : nil))
    for windows in orderWindows {
      facts.append(Fact("orders: Fano factor, \(windows.length / 1_000_000_000) s", windows.fanoFactor))
    }
    facts.append(Fact("orders: branching ratio, 10 s", orderWindows[1].branchingRatio))
    facts.append(Fact("quotes: changes per second", time > 0 ? quoteWindows.rate : nil))
    facts.append(Fact("quotes: Fano factor, 1 s", quoteWindows.fanoFactor))
    return facts
  }
}
