// One paper session over the real wire: simulator, client, engine, journal and monitor, put together and run.
import Accounting
import Backtest
import CHotPath
import Engine
import Foundation
import Gateway
import GatewaySimulator
import ModelLifecycle
import Monitoring
import Performance
import Risk
import Storage
import TradingDomain

/// Runs one session of a plan against an embedded gateway simulator on loopback TCP.
struct PaperSession {
  var plan: MarketPlan
  var settings: RunSettings
  var model: LoadedModel
  var pacing: Pacing
  var port: UInt16
  /// Core of the engine's thread; nil lets the kernel choose.
  var core: Int32?
  var folder: String
  var terminal: Terminal

  /// What the session left behind.
  struct Outcome {
    var result: BacktestResult
    var snapshot: MonitoringSnapshot
    var wasKilled: Bool
    var lostBeats: UInt64
  }

  func run() throws -> Outcome {
    let session = plan.sessions[0]
    var configuration = GatewaySimulatorConfiguration(simulation: session.simulation)
    configuration.port = port
    configuration.pacing = pacing
    let server = try GatewaySimulatorServer(configuration: configuration, feed: session.openMarket())
    // Only now: a taken port must not leave an empty journal that keeps the next attempt out of the folder.
    let journal = try JournalWriter(path: folder + "/journal.bin", capacity: 1 << 18)
    let killSwitch = KillSwitch()
    let engine = try TradingEngine(
      configuration: settings.engineConfiguration(model: model, barsOnly: plan.hasBarsOnly), ensemble: model.ensemble,
      killSwitch: killSwitch)
    for bar in plan.warmUp { engine.warmUp(bar) }
    engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: false)
    let recorder = SessionRecorder(
      instrument: settings.instrument, fees: settings.fees, start: session.session.open, capital: settings.capital)
    var clock = hp_clock()
    _ = hp_clock_calibrate(&clock, 10_000_000)
    let ring = BeatRing(capacity: 1 << 14)
    let observer = LiveObserver(recorder: recorder, ring: ring, clock: clock)
    let client = try GatewayClient(clientConfiguration(port: server.port))
    let runner = EngineRunner(
      engine: engine, source: client, gateway: client, journal: journal, observer: observer,
      ticks: { hp_clock_ticks() })
    try server.start()
    defer { server.stop() }
    let thread = EngineThread {
      try client.open()
      runner.flush(at: session.session.open)
      Self.drive(runner, client: client, killSwitch: killSwitch)
      client.close()
    }
    let signals = StopSignals(killSwitch: killSwitch, killFile: folder + "/KILL")
    try thread.start(core: core)
    let snapshot = watch(thread, ring: ring, signals: signals, server: server)
    try thread.join()
    try journal.close()
    if let failure = client.failure, !killSwitch.isPulled { throw failure }
    if let failure = server.statistics.failure { throw failure }
    return Outcome(
      result: BacktestResult(
        audit: engine.audit, trades: recorder.trades, curve: try recorder.curve(), sessions: [session.session],
        journalFailed: runner.journalFailed, executionFlaws: engine.executionFlaws),
      snapshot: snapshot, wasKilled: killSwitch.isPulled, lostBeats: observer.lostBeats)
  }

  private func clientConfiguration(port: UInt16) -> GatewayConfiguration {
    var configuration = GatewayConfiguration(
      host: "127.0.0.1", port: port, environment: .simulator, instruments: [GatewayInstrument(settings.instrument)])
    configuration.virtualTime = true
    configuration.configurationHash = settings.hash
    configuration.openTimeout = .seconds(10)
    return configuration
  }

  /// The engine's loop: busy while there is work, resting in the kernel when there is none.
  private static func drive(_ runner: EngineRunner, client: GatewayClient, killSwitch: KillSwitch) {
    while !runner.isFinished {
      if runner.step() == 0, !runner.isFinished {
        if client.failure != nil { return }
        client.rest(atMost: .milliseconds(1))
      }
      if killSwitch.isPulled, runner.engine.isAtRest {
        runner.process(VenueEvent(localTime: runner.engine.audit.time, update: .endOfSession))
      }
    }
  }

  /// Shows the session while it runs and returns the last picture of it.
  private func watch(
    _ thread: EngineThread, ring: BeatRing, signals: StopSignals, server: GatewaySimulatorServer
  ) -> MonitoringSnapshot {
    let monitor = RealTimeMonitoringSystem(instrument: settings.instrument, monotonicTime: monotonicNow())
    var line = StatusLine(terminal: terminal)
    while true {
      let isDone = thread.isDone
      while ring.drain(limit: 1 << 12, { monitor.observe($0) }) > 0 {}
      signals.poll()
      let snapshot = monitor.snapshot(monotonicTime: monotonicNow())
      if isDone {
        line.finish(snapshot)
        return snapshot
      }
      line.show(snapshot)
      usleep(20_000)
    }
  }
}
