// Recorded markets through the same engine that trades: the backtest has no decision code of its own.
package import Engine
package import Ensemble
package import Performance
import Simulation
package import TradingDomain

/// Runs an engine over sessions against the simulated venue.
package struct AdvancedMLBacktester {
  package let configuration: EngineConfiguration
  package let capital: Money
  let forecaster: any Forecaster

  package init(configuration: EngineConfiguration, forecaster: any Forecaster, capital: Money) {
    self.configuration = configuration
    self.forecaster = forecaster
    self.capital = capital
  }

  /// Runs `sessions` in order, after feeding `warmUp` to the features; facts go to `journal` as in any other run.
  ///
  /// `progress` is told after each session how many are done. `isCancelled` is asked after each: a run that is told to
  /// end keeps what it has, and says that it is partial.
  package func run(
    _ sessions: [BacktestSession], warmUp: [Bar], journal: any OrderJournal, isCancelled: () -> Bool = { false },
    progress: (Int) -> Void = { _ in }
  ) throws -> BacktestResult {
    precondition(!sessions.isEmpty, "a backtest needs a session")
    let engine = try TradingEngine(configuration: configuration, forecaster: forecaster)
    for bar in warmUp { engine.warmUp(bar) }
    let recorder = SessionRecorder(
      instrument: configuration.instrument, fees: configuration.fees, start: sessions[0].session.open,
      capital: capital)
    var journalFailed = false
    var finished: [TradingSession] = []
    for (index, session) in sessions.enumerated() {
      let venue = try SimulatedVenue(configuration: session.simulation, feed: session.openMarket())
      engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: true)
      let runner = EngineRunner(
        engine: engine, source: venue, gateway: venue, journal: journal, observer: recorder, ticks: { 0 })
      runner.flush(at: session.session.open)
      runner.run(idle: { true })
      journalFailed = journalFailed || runner.journalFailed
      finished.append(session.session)
      progress(index + 1)
      if isCancelled() { break }
    }
    let isPartial = finished.count < sessions.count
    return BacktestResult(
      audit: engine.audit, trades: recorder.trades, curve: try recorder.curve(), sessions: finished,
      journalFailed: journalFailed, executionFlaws: engine.executionFlaws, conditions: recorder.conditions,
      isPartial: isPartial)
  }
}

/// What a run left behind.
package struct BacktestResult {
  /// Totals at the end.
  package var audit: AuditRecord
  package var trades: [ClosedTrade]
  package var curve: EquityCurve
  package var sessions: [TradingSession]
  /// Whether the journal ended before the run did; results are then not to be trusted.
  package var journalFailed: Bool
  /// Reports that did not fit our orders: 0 in a sound run.
  package var executionFlaws: Int
  /// Under which conditions orders filled.
  package var conditions: FillConditions
  /// Whether the run was ended before its last session.
  package var isPartial: Bool

  package init(
    audit: AuditRecord, trades: [ClosedTrade], curve: EquityCurve, sessions: [TradingSession], journalFailed: Bool,
    executionFlaws: Int, conditions: FillConditions = FillConditions(), isPartial: Bool = false
  ) {
    self.audit = audit
    self.trades = trades
    self.curve = curve
    self.sessions = sessions
    self.journalFailed = journalFailed
    self.executionFlaws = executionFlaws
    self.conditions = conditions
    self.isPartial = isPartial
  }

  /// The report of this run, stamped with how it was made.
  package func report(title: String, stamps: [ReportStamp]) throws(PerformanceError) -> PerformanceReport {
    try PerformanceReport(title: title, stamps: stamps, curve: curve, trades: trades, sessions: sessions)
  }
}
