// What a scenario does to each event of a session.

import QuantMath
import TradingDomain

/// Changes one session's events in order. Prices stay whole ticks above zero, quantities at least one, bids below asks,
/// and bars keep their order of low, open, close and high.
struct StressTransform {
  private let stress: MarketStress
  /// When the scenario strikes: between a fifth and three fifths of the session.
  private let strike: Int64
  /// Start of the second strike, for what comes twice.
  private let second: Int64
  /// First price of the session, once it is known.
  private var origin: Int64?
  /// Events left out since the last that passed.
  private var missing: UInt64 = 0
  private var isHalted = false
  private var lastSequence: UInt64 = 0
  private var added: UInt64 = 0

  private static let minute: Int64 = 60_000_000_000

  init(_ stress: MarketStress, session: TradingSession, seed: UInt64) {
    self.stress = stress
    let length = session.close.nanoseconds - session.open.nanoseconds
    let bits = CounterRandom.value(
      seed: seed, stream: 0x7374_7265_7373, counter: UInt64(bitPattern: Int64(session.date.dayNumber)))
    let fraction = Double(bits >> 11) * 0x1p-53
    strike = session.open.nanoseconds + Int64(Double(length) * (0.2 + 0.4 * fraction))
    second = strike + length / 5
  }

  mutating func append(_ event: MarketEvent, to out: inout [MarketEvent]) {
    if origin == nil { origin = Self.price(of: event.update) }
    let time = event.exchangeTime.nanoseconds
    switch stress {
    case .feedOutage:
      if time >= strike && time < strike + 10 * Self.minute {
        missing += 1
        return
      }
      if missing > 0 {
        emit(event, .gap(missing: missing), &out)
        missing = 0
      }
      emit(event, event.update, &out)
    case .halts:
      let isInside = [strike, second].contains { time >= $0 && time < $0 + 30 * Self.minute }
      if isInside != isHalted {
        isHalted = isInside
        emit(event, .phase(isInside ? .frozen : .opened), &out)
      }
      // Nothing trades and nothing is displayed anew while halted; the session's own words pass.
      if isInside {
        switch event.update {
        case .trade, .quote, .depth, .bar: return
        case .phase, .limits, .gap: break
        }
      }
      emit(event, event.update, &out)
    default:
      emit(event, changed(event.update, time), &out)
    }
  }

  /// Passes an update on in the place of `event`, numbered so that inserted events leave no gap and lost ones do.
  private mutating func emit(_ event: MarketEvent, _ update: MarketUpdate, _ out: inout [MarketEvent]) {
    var copy = event
    if event.sequence == lastSequence && lastSequence != 0 { added += 1 }
    lastSequence = event.sequence
    copy.sequence = event.sequence + added
    copy.update = update
    out.append(copy)
  }

  // MARK: Values

  private func changed(_ update: MarketUpdate, _ time: Int64) -> MarketUpdate {
    switch update {
    case .trade(var trade):
      trade.price = price(trade.price, time)
      trade.quantity = quantity(trade.quantity)
      return .trade(trade)
    case .quote(let quote): return .quote(changed(quote, time))
    case .depth(var depth):
      // The book moves as a whole; its levels keep their distances.
      depth.price = widened(price(depth.price, time), depth.side)
      if depth.quantity.contracts > 0 { depth.quantity = quantity(depth.quantity) }
      return .depth(depth)
    case .bar(let bar): return .bar(changed(bar))
    case .limits(var limits):
      guard stress != .limitDay else { return .limits(dayLimits ?? limits) }
      limits.lower = min(limits.lower, price(limits.lower, time))
      limits.upper = max(limits.upper, price(limits.upper, time))
      return .limits(limits)
    case .phase, .gap: return update
    }
  }

