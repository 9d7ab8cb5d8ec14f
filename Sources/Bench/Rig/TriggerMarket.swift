// A market in which every minute's first trade completes a bar on which the baseline strategy wants to buy.

import Features
import TradingDomain

/// Prices rise by two ticks a minute on average, with falls in between: an up-trend by every rule of the regime
/// detector, at any length that a round asks for.
enum TriggerMarket {
  static let instrument = Instrument.wdo
  /// 2025-11-12, 10:00 local.
  static let start = Timestamp(nanoseconds: 1_762_952_400_000_000_000)
  /// Longer than any round: the session's hours are no part of what is measured.
  static let session = TradingSession(
    date: SessionDate(dayNumber: 20_404), open: start - .minutes(60), close: start + .minutes(60 * 24 * 60))
  /// Bars that the features see before the first trigger.
  static var warmUpBars: Int { FeatureSchema.v2.warmUpBars + 50 }

  /// The first price of a minute, counted from ``start``; minutes before it are negative.
  static func price(_ minute: Int) -> Price {
    let phase = ((minute % 3) + 3) % 3
    return Price(ticks: 10_400 + Int64(2 * minute) + [0, 3, -1][phase])
  }

  static func time(_ minute: Int) -> Timestamp { start + .minutes(Int64(minute)) }

  /// A bar of the past, for warming up.
  static func bar(_ minute: Int) -> Bar {
    let price = price(minute)
    return Bar(
      start: time(minute), duration: .minutes(1), open: price, high: price + Price(ticks: 1),
      low: price - Price(ticks: 1), close: price, volume: Quantity(100 + Int64((minute & 7) * 10)), tradeCount: 10,
      signedVolume: 0)
  }

  /// What comes before the first trigger: routing is up, the market is open, its limits are known, and one trade opens
  /// the first bar.
  static func opening(at time: Timestamp = start) -> [VenueEvent] {
    let limits = PriceLimits(lower: Price(ticks: 5_000), upper: Price(ticks: 20_000), settlement: price(0))
    return [
      VenueEvent(localTime: time, update: .connection(.ready)),
      market(time, sequence: 1, .phase(.opened)),
      market(time, sequence: 2, .limits(limits)),
      market(time, sequence: 3, trade(0)),
    ]
  }

  /// The trade that completes the bar of the minute before it; triggers count from 0.
  static func trigger(_ number: Int) -> VenueEvent {
    market(time(number + 1), sequence: UInt64(number) + 4, trade(number + 1))
  }

  /// The venue's answer to a trigger's order: withdrawn untraded, so that the next trigger finds nothing in its way.
  static func withdrawal(of order: NewOrder, trigger number: Int) -> VenueEvent {
    let time = time(number + 1) + .milliseconds(2)
    return VenueEvent(
      localTime: time,
      update: .order(
        OrderReport(
          id: order.id, gatewayOrderID: 1 << 32 | UInt64(number + 1), instrument: order.intent.instrument,
          status: .canceled, reason: .none, side: order.intent.side, quantity: order.intent.quantity,
          tradedQuantity: 0, tradedTicks: 0, exchangeTime: time)))
  }

  private static func trade(_ minute: Int) -> MarketUpdate {
    .trade(Trade(price: price(minute), quantity: 5, kind: .buyerAggressor, number: UInt64(minute) + 1))
  }

  /// A market event that reaches us a millisecond after `time`.
  private static func market(_ time: Timestamp, sequence: UInt64, _ update: MarketUpdate) -> VenueEvent {
    VenueEvent(
      localTime: time + .milliseconds(1),
      update: .market(
        MarketEvent(instrument: instrument.id, sequence: sequence, exchangeTime: time, update: update)))
  }
}
