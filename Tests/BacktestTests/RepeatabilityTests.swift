// The same inputs give the same bytes.

import Backtest
import Ensemble
import Performance
import Testing
import TradingDomain

@Suite struct RepeatabilityTests {
  @Test func twoRunsOfOnePlanAgreeInEveryRecordAndInTheReport() throws {
    let journals = [KeptJournal(), KeptJournal()]
    let reports = try journals.map { journal in
      let plan = BacktestSample.plan(count: 2)
      let result = try BacktestSample.run(plan.sessions, warmUp: plan.warmUp, journal: journal)
      #expect(!result.journalFailed && result.executionFlaws == 0)
      return try result.report(title: "twice", stamps: plan.stamps)
    }
    #expect(journals[0].fills.count >= 4, "a run without trades would prove nothing")
    #expect(journals[0].entries == journals[1].entries)
    #expect(try reports[0].json() == reports[1].json())
    #expect(reports[0] == reports[1])
  }

  @Test func anotherSeedIsAnotherRun() throws {
    let journals = try [UInt64(5), 6].map { seed in
      let plan = BacktestSample.plan(count: 1, seed: seed)
      let journal = KeptJournal()
      _ = try BacktestSample.run(plan.sessions, warmUp: plan.warmUp, journal: journal)
      return journal
    }
    #expect(journals[0].entries != journals[1].entries)
  }

  @Test func identitiesAreNotReusedOverSessions() throws {
    let plan = BacktestSample.plan(count: 3)
    let journal = KeptJournal()
    var progress: [Int] = []
    _ = try AdvancedMLBacktester(
      configuration: BacktestSample.configuration(), forecaster: NoiseForecaster(),
      capital: Money(brl: 50_000)
    ).run(plan.sessions, warmUp: plan.warmUp, journal: journal, progress: { progress.append($0) })
    let ids = journal.intents.map(\.id)
    let days = Set(journal.intents.map { BrasiliaTime.local($0.decisionTime).date })
    #expect(days.count >= 2 && Set(ids).count == ids.count)
    #expect(progress == [1, 2, 3])
    #expect(plan.sessions.map(\.session.date) == plan.sessions.map(\.session.date).sorted())
    #expect(plan.warmUp.count == min(MarketPlan.leastWarmUpBars, plan.warmUp.count) && !plan.hasBarsOnly)
  }
}
