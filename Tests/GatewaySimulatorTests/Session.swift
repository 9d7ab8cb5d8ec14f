// A short synthetic session behind a simulator, and clients that trade in it by rule.

import CHotPath
import Gateway
import GatewaySimulator
import MarketData
import QuantMath
import Simulation
import TradingDomain

/// What the tests of this folder play.
enum Session {
  static let date = SessionDate(dayNumber: 18_354)
  static let open = BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60))

  static let jittery = LatencyModel(
    feed: Delay(minimum: .milliseconds(1), meanJitter: .milliseconds(1), maximumJitter: .milliseconds(20)),
    entry: Delay(minimum: .milliseconds(15), meanJitter: .milliseconds(5), maximumJitter: .milliseconds(100)),
    response: Delay(minimum: .milliseconds(1), meanJitter: .milliseconds(3), maximumJitter: .milliseconds(50)), seed: 3)

  static func market(seconds: Int64) -> SyntheticMarketConfiguration {
    var market = SyntheticMarketConfiguration(
      instrument: .wdo, session: TradingSession(date: date, open: open, close: open + .seconds(seconds)), seed: 6)
    market.movesPerSecond = 25
    return market
  }

  static func simulation(_ market: SyntheticMarketConfiguration) -> SimulationConfiguration {
    SimulationConfiguration(
      instruments: [SimulatedInstrument(instrument: .wdo, session: market.session, fillRule: .displayedTouch)],
      latency: jittery)
  }

  static func server(
    seconds: Int64, _ adjust: (inout GatewaySimulatorConfiguration) -> Void = { _ in }
  ) throws -> GatewaySimulatorServer {
    let market = market(seconds: seconds)
    var configuration = GatewaySimulatorConfiguration(simulation: simulation(market))
    configuration.tickers = ["WDOK20"]
    adjust(&configuration)
    let server = try GatewaySimulatorServer(configuration: configuration, feed: MarketFeed(SyntheticMarket(market)))
    try server.start()
    return server
  }

  static func client(
    _ port: UInt16, name: String = "trader", virtualTime: Bool = true, epoch: UInt32 = 1
  ) throws -> GatewayClient {
    var configuration = GatewayConfiguration(
      host: "127.0.0.1", port: port, environment: .simulator, instruments: [GatewayInstrument(.wdo, ticker: "WDOK20")])
    configuration.virtualTime = virtualTime
    configuration.clientName = name
    configuration.fencingEpoch = epoch
    let client = try GatewayClient(configuration)
    try client.open()
    return client
  }
}

/// Trades now and then, by numbers that depend only on what it has seen.
struct RuleTrader {
  private var random: CounterRandom
  private let epoch: UInt32
  private(set) var counter: UInt64 = 0
  private var quote: Quote?

  init(seed: UInt64, epoch: UInt32 = 1) {
    random = CounterRandom(seed: seed, stream: 0)
    self.epoch = epoch
  }

  mutating func answer(_ event: VenueEvent) -> [OrderCommand] {
    if case .market(let market) = event.update, case .quote(let new) = market.update { quote = new }
    if event.update == .endOfSession { return [] }
    guard let quote, random.nextInteger(below: 10) == 0 else { return [] }
    counter += 1
    let side: Side = random.nextInteger(below: 2) == 0 ? .buy : .sell
    let touch = side == .buy ? quote.bid : quote.ask
    let draw = random.nextInteger(below: 6)
    if draw == 0, counter > 3 {
      return [
        .cancel(CancelOrder(id: id(counter - 2), instrument: Instrument.wdo.id, decisionTime: event.localTime))
      ]
    }
    if draw == 1, counter > 40 { return [.cancelAll(decisionTime: event.localTime)] }
    let intent = OrderIntent(
      instrument: Instrument.wdo.id, side: side, type: draw < 4 ? .market : .limit,
      quantity: Quantity(Int64(1 + random.nextInteger(below: 4))), limit: draw < 4 ? nil : touch, stop: nil,
      purpose: .entry)
    return [.new(NewOrder(id: id(counter), intent: intent, decisionTime: event.localTime))]
  }

  private func id(_ counter: UInt64) -> ClientOrderID { ClientOrderID(epoch: epoch, strategy: 1, counter: counter) }
}

/// Polls a source until the end of the session or `seconds` of real time.
func play(
  _ source: some VenueEventSource & OrderGateway, bufferSize: Int = 64, seconds: Int64 = 60,
  idle: () -> Void = {}, _ answer: (VenueEvent) -> [OrderCommand]
) -> [VenueEvent] {
  let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: bufferSize)
  buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
  defer { buffer.deallocate() }
  let deadline = hp_clock_monotonic_ns() + seconds * 1_000_000_000
  var events: [VenueEvent] = []
  while hp_clock_monotonic_ns() < deadline {
    let count = source.poll(into: buffer)
    if count == 0 { idle() }
    for index in 0..<count {
      events.append(buffer[index])
      if case .endOfSession = buffer[index].update { return events }
      for command in answer(buffer[index]) { _ = source.send(command) }
    }
  }
  return events
}

func reports(_ events: [VenueEvent]) -> [OrderReport] {
  events.compactMap { event in
    if case .order(let report) = event.update { return report }
    return nil
  }
}

func marketEvents(_ events: [VenueEvent]) -> [MarketEvent] {
  events.compactMap { event in
    if case .market(let market) = event.update { return market }
    return nil
  }
}
