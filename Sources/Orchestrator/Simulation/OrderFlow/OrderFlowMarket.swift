// The order-by-order market as its participants see it: trades, levels and quotes.

import MarketData
package import TradingDomain

/// A seeded session of an order book fed by self-exciting order flow, as a market stream.
///
/// Every arrival that changes the book makes, in this order: one trade per resting order that it executed, the new
/// totals of the levels it changed, and a quote where the touch changed; all carry the arrival's time. Around them
/// stand the day's limits and the phases. ``OrderFlowActions`` of the same configuration tells the same session order
/// by order.
///
/// The model is that of Smith, Farmer, Gillemot and Krishnamurthy (2003) with mutually exciting arrivals instead of
/// Poisson ones, sizes, and hidden states. It depends on integers, IEEE arithmetic and keyed random numbers only: the
/// same configuration gives the same bytes on every machine.
package final class OrderFlowMarket: MarketEventStream {
  private let source: OrderFlowSource
  private let events: UnsafeMutablePointer<MarketEvent>
  private let capacity: Int
  private var count = 0
  private var taken = 0
  private var sequence: UInt64 = 0
  private var trades: UInt64 = 0
  private var time: Int64
  private var published: Quote?
  private var stage = Stage.limits

  private enum Stage { case limits, open, trading, closed }

  package init(_ configuration: OrderFlowConfiguration) {
    source = OrderFlowSource(configuration)
    // At most one trade or one level per action, both for executions, and a quote.
    capacity = 2 * (configuration.orderCapacity + 1) + 1
    events = .allocate(capacity: capacity)
    time = configuration.session.open.nanoseconds
  }

  deinit { events.deallocate() }

  package var configuration: OrderFlowConfiguration { source.configuration }

  /// Limit orders that were lost because the book was full.
  package var refusedOrders: Int { source.refusedOrders }

  /// Most events of one arrival; the buffer was made for `2 orderCapacity + 3`.
  package private(set) var mostEvents = 0

  /// The planted state s_t of that second. It is in no message: for tests and for the best possible forecaster.
  ///
  /// - Precondition: `time` lies in the session.
  package func hiddenSignal(at time: Timestamp) -> Double { source.tide.signals[second(time)] }

  /// The hidden state's place in the configuration's list; as ``hiddenSignal(at:)``.
  package func hiddenRegime(at time: Timestamp) -> Int { Int(source.tide.regimes[second(time)]) }

  private func second(_ time: Timestamp) -> Int {
    let session = configuration.session
    precondition(
      session.contains(time), "\(time.nanoseconds) ns lies outside the session: its hidden state is not defined")
    return Int((time.nanoseconds - session.open.nanoseconds) / 1_000_000_000)
  }

  package func next() -> MarketEvent? {
    while true {
      if taken < count {
        taken += 1
        return events[taken - 1]
      }
      (count, taken) = (0, 0)
      switch stage {
      case .limits:
        stage = .open
        emit(.limits(configuration.limits))
      case .open:
        stage = .trading
        emit(.phase(.opened))
      case .trading:
        if source.advance() {
          publish()
        } else {
          stage = .closed
          time = configuration.session.close.nanoseconds
          emit(.phase(.closed))
        }
      case .closed: return nil
      }
    }
  }

  private func publish() {
    let actions = source.actions
    time = actions.first?.time.nanoseconds ?? time
    for action in actions where action.kind == .execute {
      trades += 1
      emit(
        .trade(
          Trade(
            price: action.price, quantity: action.quantity,
            kind: action.side == .buy ? .sellerAggressor : .buyerAggressor, number: trades)))
    }
    if configuration.publishesDepth { publishLevels(actions) }
    let quote = source.top
    if quote != published {
      published = quote
      emit(.quote(quote))
    }
    mostEvents = max(mostEvents, count)
  }

  /// Actions on one level follow each other, so that the end of a run is the end of the level's changes; only the
  /// opening book may name a level twice, with the same total.
  private func publishLevels(_ actions: UnsafeBufferPointer<OrderBookAction>) {
    for (index, action) in actions.enumerated() {
      if index + 1 < actions.count, actions[index + 1].side == action.side, actions[index + 1].price == action.price {
        continue
      }
      let level = source.book.level(action.price.ticks)
      emit(
        .depth(
          DepthUpdate(
            side: action.side, price: action.price, quantity: source.contracts(level.quantity),
            orderCount: UInt32(level.orders), endsBatch: index + 1 == actions.count)))
    }
  }

  private func emit(_ update: MarketUpdate) {
    precondition(count < capacity, "an arrival made more events than the book has orders")
    sequence += 1
    (events + count).initialize(
      to: MarketEvent(
        instrument: configuration.instrument.id, sequence: sequence, exchangeTime: Timestamp(nanoseconds: time),
        update: update))
    count += 1
  }
}

/// The same session order by order: what each resting order did.
package struct OrderFlowActions: Sequence, IteratorProtocol {
  private let source: OrderFlowSource
  private var taken = 0

  package init(_ configuration: OrderFlowConfiguration) { source = OrderFlowSource(configuration) }

  package mutating func next() -> OrderBookAction? {
    while taken >= source.actions.count {
      taken = 0
      guard source.advance() else {
        taken = source.actions.count
        return nil
      }
    }
    taken += 1
    return source.actions[taken - 1]
  }
}
