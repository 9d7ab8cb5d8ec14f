// Markets, an engine and a forecaster for backtests that need no model and no files.

import Accounting
import Backtest
import Engine
import Ensemble
import Features
import MarketData
import QuantMath
import Risk
import Simulation
import Testing
import TradingDomain

/// Says up or down by a hash of the features: as good as noise, but a pure function of what the engine knows, so that
/// any difference in the features before a decision changes it.
final class NoiseForecaster: Forecaster {
  let schemaHash = FeatureSchema.v2.hash

  func forecast(_ input: ForecastInput) -> Forecast {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for value in input.features {
      hash = (hash ^ UInt64(value.bitPattern)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
    }
    let up: Float = hash >> 40 & 1 == 0 ? 0.75 : 0.25
    return Forecast(probabilityUp: up, probabilityDown: 1 - up, magnitude: 0.001)
  }
}

/// Keeps everything.
final class KeptJournal: OrderJournal {
  private(set) var entries: [JournalEntry] = []
  func append(_ entry: JournalEntry) -> Bool {
    entries.append(entry)
    return true
  }

  var fills: [Fill] {
    entries.compactMap { entry in
      if case .fill(let fill) = entry.fact { return fill }
      return nil
    }
  }

  var intents: [NewOrder] {
    entries.compactMap { entry in
      if case .intent(let order) = entry.fact { return order }
      return nil
    }
  }
}

enum BacktestSample {
  static let fees = ContractFees(
    exchange: Money(brl: 0.7), broker: Money(brl: 0.25), serviceTax: Money(brl: 0.012_5), settlement: .zero)
  static let latency = LatencyModel(
    feed: Delay(minimum: .microseconds(500), meanJitter: .microseconds(200), maximumJitter: .milliseconds(5)),
    entry: Delay(minimum: .milliseconds(2), meanJitter: .milliseconds(1), maximumJitter: .milliseconds(20)),
    response: Delay(minimum: .milliseconds(1), meanJitter: .microseconds(500), maximumJitter: .milliseconds(10)),
    seed: 3)

  static var date: SessionDate {
    guard let date = SessionDate(year: 2021, month: 11, day: 10) else { preconditionFailure("no such day") }
    return date
  }

  /// The baseline with a regime threshold that synthetic markets reach often.
  static func configuration(_ change: (inout EngineConfiguration) -> Void = { _ in }) -> EngineConfiguration {
    var strategy = StrategyConfiguration()
    strategy.trend.confidence = 0.5
    var configuration = EngineConfiguration(
      instrument: .wdo, barDuration: .minutes(1), schema: .v2, strategy: strategy, limits: .baseline(for: .wdo),
      fees: fees, epoch: 1, modelHash: 0, configurationHash: 0)
    change(&configuration)
    return configuration
  }

  static func plan(count: Int, seed: UInt64 = 5) -> MarketPlan {
    do {
      return try MarketPlan.synthetic(
        instrument: .wdo, date: date, count: count, seed: seed, barDuration: .minutes(1),
        assumptions: SimulationAssumptions(latency: latency))
    } catch {
      preconditionFailure("\(error)")
    }
  }

  static func run(
    _ sessions: [BacktestSession], warmUp: [Bar], configuration: EngineConfiguration = configuration(),
    journal: KeptJournal
  ) throws -> BacktestResult {
    try AdvancedMLBacktester(
      configuration: configuration, forecaster: NoiseForecaster(), capital: Money(brl: 50_000)
    ).run(sessions, warmUp: warmUp, journal: journal)
  }

  /// A session of listed events.
  static func session(
    _ hours: TradingSession, rule: FillRule, latency: LatencyModel = latency, events: [MarketEvent]
  ) -> BacktestSession {
    BacktestSession(
      session: hours,
      simulation: SimulationConfiguration(
        instruments: [SimulatedInstrument(instrument: .wdo, session: hours, fillRule: rule)], latency: latency),
      contract: ContractStanding(isTradable: true, sessionsLeft: 10)
    ) { MarketFeed(events: events) }
  }

  /// All events of a stream.
  static func events<Stream: MarketEventStream>(of stream: Stream) -> [MarketEvent] {
    var stream = stream
    var events: [MarketEvent] = []
    while let event = stream.next() { events.append(event) }
    return events
  }
}

/// A price that goes a tick up or down each second with equal chance, quoted a tick wide: nothing in it can be
/// forecast, so whatever is earned on average is an error.
struct RandomWalk: MarketEventStream {
  private let session: TradingSession
  private var random: CounterRandom
  private var time: Timestamp
  private var bid: Int64 = 10_900
  private var sequence: UInt64 = 0
  private var owesTrade = false
  private var isOver = false

  init(session: TradingSession, seed: UInt64) {
    self.session = session
    time = session.open
    random = CounterRandom(seed: seed, stream: UInt64(session.date.dayNumber))
  }

  mutating func next() -> MarketEvent? {
    if isOver { return nil }
    sequence += 1
    switch sequence {
    case 1:
      return event(.limits(PriceLimits(lower: Price(ticks: 9_000), upper: Price(ticks: 13_000), settlement: nil)))
    case 2: return event(.phase(.opened))
    default: break
    }
    if owesTrade {
      owesTrade = false
      let isBuy = random.nextInteger(below: 2) == 0
      return event(
        .trade(
          Trade(
            price: Price(ticks: isBuy ? bid + 1 : bid), quantity: 5,
            kind: isBuy ? .buyerAggressor : .sellerAggressor, number: sequence)))
    }
    time = time + .seconds(1)
    if time >= session.close {
      isOver = true
      time = session.close
      return event(.phase(.closed))
    }
    bid += random.nextInteger(below: 2) == 0 ? 1 : -1
    owesTrade = true
    return event(
      .quote(
        Quote(bid: Price(ticks: bid), bidQuantity: 50, ask: Price(ticks: bid + 1), askQuantity: 50)))
  }

  private func event(_ update: MarketUpdate) -> MarketEvent {
    MarketEvent(instrument: Instrument.wdo.id, sequence: sequence, exchangeTime: time, update: update)
  }
}
