// Which sessions a run will see, from a store or made up from a seed: the same plan for backtest and wire.
package import Accounting
package import Features
package import MarketData
package import Performance
package import Risk
package import Simulation
package import TradingDomain

/// The market of a run: its sessions in order, and the bars before them that warm the features.
package struct MarketPlan {
  /// Fewest bars of the past that are fed to the features before the first session.
  package static let leastWarmUpBars = 600

  /// Bars of the past that are fed to the features of `schema` before the first session, with a day to spare.
  package static func warmUpBars(for schema: FeatureSchema) -> Int { max(leastWarmUpBars, schema.warmUpBars + 570) }

  /// Calendar days that hold so many of the schema's bars, weekends and a holiday included.
  package static func warmUpDays(for schema: FeatureSchema) -> Int {
    10 + warmUpBars(for: schema) * schema.barSeconds / 60 / 300
  }

  package var instrument: Instrument
  package var sessions: [BacktestSession]
  package var warmUp: [Bar]
  /// Whether any session has bars only; limits on the age of data must then be those for bars.
  package var hasBarsOnly: Bool
  /// How the market was made, for reports.
  package var stamps: [ReportStamp]
}

/// Why a plan cannot be made.
package enum MarketPlanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The exchange calendar of this program covers 2015 to 2027.
  case outsideCalendar(SessionDate)

  package var description: String {
    switch self {
    case .outsideCalendar(let date):
      return "\(date) lies outside, or within a month of the edge of, the exchange calendar (2015 to 2027). "
        + "Choose a date inside."
    }
  }
}

extension MarketPlan {
  /// Sessions of `instrument` in `store` from `from` to `to`, replayed from events where a day has them, else from
  /// bars.
  ///
  /// Days that are no session by the calendar (rehearsals, holidays) are left out.
  package static func stored(
    _ store: MarketStore, instrument: Instrument, from: SessionDate, to: SessionDate, barDuration: Nanoseconds,
    assumptions: SimulationAssumptions, schema: FeatureSchema = .v2, calendar: TradingCalendar = .b3
  ) throws -> MarketPlan {
    let rule = { (date: SessionDate) in calendar.session(for: instrument, on: date) }
    let source = StoredMarketStream.Source.eventsElseBars(barDuration)
    let stream = try StoredMarketStream(
      store, symbol: instrument.symbol, from: from, to: to, source: source, id: instrument.id, session: rule)
    let eventDays = try Set(
      store.days(instrument.symbol, .trades) + store.days(instrument.symbol, .quotes)
        + store.days(instrument.symbol, .depth))
    let sessions = stream.sessions.map { session in
      let fillRule: FillRule = eventDays.contains(session.date) ? .displayedTouch : .barPenetration
      return BacktestSession(
        session: session,
        simulation: simulation(instrument, session, fillRule, assumptions),
        contract: standing(of: instrument, on: session.date, calendar: calendar)
      ) {
        MarketFeed(
          try StoredMarketStream(
            store, symbol: instrument.symbol, from: session.date, to: session.date, source: source, id: instrument.id,
            session: rule))
      }
    }
    let rules = Set(sessions.flatMap { $0.simulation.instruments.map(\.fillRule) })
    return MarketPlan(
      instrument: instrument, sessions: sessions,
      warmUp: warmUp(store, instrument, before: stream.sessions[0].date, barDuration: barDuration, schema: schema),
      hasBarsOnly: rules.contains(.barPenetration),
      stamps: [
        ReportStamp(
          name: "market",
          value: "\(instrument.symbol) from the store, \(stream.sessions[0].date) to "
            + "\(stream.sessions[stream.sessions.count - 1].date), \(sessions.count) sessions"),
        ReportStamp(name: "fill rule", value: rules.map(assumptions.describe).sorted().joined(separator: "; ")),
        ReportStamp(name: "latency", value: describe(assumptions.latency)),
      ])
  }