  private func changed(_ quote: Quote, _ time: Int64) -> Quote {
    var quote = quote
    let (hasBid, hasAsk) = (quote.bid.ticks > 0, quote.ask.ticks > 0)
    let spread = quote.ask.ticks - quote.bid.ticks
    if hasBid { quote.bid = price(quote.bid, time) }
    if hasAsk { quote.ask = price(quote.ask, time) }
    if stress == .volatility && hasBid && hasAsk {
      // Moves are three times as large, not the spread.
      quote.ask = quote.bid + Price(ticks: spread)
    }
    if stress == .wideSpread && hasBid && hasAsk {
      quote.bid = Price(ticks: max(1, quote.bid.ticks - (3 * spread) / 2))
      quote.ask = Price(ticks: quote.ask.ticks + (3 * spread + 1) / 2)
    }
    if hasBid && hasAsk && quote.ask <= quote.bid {
      // Pinned at a limit, one side is empty: nobody sells at the upper, nobody buys at the lower.
      quote.bid = Price(ticks: 0)
      quote.bidQuantity = 0
    }
    if quote.bidQuantity.contracts > 0 { quote.bidQuantity = quantity(quote.bidQuantity) }
    if quote.askQuantity.contracts > 0 { quote.askQuantity = quantity(quote.askQuantity) }
    return quote
  }

  private func changed(_ bar: Bar) -> Bar {
    var bar = bar
    let (start, end) = (bar.start.nanoseconds, bar.end.nanoseconds)
    bar.open = price(bar.open, start)
    bar.close = price(bar.close, end)
    let extremes = [start, end, (start + end) / 2].flatMap { [price(bar.low, $0), price(bar.high, $0)] }
    bar.low = min(bar.open, bar.close, extremes.min() ?? bar.low)
    bar.high = max(bar.open, bar.close, extremes.max() ?? bar.high)
    if bar.volume.contracts > 0 { bar.volume = quantity(bar.volume) }
    if stress == .thinMarket { bar.signedVolume /= 5 }
    return bar
  }

  /// A price under the scenario at `time`.
  private func price(_ price: Price, _ time: Int64) -> Price {
    guard let origin, price.ticks > 0 else { return price }
    let ticks: Int64
    switch stress {
    case .flashCrash: ticks = price.ticks - crash(origin, time)
    case .gapDown: ticks = price.ticks - origin / 50
    case .gapUp: ticks = price.ticks + origin / 50
    case .volatility: ticks = origin + 3 * (price.ticks - origin)
    case .limitDay:
      guard let limits = dayLimits else { return price }
      // From the strike on the market leans on the lower limit.
      let leant = time >= strike ? price.ticks - origin / 50 : price.ticks
      ticks = min(max(leant, limits.lower.ticks), limits.upper.ticks)
    default: ticks = price.ticks
    }
    return Price(ticks: max(1, ticks))
  }

  /// How far the crash has taken the price: 3 % at its bottom, five minutes after the strike.
  private func crash(_ origin: Int64, _ time: Int64) -> Int64 {
    let depth = origin * 3 / 100
    let (fall, rise) = (5 * Self.minute, 15 * Self.minute)
    let since = time - strike
    if since <= 0 || since >= fall + rise { return 0 }
    return since < fall
      ? depth * (since / 1_000_000) / (fall / 1_000_000)
      : depth * ((fall + rise - since) / 1_000_000) / (rise / 1_000_000)
  }

  private var dayLimits: PriceLimits? {
    guard let origin else { return nil }
    return PriceLimits(
      lower: Price(ticks: max(1, origin - origin / 50)), upper: Price(ticks: origin + origin / 50), settlement: nil)
  }

  /// A level of the book under a wider spread: bids move down and asks up by a tick and a half of the usual one.
  private func widened(_ price: Price, _ side: Side) -> Price {
    stress == .wideSpread ? Price(ticks: max(1, price.ticks - side.sign * (side == .buy ? 1 : 2))) : price
  }

  private func quantity(_ quantity: Quantity) -> Quantity {
    stress == .thinMarket ? Quantity(max(1, quantity.contracts / 5)) : quantity
  }

  private static func price(of update: MarketUpdate) -> Int64? {
    switch update {
    case .trade(let trade): return trade.price.ticks > 0 ? trade.price.ticks : nil
    case .bar(let bar): return bar.open.ticks > 0 ? bar.open.ticks : nil
    case .quote(let quote):
      return quote.bid.ticks > 0 ? quote.bid.ticks : quote.ask.ticks > 0 ? quote.ask.ticks : nil
    case .depth, .phase, .limits, .gap: return nil
    }
  }
}
