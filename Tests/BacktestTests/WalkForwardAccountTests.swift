// Several instruments on one account, and finished models side by side.

import Accounting
import Backtest
import Engine
import Ensemble
import Performance
import Risk
import Simulation
import Testing
import TradingDomain

@Suite struct WalkForwardAccountTests {
  static func member(_ instrument: Instrument, seed: UInt64) throws -> AccountMember {
    let plan = try MarketPlan.synthetic(
      instrument: instrument, date: BacktestSample.date, count: 2, seed: seed, barDuration: .minutes(1),
      assumptions: SimulationAssumptions(latency: BacktestSample.latency))
    let configuration = BacktestSample.configuration {
      $0.instrument = instrument
      $0.limits = .baseline(for: instrument)
      $0.strategy.quantity = instrument.lot
    }
    return AccountMember(
      contender: contender(instrument.symbol, configuration), sessions: plan.sessions, warmUp: plan.warmUp)
  }

  static func contender(_ name: String, _ configuration: EngineConfiguration) -> Contender {
    Contender(name: name, configuration: configuration) { NoiseForecaster() }
  }

  static func members() throws -> [AccountMember] { [try member(.wdo, seed: 5), try member(.dol, seed: 6)] }

  static let wide = AccountLimits(dailyLoss: Money(brl: 1e6), margin: MarginSchedule(requirements: []))

  @Test func withoutLimitsTheAccountIsTheSumOfItsInstruments() throws {
    let members = try Self.members()
    let journals = [KeptJournal(), KeptJournal()]
    let account = try AccountBacktest(members: members, capital: Money(brl: 50_000), limits: Self.wide)
      .run(journals: journals)
    var sum = Money.zero
    for (place, member) in members.enumerated() {
      let alone = KeptJournal()
      let result = try AdvancedMLBacktester(
        configuration: member.contender.configuration, forecaster: member.contender.forecaster(),
        capital: Money(brl: 50_000)
      ).run(member.sessions, warmUp: member.warmUp, journal: alone)
      #expect(journals[place].entries == alone.entries, "\(member.contender.name) must trade as it does alone")
      #expect(account.parts[place].trades == result.trades && !result.trades.isEmpty)
      sum += result.audit.net
    }
    #expect(sum != .zero && account.curve.profit == sum)
    #expect(try account.profits().reduce(Money.zero) { $0 + $1.profit } == sum)
    #expect(account.closings.isEmpty && !account.isPartial && !account.journalFailed)
  }

  @Test func theAccountsLossClosesEveryInstrumentForTheDay() throws {
    let limits = AccountLimits(dailyLoss: Money(brl: 20), margin: MarginSchedule(requirements: []))
    let journals = [KeptJournal(), KeptJournal()]
    let account = try AccountBacktest(members: Self.members(), capital: Money(brl: 50_000), limits: limits)
      .run(journals: journals)
    let closing = try #require(account.closings.first)
    #expect(!closing.isMargin)
    // On the day of the closing no instrument enters after the last one was told; the next day all may again.
    let killed = journals.map { journal in
      journal.entries.filter { entry in
        if case .state(.killed, _) = entry.fact { return BrasiliaTime.local(entry.time).date == closing.date }
        return false
      }
    }
    #expect(killed.allSatisfy { $0.count == 1 })
    let times = killed.compactMap { $0.first?.time }
    let last = try #require(times.max())
    for journal in journals {
      let entries = journal.intents.filter { $0.intent.purpose == .entry }
      #expect(!entries.contains { $0.decisionTime > last && BrasiliaTime.local($0.decisionTime).date == closing.date })
    }
    let whole = try AccountBacktest(members: Self.members(), capital: Money(brl: 50_000), limits: Self.wide).run()
    #expect(account.parts.reduce(0) { $0 + $1.trades.count } < whole.parts.reduce(0) { $0 + $1.trades.count })
    #expect(account.parts.allSatisfy { $0.audit.position == 0 })
    if closing.date == BacktestSample.date {
      #expect(
        journals.contains { $0.intents.contains { BrasiliaTime.local($0.decisionTime).date > closing.date } },
        "the next day begins anew")
    }
  }

  @Test func equityBelowTheMarginOfWhatIsHeldClosesTheDay() throws {
    let day = BacktestSample.date
    let margin = MarginSchedule(
      requirements: ["WDO", "DOL"].map {
        MarginRequirement(symbol: $0, from: day.advanced(by: -10), perContract: Money(brl: 5_000))
      })
    let account = try AccountBacktest(
      members: Self.members(), capital: Money(brl: 1_000),
      limits: AccountLimits(dailyLoss: Money(brl: 1e6), margin: margin)
    ).run()
    #expect(account.closings.first?.isMargin == true && account.closings.count == 2)
    #expect(account.largestMargin >= Money(brl: 5_000))
  }

  @Test func anAccountWithoutCostsIsRefusedUnlessAskedFor() throws {
    var members = try Self.members()
    members[1].contender.configuration.fees = .free
    #expect(throws: BacktestCostError.self) {
      _ = try AccountBacktest(members: members, capital: Money(brl: 1), limits: Self.wide)
    }
    #expect(throws: Never.self) {
      _ = try AccountBacktest(members: members, capital: Money(brl: 1), limits: Self.wide, withoutCosts: true)
    }
  }

  @Test func finishedModelsAreReplayedSideBySideWhateverTheWorkers() throws {
    let plan = BacktestSample.plan(count: 2)
    let market = try WalkForwardMarket(
      instrument: .wdo, bars: plan.warmUp + Self.bars(of: plan), sessions: plan.sessions, hasBarsOnly: false)
    let contenders = [0.5, 0.7].map { confidence in
      Self.contender(
        "confidence \(confidence)", BacktestSample.configuration { $0.strategy.trend.confidence = confidence })
    }
    let tables = try [1, 2].map { workers in
      try FixedModelReplay(market: market, capital: Money(brl: 10_000), workers: workers).compare(
        baseline: contenders[0], others: [contenders[1]], seed: 1)
    }
    #expect(tables[0].rows == tables[1].rows)
    #expect(tables[0].rows.map(\.name) == ["confidence 0.5", "confidence 0.7"] && !tables[0].isPartial)
    let alone = try AdvancedMLBacktester(
      configuration: contenders[0].configuration, forecaster: contenders[0].forecaster(), capital: Money(brl: 10_000)
    ).run(plan.sessions, warmUp: plan.warmUp, journal: KeptJournal())
    #expect(tables[0].rows[0].score.net == alone.audit.net.brl)
    #expect(tables[0].rows[0].score.trades == alone.trades.count && !alone.trades.isEmpty)
    #expect(tables[0].rows[0].score.net != tables[0].rows[1].score.net)
  }

  private static func bars(of plan: MarketPlan) -> [Bar] {
    plan.sessions.flatMap { session in
      (0..<2).map { minute in
        Bar(
          start: session.session.open + .minutes(minute), duration: .minutes(1), open: Price(ticks: 10_000),
          high: Price(ticks: 10_001), low: Price(ticks: 9_999), close: Price(ticks: 10_000), volume: 1, tradeCount: 1,
          signedVolume: 0)
      }
    }
  }
}