  /// `count` synthetic sessions from `date` on, each with its own stream of random numbers under `seed`.
  package static func synthetic(
    instrument: Instrument, date: SessionDate, count: Int, seed: UInt64, barDuration: Nanoseconds,
    assumptions: SimulationAssumptions, schema: FeatureSchema = .v2, calendar: TradingCalendar = .b3
  ) throws(MarketPlanError) -> MarketPlan {
    precondition(count > 0, "a plan needs a session")
    let margin = 30
    for edge in [date.advanced(by: -margin), date.advanced(by: margin + 2 * count)]
    where !(2015...2027).contains(edge.civil.year) {
      throw .outsideCalendar(date)
    }
    var dates = [calendar.session(onOrAfter: date)]
    while dates.count < count { dates.append(calendar.session(after: dates[dates.count - 1])) }
    let hours = { (date: SessionDate) in
      calendar.session(for: instrument, on: date) ?? TradingSession(date: date, open: .distantPast, close: .distantPast)
    }
    let market = { (session: TradingSession) in
      SyntheticMarketConfiguration(
        instrument: instrument, session: session, seed: syntheticSeed(seed, session.date))
    }
    let sessions = dates.map { date in
      let session = hours(date)
      return BacktestSession(
        session: session, simulation: simulation(instrument, session, .displayedTouch, assumptions),
        contract: standing(of: instrument, on: date, calendar: calendar)
      ) { MarketFeed(SyntheticMarket(market(session))) }
    }
    var warmUp: [Bar] = []
    var earlier = dates[0]
    while warmUp.count < warmUpBars(for: schema), earlier > date.advanced(by: -margin) {
      earlier = calendar.session(before: earlier)
      warmUp = bars(of: SyntheticMarket(market(hours(earlier))), duration: barDuration) + warmUp
      if schema.warmUpBars <= warmUp.count { break }
    }
    return MarketPlan(
      instrument: instrument, sessions: sessions, warmUp: warmUp.suffix(warmUpBars(for: schema)),
      hasBarsOnly: false,
      stamps: [
        ReportStamp(
          name: "market", value: "synthetic \(instrument.symbol), seed \(seed), \(count) sessions from \(dates[0])"),
        ReportStamp(name: "fill rule", value: assumptions.describe(.displayedTouch)),
        ReportStamp(name: "latency", value: describe(assumptions.latency)),
      ])
  }

  /// The seed of one synthetic day of a run with `seed`.
  package static func syntheticSeed(_ seed: UInt64, _ date: SessionDate) -> UInt64 {
    seed &* 1_000_003 &+ UInt64(bitPattern: Int64(date.dayNumber))
  }

  /// The bars that `stream`'s trades make.
  package static func bars<Stream: MarketEventStream>(of stream: Stream, duration: Nanoseconds) -> [Bar] {
    var stream = stream
    var aggregator = BarAggregator(.time(duration))
    var bars: [Bar] = []
    while let event = stream.next() {
      switch event.update {
      case .trade(let trade):
        if let bar = aggregator.add(trade, at: event.exchangeTime) { bars.append(bar) }
      case .quote(let quote): aggregator.update(quote)
      case .bar(let bar): bars.append(bar)
      case .depth, .phase, .limits, .gap: break
      }
    }
    if let bar = aggregator.finish() { bars.append(bar) }
    return bars
  }

  /// The newest bars before `date`; none when the store begins there, after which the features warm up in the session.
  private static func warmUp(
    _ store: MarketStore, _ instrument: Instrument, before date: SessionDate, barDuration: Nanoseconds,
    schema: FeatureSchema
  ) -> [Bar] {
    let series = try? store.barSeries(
      instrument.symbol, from: date.advanced(by: -warmUpDays(for: schema)), to: date.advanced(by: -1),
      duration: barDuration)
    return (series?.bars ?? []).suffix(warmUpBars(for: schema))
  }

  private static func simulation(
    _ instrument: Instrument, _ session: TradingSession, _ rule: FillRule,
    _ assumptions: SimulationAssumptions
  ) -> SimulationConfiguration {
    SimulationConfiguration(
      instruments: [SimulatedInstrument(instrument: instrument, session: session, fillRule: rule)],
      assumptions: assumptions)
  }

  /// The front contract that orders of `instrument` name on `date`.
  package static func standing(
    of instrument: Instrument, on date: SessionDate, calendar: TradingCalendar
  ) -> ContractStanding {
    guard let ticker = ContractRules.rules(for: instrument.symbol)?.frontTicker(on: date, calendar: calendar) else {
      return ContractStanding(isTradable: false, sessionsLeft: nil)
    }
    return ContractStanding(ticker, on: date, calendar: calendar)
  }

  private static func describe(_ latency: LatencyModel) -> String {
    if let recorded = latency.recorded { return "drawn from \(recorded.rows.count) measured moments, by message rate" }
    let leg = { (name: String, delay: Delay) in
      "\(name) \(delay.minimum.count / 1_000) us"
        + (delay.meanJitter == .zero ? "" : " + exponential \(delay.meanJitter.count / 1_000) us")
    }
    return [leg("feed", latency.feed), leg("entry", latency.entry), leg("response", latency.response)]
      .joined(separator: ", ")
  }
}
