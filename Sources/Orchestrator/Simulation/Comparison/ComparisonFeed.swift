// Market data in the plain form that other simulators are fed with, so that all see the same events.

package import TradingDomain

/// One event of a comparison feed: 32 bytes, as `numpy.dtype` "i8,i8,i8,u1,u1,6V" stores it.
@frozen package struct ComparisonEvent {
  /// Exchange time, nanoseconds.
  package var time: Int64
  /// Price in ticks.
  package var price: Int64
  /// Depth: the level's new total; trade: contracts printed. Lots.
  package var quantity: Int64
  /// 0 depth, 1 trade.
  package var kind: UInt8
  /// 1 buy, 2 sell; of a trade, the aggressor.
  package var side: UInt8
  private var padding: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0, 0)

  package init(time: Int64, price: Int64, quantity: Int64, kind: UInt8, side: UInt8) {
    self.time = time
    self.price = price
    self.quantity = quantity
    self.kind = kind
    self.side = side
  }
}

/// A list of comparison events as the market of one instrument.
package enum ComparisonFeed {
  /// The feed, from its beginning.
  package static func market(events: ContiguousArray<ComparisonEvent>, instrument: InstrumentID) -> MarketFeed {
    var position = -1
    return MarketFeed { buffer in
      let count = min(buffer.count, events.count - position)
      events.withUnsafeBufferPointer { events in
        for place in 0..<count {
          if position < 0 {
            buffer.initializeElement(at: place, to: limits(instrument, at: events.first?.time ?? 0))
          } else {
            buffer.initializeElement(at: place, to: event(events[position], instrument, number: position + 1))
          }
          position += 1
        }
      }
      return count
    }
  }

  /// Limits out of the way of every price: the other simulators know none.
  private static func limits(_ instrument: InstrumentID, at time: Int64) -> MarketEvent {
    MarketEvent(
      instrument: instrument, sequence: 0, exchangeTime: Timestamp(nanoseconds: time),
      update: .limits(PriceLimits(lower: Price(ticks: 1), upper: Price(ticks: 1 << 40), settlement: nil)))
  }

  @inline(__always)
  private static func event(_ event: ComparisonEvent, _ instrument: InstrumentID, number: Int) -> MarketEvent {
    let side: Side = event.side == Side.buy.rawValue ? .buy : .sell
    let update: MarketUpdate =
      event.kind == 0
      ? .depth(
        DepthUpdate(
          side: side, price: Price(ticks: event.price), quantity: Quantity(event.quantity), orderCount: 0,
          endsBatch: true))
      : .trade(
        Trade(
          price: Price(ticks: event.price), quantity: Quantity(event.quantity),
          kind: side == .buy ? .buyerAggressor : .sellerAggressor, number: 0))
    return MarketEvent(
      instrument: instrument, sequence: UInt64(number), exchangeTime: Timestamp(nanoseconds: event.time),
      update: update)
  }

  /// The configuration under which simulators are compared: constant delays, an open market from the first event on.
  package static func configuration(
    events: ContiguousArray<ComparisonEvent>, instrument: Instrument, latency: LatencyModel, queue: QueueModel
  ) -> SimulationConfiguration {
    let open = events.first?.time ?? 0
    let close = (events.last?.time ?? 0) + 1_000_000_000
    let simulated = SimulatedInstrument(
      instrument: instrument,
      session: TradingSession(
        date: SessionDate(dayNumber: 0), open: Timestamp(nanoseconds: open), close: Timestamp(nanoseconds: close)),
      fillRule: .displayedTouch)
    var configuration = SimulationConfiguration(instruments: [simulated], latency: latency)
    configuration.queue = queue
    configuration.liquidity = .unlimited
    configuration.depthLevels = 1 << 16
    configuration.reportsEveryState = false
    return configuration
  }
}
