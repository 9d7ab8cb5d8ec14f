// One engine at the account's table: its venue of the day, its books, its switch.

import Accounting
import Engine
import Performance
import Risk
import Simulation
import TradingDomain

/// Drives one member's engine a batch at a time.
final class AccountSeat {
  let name: String
  let recorder: SessionRecorder
  private let member: AccountMember
  private let journal: any OrderJournal
  private let engine: TradingEngine
  private let killSwitch = KillSwitch()
  private var runner: EngineRunner?
  private var next = 0
  private(set) var journalFailed = false

  init(_ member: AccountMember, journal: any OrderJournal, start: Timestamp) throws {
    self.member = member
    self.journal = journal
    let configuration = member.contender.configuration
    name = member.contender.name
    engine = try TradingEngine(
      configuration: configuration, forecaster: try member.contender.forecaster(), killSwitch: killSwitch)
    recorder = SessionRecorder(
      instrument: configuration.instrument, fees: configuration.fees, start: start, capital: .zero)
    for bar in member.warmUp { engine.warmUp(bar) }
  }

  /// Net profit since the start.
  var net: Money { engine.audit.net }
  var audit: AuditRecord { engine.audit }
  var executionFlaws: Int { engine.executionFlaws }
  /// Time of the newest event.
  var time: Timestamp { engine.audit.time }

  /// Guarantee that the position needs; nothing where none is known for the day.
  func margin(_ schedule: MarginSchedule, on day: SessionDate) -> Money {
    schedule.required(
      for: member.contender.configuration.instrument.symbol, contracts: engine.audit.position, on: day) ?? .zero
  }

  /// Opens the member's session of `day`; false where it has none.
  func open(_ day: SessionDate) throws -> Bool {
    runner = nil
    guard next < member.sessions.count, member.sessions[next].session.date == day else { return false }
    let session = member.sessions[next]
    next += 1
    let venue = try SimulatedVenue(configuration: session.simulation, feed: session.openMarket())
    engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: true)
    if killSwitch.isPulled {
      // The account's limit is one of the day: the new day begins as a human would begin it.
      killSwitch.reset()
      _ = engine.risk.command(.resume, now: session.session.open)
    }
    let runner = EngineRunner(
      engine: engine, source: venue, gateway: venue, journal: journal, observer: recorder, ticks: { 0 })
    runner.flush(at: session.session.open)
    self.runner = runner
    return true
  }

  /// The seat whose next batch comes first; nil when all have ended. Equal times go by order of the members.
  static func earliest(_ seats: [AccountSeat]) -> AccountSeat? {
    var first: AccountSeat?
    for seat in seats where seat.runner?.isFinished == false {
      if let other = first, other.time <= seat.time { continue }
      first = seat
    }
    return first
  }

  /// Takes the next batch of events.
  func step() {
    guard let runner else { return }
    _ = runner.step()
    journalFailed = journalFailed || runner.journalFailed
  }

  /// Closes whatever is held, and lets no more in, until the next session.
  func closeForTheDay() { killSwitch.pull(.supervisor) }
}
