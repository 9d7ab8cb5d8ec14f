// A made-up market for demonstrations and tests: plausible to trade in, and the same on every machine for one seed.

import MarketData
import QuantMath
package import TradingDomain

/// What determines a synthetic session.
package struct SyntheticMarketConfiguration: Hashable, Sendable {
  package var instrument: Instrument
  package var session: TradingSession
  package var seed: UInt64
  /// Mean number of market moves (orders, cancels, trades) per second; each makes one or two events.
  package var movesPerSecond: Double = 8
  /// First mid price in ticks.
  package var startPrice = Price(ticks: 10_900)

  package init(instrument: Instrument, session: TradingSession, seed: UInt64) {
    self.instrument = instrument
    self.session = session
    self.seed = seed
  }

  /// A regular session of the mini dollar future: 09:00 to 18:30 in Sao Paulo.
  package static func wdo(date: SessionDate, seed: UInt64) -> SyntheticMarketConfiguration {
    SyntheticMarketConfiguration(
      instrument: .wdo,
      session: TradingSession(
        date: date, open: BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60)),
        close: BrasiliaTime.timestamp(date, timeOfDay: .minutes(18 * 60 + 30))),
      seed: seed)
  }
}

/// A seeded top-of-book market: two queues that orders lengthen, cancels shorten and trades consume; when one is used
/// up the price moves. Buying pressure persists, follows regimes of trend, or pulls back to an anchor in ranges;
/// activity clusters and is U-shaped over the day. Prints, sizes and quotes are consistent with each other.
///
/// It is not fitted to any instrument and promises no statistics; it promises determinism: integers and the four basic
/// floating-point operations only, random numbers keyed by seed and date.
package struct SyntheticMarket: MarketEventStream {
  private let configuration: SyntheticMarketConfiguration
  private let close: Int64
  private var random: CounterRandom
  private var tide: SyntheticTide
  private var time: Int64
  private var nextTide: Int64
  private var bid: Int64
  private var ask: Int64
  private var bidQuantity: Int64 = 60
  private var askQuantity: Int64 = 60
  private var published = Quote(bid: Price(ticks: 0), bidQuantity: 0, ask: Price(ticks: 0), askQuantity: 0)
  private var lastWasBuy = true
  private var tradeNumber: UInt64 = 0
  private var sequence: UInt64 = 1
  private var stage = Stage.limits
  private var owesQuote = false

  private enum Stage { case limits, open, trading, done }
  private static let tideStep: Int64 = 1_000_000_000

  package init(_ configuration: SyntheticMarketConfiguration) {
    self.configuration = configuration
    close = configuration.session.close.nanoseconds
    time = configuration.session.open.nanoseconds
    nextTide = time
    let day = UInt64(bitPattern: Int64(configuration.session.date.dayNumber))
    random = CounterRandom(seed: configuration.seed, stream: day << 8 | 1)
    tide = SyntheticTide(
      random: CounterRandom(seed: configuration.seed, stream: day << 8 | 2), anchor: configuration.startPrice.ticks)
    bid = configuration.startPrice.ticks
    ask = bid + 1
  }

  package mutating func next() -> MarketEvent? {
    switch stage {
    case .limits:
      stage = .open
      let band = configuration.startPrice.ticks * 6 / 100
      return event(
        .limits(
          PriceLimits(
            lower: Price(ticks: bid - band), upper: Price(ticks: bid + band), settlement: configuration.startPrice)))
    case .open:
      stage = .trading
      owesQuote = true
      return event(.phase(.opened))
    case .trading:
      if owesQuote {
        owesQuote = false
        if let quote = changedQuote() { return event(.quote(quote)) }
      }
      return move()
    case .done: return nil
    }
  }

  private mutating func event(_ update: MarketUpdate) -> MarketEvent {
    sequence += 1
    return MarketEvent(
      instrument: configuration.instrument.id, sequence: sequence - 1, exchangeTime: Timestamp(nanoseconds: time),
      update: update)
  }

  private mutating func changedQuote() -> Quote? {
    let quote = Quote(
      bid: Price(ticks: bid), bidQuantity: lots(bidQuantity), ask: Price(ticks: ask),
      askQuantity: lots(askQuantity))
    if quote == published { return nil }
    published = quote
    return quote
  }

  /// Lets moves happen until one shows, or the session closes.
  private mutating func move() -> MarketEvent? {
    while true {
      advance()
      if time >= close {
        time = close
        stage = .done
        return event(.phase(.closed))
      }
      if ask - bid > 1, random.nextInteger(below: 2) == 0 { narrow() }
      if random.nextInteger(below: 100) < 42 {
        owesQuote = true
        return event(.trade(trade()))
      }
      requote()
      if let quote = changedQuote() { return event(.quote(quote)) }
    }
  }

  /// Moves time on by an exponential step at the present rate.
  private mutating func advance() {
    while time >= nextTide {
      let opened = configuration.session.open.nanoseconds
      tide.turn(progress: Double(nextTide - opened) / Double(close - opened), mid: bid)
      nextTide += SyntheticMarket.tideStep
    }
    let mean = Int64(1_000_000_000 / (configuration.movesPerSecond * tide.activity))
    let step = Delay(minimum: .zero, meanJitter: Nanoseconds(mean), maximumJitter: .seconds(60))
    time += step.draw(random.next())
  }

  /// One aggressive order against the touch.
  private mutating func trade() -> Trade {
    // Order flow has memory: often the same side as before.
    let isBuy =
      random.nextInteger(below: 100) < 35
      ? lastWasBuy : random.nextUniform() < 0.5 + tide.pressure + 0.1 * imbalance
    lastWasBuy = isBuy
    let wanted = 1 + size(mean: 4)
    tradeNumber += 1
    let price = isBuy ? ask : bid
    let quantity = min(wanted, isBuy ? askQuantity : bidQuantity)
    if isBuy {
      askQuantity -= quantity
      if askQuantity == 0 { moveUp() }
    } else {
      bidQuantity -= quantity
      if bidQuantity == 0 { moveDown() }
    }
    return Trade(
      price: Price(ticks: price), quantity: lots(quantity), kind: isBuy ? .buyerAggressor : .sellerAggressor,
      number: tradeNumber)
  }

  private var imbalance: Double { Double(bidQuantity - askQuantity) / Double(bidQuantity + askQuantity) }

  private mutating func moveUp() {
    ask += 1
    askQuantity = freshQueue()
    // Usually the other side follows at once; else the spread stays open for a while.
    if random.nextInteger(below: 100) < 85 {
      bid += 1
      bidQuantity = freshQueue()
    }
  }

  private mutating func moveDown() {
    // Prices stay positive whatever happens.
    if bid <= 2 {
      bidQuantity = 1
      return
    }
    bid -= 1
    bidQuantity = freshQueue()
    if random.nextInteger(below: 100) < 85 {
      ask -= 1
      askQuantity = freshQueue()
    }
  }

  private mutating func narrow() {
    if random.nextUniform() < 0.5 + tide.pressure {
      bid += 1
      bidQuantity = freshQueue()
    } else {
      ask -= 1
      askQuantity = freshQueue()
    }
  }

  /// One order added to a queue, or withdrawn from it; queues drift to their usual length.
  private mutating func requote() {
    let amount = 1 + size(mean: 6)
    let usual = tide.depth
    func changed(_ quantity: Int64, _ draw: UInt64) -> Int64 {
      let adds = draw < (quantity < usual ? 60 : 40)
      return adds ? quantity + amount : max(1, quantity - amount)
    }
    if random.nextInteger(below: 2) == 0 {
      bidQuantity = changed(bidQuantity, random.nextInteger(below: 100))
    } else {
      askQuantity = changed(askQuantity, random.nextInteger(below: 100))
    }
  }

  private mutating func freshQueue() -> Int64 { 5 + size(mean: tide.depth) }

  /// Sizes are exponential, cut at twelve times their mean.
  private mutating func size(mean: Int64) -> Int64 {
    let draw = Delay(minimum: .zero, meanJitter: Nanoseconds(mean), maximumJitter: Nanoseconds(12 * mean))
    return draw.draw(random.next())
  }

  /// Sizes are drawn in round lots, since the exchange trades no others.
  private func lots(_ count: Int64) -> Quantity { Quantity(count * configuration.instrument.lot.contracts) }
}
