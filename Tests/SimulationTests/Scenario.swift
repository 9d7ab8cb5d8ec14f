// A market and a client written down as one list of steps, and the reports that come of it.

import Simulation
import TradingDomain

/// One step of a scenario.
enum Step {
  case market(MarketUpdate)
  case send(OrderCommand)
}

/// Runs steps against a venue without delays: each command is sent on seeing the market event before it.
struct Scenario {
  static let date = SessionDate(dayNumber: 18_354)  // 2020-04-02
  static let open = BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60))
  static let session = TradingSession(date: date, open: open, close: open + .minutes(10))

  var configuration: SimulationConfiguration

  init(_ rule: FillRule = .displayedTouch, instrument: Instrument = .wdo) {
    configuration = SimulationConfiguration(
      instruments: [SimulatedInstrument(instrument: instrument, session: Scenario.session, fillRule: rule)],
      latency: .constant(feed: .zero, entry: .zero, response: .zero))
  }

  /// All events of the session; market events are 10 ms apart, bars at their end.
  func events(_ steps: [Step]) -> [VenueEvent] {
    var events: [MarketEvent] = []
    var commands: [[OrderCommand]] = []
    var time = Scenario.open
    for step in steps {
      switch step {
      case .market(let update):
        if case .bar(let bar) = update { time = bar.end } else if !events.isEmpty { time = time + .milliseconds(10) }
        events.append(
          MarketEvent(
            instrument: configuration.instruments[0].instrument.id, sequence: UInt64(events.count), exchangeTime: time,
            update: update))
        commands.append([])
      case .send(let command):
        commands[events.count - 1].append(command)
      }
    }
    let venue = SimulatedVenue(configuration: configuration, feed: MarketFeed(events: events))
    return drive(venue, bufferSize: 1) { event in
      guard case .market(let market) = event.update, Int(market.sequence) < commands.count else { return [] }
      return commands[Int(market.sequence)]
    }
  }

  /// The reports of a scenario that begins with limits 10,000 to 12,000 ticks and an open market.
  func reports(_ steps: [Step]) -> [OrderReport] {
    orderReports(events([.market(.limits(Scenario.limits)), .market(.phase(.opened))] + steps))
  }

  static let limits = PriceLimits(lower: Price(ticks: 10_000), upper: Price(ticks: 12_000), settlement: nil)
}

func orderReports(_ events: [VenueEvent]) -> [OrderReport] {
  events.compactMap { event in
    if case .order(let report) = event.update { return report }
    return nil
  }
}

/// Polls a venue to its end with a client that answers each event.
func drive(
  _ venue: SimulatedVenue, bufferSize: Int, _ answer: (VenueEvent) -> [OrderCommand]
) -> [VenueEvent] {
  let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: bufferSize)
  defer { buffer.deallocate() }
  var events: [VenueEvent] = []
  while true {
    let count = venue.poll(into: buffer)
    if count == 0 { return events }
    for index in 0..<count {
      events.append(buffer[index])
      for command in answer(buffer[index]) { _ = venue.send(command) }
    }
  }
}

// MARK: Short forms

func quote(_ bid: Int64, _ bidQuantity: Int64, _ ask: Int64, _ askQuantity: Int64) -> Step {
  .market(
    .quote(
      Quote(
        bid: Price(ticks: bid), bidQuantity: Quantity(bidQuantity), ask: Price(ticks: ask),
        askQuantity: Quantity(askQuantity))))
}

func trade(_ price: Int64, _ quantity: Int64, _ kind: TradeKind = .unspecified) -> Step {
  .market(.trade(Trade(price: Price(ticks: price), quantity: Quantity(quantity), kind: kind, number: 0)))
}

func depth(_ side: Side, _ price: Int64, _ quantity: Int64, ends: Bool = true) -> Step {
  .market(
    .depth(
      DepthUpdate(
        side: side, price: Price(ticks: price), quantity: Quantity(quantity), orderCount: 0, endsBatch: ends)))
}

func phase(_ phase: TradingPhase) -> Step { .market(.phase(phase)) }

/// A one-minute bar, `minute` minutes after the open.
func bar(
  _ minute: Int64, open: Int64, high: Int64, low: Int64, close: Int64, volume: Int64 = 1000
) -> Step {
  .market(
    .bar(
      Bar(
        start: Scenario.open + .minutes(minute), duration: .minutes(1), open: Price(ticks: open),
        high: Price(ticks: high), low: Price(ticks: low), close: Price(ticks: close), volume: Quantity(volume),
        tradeCount: 0, signedVolume: 0)))
}

func orderID(_ counter: UInt64) -> ClientOrderID { ClientOrderID(epoch: 1, strategy: 1, counter: counter) }

func newOrder(
  _ counter: UInt64, _ side: Side, _ quantity: Int64, limit: Int64? = nil, stop: Int64? = nil,
  instrument: Instrument = .wdo, at time: Timestamp = Scenario.open
) -> OrderCommand {
  let type: OrderType = stop != nil ? .stopLimit : limit != nil ? .limit : .market
  let intent = OrderIntent(
    instrument: instrument.id, side: side, type: type, quantity: Quantity(quantity),
    limit: limit.map { Price(ticks: $0) }, stop: stop.map { Price(ticks: $0) }, purpose: .entry)
  return .new(NewOrder(id: orderID(counter), intent: intent, decisionTime: time))
}

func market(_ counter: UInt64, _ side: Side, _ quantity: Int64) -> Step { .send(newOrder(counter, side, quantity)) }

func limit(_ counter: UInt64, _ side: Side, _ quantity: Int64, _ price: Int64) -> Step {
  .send(newOrder(counter, side, quantity, limit: price))
}

func stop(_ counter: UInt64, _ side: Side, _ quantity: Int64, _ trigger: Int64, limit: Int64) -> Step {
  .send(newOrder(counter, side, quantity, limit: limit, stop: trigger))
}

func cancel(_ counter: UInt64) -> Step {
  .send(.cancel(CancelOrder(id: orderID(counter), instrument: Instrument.wdo.id, decisionTime: Scenario.open)))
}

func change(_ counter: UInt64, _ quantity: Int64, limit: Int64) -> Step {
  .send(
    .change(
      ChangeOrder(
        id: orderID(counter), instrument: Instrument.wdo.id, quantity: Quantity(quantity), limit: Price(ticks: limit),
        stop: nil, decisionTime: Scenario.open)))
}

/// What a table of fills compares: per report that changed the traded quantity, order, contracts and price.
struct FillLine: Equatable, CustomStringConvertible {
  var order: UInt64
  var contracts: Int64
  var price: Int64
  var description: String { "#\(order) \(contracts)@\(price)" }

  init(_ order: UInt64, _ contracts: Int64, _ price: Int64) {
    self.order = order
    self.contracts = contracts
    self.price = price
  }
}

func fills(_ reports: [OrderReport]) -> [FillLine] {
  var seen: [UInt64: (quantity: Int64, ticks: Int64)] = [:]
  var lines: [FillLine] = []
  for report in reports {
    let before = seen[report.id.counter] ?? (0, 0)
    let grown = report.tradedQuantity.contracts - before.quantity
    if grown > 0 { lines.append(FillLine(report.id.counter, grown, (report.tradedTicks - before.ticks) / grown)) }
    seen[report.id.counter] = (report.tradedQuantity.contracts, report.tradedTicks)
  }
  return lines
}
