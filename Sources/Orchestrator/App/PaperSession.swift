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
  /// Where several models are on the stream; nil for ``model`` alone.
  var deployment: DeployedModels?
  var pacing: Pacing
  var port: UInt16
  var host: HostTuning
  var arena: EngineArena
  var folder: String
  /// Where the always-on figures go.
  var counters: String
  var terminal: Terminal

  /// What the session left behind.
  struct Outcome {
    var result: BacktestResult
    var snapshot: MonitoringSnapshot
    var wasKilled: Bool
    var lostBeats: UInt64
    /// The delays of the session's orders, for backtests.
    var latency: MeasuredLatency
  }

  /// The parts that the engine's thread works with.
  private struct Parts {
    var killSwitch: KillSwitch
    var engine: TradingEngine
    var client: GatewayClient
    /// The client itself, or the relay to the thread that has it.
    var session: any VenueSession
    var runner: EngineRunner
    var mailbox: RosterMailbox
    var observer: LiveObserver
    var figures: SessionFigures
    var ring: BeatRing
    var journal: JournalWriter
  }

  func run() throws -> Outcome {
    let session = plan.sessions[0]
    var configuration = GatewaySimulatorConfiguration(simulation: session.simulation)
    configuration.port = port
    configuration.pacing = pacing
    configuration.keys = try linkKeys(.gateway).map { [$0] } ?? []
    let server = try GatewaySimulatorServer(configuration: configuration, feed: session.openMarket())
    let parts = try arena.building { try assemble(port: server.port) }
    try server.start()
    defer { server.stop() }
    let link = linkThread(parts)
    let thread = SessionThread(name: "engine") {
      host.settleEngine(arena)
      // Until the link's thread has closed the session, it is not over.
      defer { (parts.session as? LinkRelay)?.close() }
      if let relay = parts.session as? LinkRelay { try relay.waitUntilOpen() } else { try parts.client.open() }
      parts.runner.flush(at: session.session.open)
      parts.figures.begin()
      drive(parts)
      parts.figures.end()
      if link == nil { parts.client.close() }
    }
    let signals = StopSignals(killSwitch: parts.killSwitch, killFile: folder + "/KILL")
    try link?.start()
    // The link's thread uses the relay until it has ended, whatever else goes wrong.
    defer {
      (parts.session as? LinkRelay)?.close()
      try? link?.join()
    }
    try thread.start()
    while !thread.isDone, host.settled < (link == nil ? 1 : 2) { usleep(1_000) }
    for warning in host.takeWarnings() { terminal.write(warning) }
    let snapshot = watch(thread, parts, signals: signals)
    try thread.join()
    try parts.journal.close()
    if let failure = parts.session.failure, !parts.killSwitch.isPulled { throw failure }
    if let failure = server.statistics.failure { throw failure }
    let entries = try JournalReader(path: folder + "/journal.bin").entries
    return Outcome(
      result: BacktestResult(
        audit: parts.engine.audit, trades: parts.observer.recorder.trades, curve: try parts.observer.recorder.curve(),
        sessions: [session.session], journalFailed: parts.runner.journalFailed,
        executionFlaws: parts.engine.executionFlaws),
      snapshot: snapshot, wasKilled: parts.killSwitch.isPulled, lostBeats: parts.observer.lostBeats,
      latency: MeasuredLatency(entries: entries, pulse: parts.observer.pulse))
  }

  /// Builds everything that the engine's thread will touch; in the engine's arena.
  private func assemble(port: UInt16) throws -> Parts {
    let session = plan.sessions[0]
    // Only now: a taken port must not leave an empty journal that keeps the next attempt out of the folder.
    let journal = try JournalWriter(path: folder + "/journal.bin", capacity: 1 << 18)
    let killSwitch = KillSwitch()
    let configuration = settings.engineConfiguration(model: model, barsOnly: plan.hasBarsOnly)
    let engine: TradingEngine
    if let deployment, let roster = try deployment.roster(warmedBy: [], bar: configuration.barDuration) {
      engine = try TradingEngine(
        configuration: configuration, roster: roster, killSwitch: killSwitch, ticks: { hp_clock_ticks() })
    } else {
      engine = try TradingEngine(
        configuration: configuration, forecaster: model.forecaster, killSwitch: killSwitch)
    }
    for bar in plan.warmUp { engine.warmUp(bar) }
    engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: false)
    // The journal says from its first record on who trades.
    if deployment != nil { _ = engine.adopt(engine.roster) }
    let mailbox = RosterMailbox()
    let recorder = SessionRecorder(
      instrument: settings.instrument, fees: settings.fees, start: session.session.open, capital: settings.capital)
    var clock = hp_clock()
    _ = hp_clock_calibrate(&clock, 10_000_000)
    let figures = try SessionFigures(path: counters, clock: clock)
    let ring = BeatRing(capacity: 1 << 14)
    let observer = LiveObserver(recorder: recorder, ring: ring, figures: figures, clock: clock)
    let client = try GatewayClient(try clientConfiguration(port: port))
    let gateway: any VenueSession =
      host.settings.ioCore == nil
      ? client : try LinkRelay(client: client, idle: host.settings.idlePolicy, pages: host.settings.hugePages.kind)
    let runner = EngineRunner(
      engine: engine, source: gateway, gateway: gateway, journal: journal, observer: observer,
      rehearsalPause: EngineRunner.rehearsalPause, mailbox: mailbox, ticks: { hp_clock_ticks() })
    return Parts(
      killSwitch: killSwitch, engine: engine, client: client, session: gateway, runner: runner, mailbox: mailbox,
      observer: observer,
      figures: figures, ring: ring, journal: journal)
  }

  /// The link's own thread, where it has one.
  private func linkThread(_ parts: Parts) -> SessionThread? {
    guard let relay = parts.session as? LinkRelay else { return nil }
    return SessionThread(name: "link") { relay.serve { host.settleLink() } }
  }

  /// Keys of one end of the link, where it is to be sealed. Both ends are in this process.
  private func linkKeys(_ end: LinkEnd) throws -> LinkKeys? {
    try settings.keys.map { try LinkKeys(folder: $0, end: end, environment: .simulator) }
  }

  private func clientConfiguration(port: UInt16) throws -> GatewayConfiguration {
    var configuration = GatewayConfiguration(
      host: "127.0.0.1", port: port, environment: .simulator, instruments: [GatewayInstrument(settings.instrument)])
    configuration.virtualTime = true
    configuration.configurationHash = settings.hash
    configuration.openTimeout = .seconds(10)
    configuration.keys = try linkKeys(.trader)
    return configuration
  }

  /// The engine's loop: busy while there is work; otherwise as the idle policy says.
  private func drive(_ parts: Parts) {
    let (runner, session) = (parts.runner, parts.session)
    var watch = IdleWatch(host.settings.idlePolicy)
    while !runner.isFinished {
      if runner.step() > 0 {
        watch.worked()
      } else if !runner.isFinished {
        if session.failure != nil { return }
        if watch.turnInVain() { session.rest(atMost: .milliseconds(1)) }
      }
      if parts.killSwitch.isPulled, runner.engine.isAtRest {
        runner.process(VenueEvent(localTime: runner.engine.audit.time, update: .endOfSession))
      }
    }
  }

  /// Shows the session while it runs and returns the last picture of it.
  private func watch(_ thread: SessionThread, _ parts: Parts, signals: StopSignals) -> MonitoringSnapshot {
    let monitor = RealTimeMonitoringSystem(instrument: settings.instrument, monotonicTime: monotonicNow())
    var line = StatusLine(terminal: terminal)
    var turns = 0
    while true {
      let isDone = thread.isDone
      turns += 1
      // Half a second between two looks at the registry: a human's rollback is carried out within it.
      if turns % 25 == 0, !isDone { takeDeployment(parts.mailbox) }
      while parts.ring.drain(limit: 1 << 12, { monitor.observe($0) }) > 0 {}
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

  /// Hands a changed deployment to the engine; one that cannot be loaded changes nothing, and is told.
  private func takeDeployment(_ mailbox: RosterMailbox) {
    guard let deployment else { return }
    mailbox.collect()
    do {
      let duration = Nanoseconds.seconds(Int64(model.artifact.manifest.barSeconds))
      if mailbox.refusedNumber != 0, mailbox.refusedNumber != deployment.told {
        deployment.told = mailbox.refusedNumber
        terminal.write(
          "deployment \(deployment.told) is not taken in: a model that joins would have missed bars. "
            + "Restart the session.\n")
      }
      guard let next = try deployment.roster(warmedBy: plan.warmUp, bar: duration) else { return }
      terminal.write("deployment \(next.number) taken in\n")
      mailbox.post(next)
    } catch {
      terminal.write("the new deployment is not taken in: \(error)\n")
    }
  }
}
