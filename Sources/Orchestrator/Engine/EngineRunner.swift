// The duty cycle around the engine: take a batch, process each event, keep the facts, send the commands.
package import TradingDomain

/// What looks at the engine after each event; it must not delay it.
package protocol EngineObserver: AnyObject {
  /// Called after the event's facts were kept and its commands sent.
  ///
  /// `startTicks` and `endTicks` are processor ticks. The first were taken when the event's bytes had been received, or
  /// before the engine saw the event if its source does not tell; the second when the last command lay ready for the
  /// kernel. What the kernel takes to carry the bytes away is not between them.
  func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64)
}

/// Drives one engine from one source to one gateway. The same in live, paper, replay and backtest.
package final class EngineRunner {
  /// Events taken at once.
  package static let batch = 64
  /// A pause between rehearsals that keeps a decision near: 20 to 50 microseconds, as fast as the processor counts.
  package static var rehearsalPause: UInt64 { 100_000 }

  package let engine: TradingEngine
  private let source: any VenueEventSource
  private let gateway: any OrderGateway
  private let journal: any OrderJournal
  private let observer: (any EngineObserver)?
  private let mailbox: RosterMailbox?
  /// A roster whose models still catch up.
  private var arriving: Roster?
  private let ticks: () -> UInt64
  private let rehearsalPause: UInt64?
  private var lastRehearsal: UInt64 = 0
  private let buffer: UnsafeMutableBufferPointer<VenueEvent>
  /// True once the source said that nothing will follow.
  package private(set) var isFinished = false
  /// True once a record could not be kept: the engine was told to stop taking risk.
  package private(set) var journalFailed = false

  /// `ticks` reads the processor's clock for latency figures; it has no influence on decisions. While nothing waits,
  /// the forecast is rehearsed every `rehearsalPause` of these ticks, if given: an idle millisecond is enough to lose
  /// the model's tables from the nearest caches, and the next decision would pay for it. `mailbox` brings rosters.
  package init(
    engine: TradingEngine, source: any VenueEventSource, gateway: any OrderGateway, journal: any OrderJournal,
    observer: (any EngineObserver)? = nil, rehearsalPause: UInt64? = nil, mailbox: RosterMailbox? = nil,
    ticks: @escaping () -> UInt64
  ) {
    self.engine = engine
    self.source = source
    self.gateway = gateway
    self.journal = journal
    self.observer = observer
    self.rehearsalPause = rehearsalPause
    self.mailbox = mailbox
    self.ticks = ticks
    buffer = .allocate(capacity: Self.batch)
    buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
  }

  deinit { buffer.deallocate() }

  /// One duty cycle; returns the number of events processed. 0 means that nothing was waiting.
  package func step() -> Int {
    if let mailbox, arriving != nil || mailbox.hasMail { receive(mailbox) }
    let count = source.poll(into: buffer)
    guard count > 0 else {
      rehearseIfDue()
      return 0
    }
    let received = source.receivedTicks
    for index in 0..<count { process(buffer[index], received: received) }
    return count
  }

  /// Brings what the mailbox holds one bar nearer, or puts it in force, between two events.
  private func receive(_ mailbox: RosterMailbox) {
    if let newer = mailbox.take() { arriving = newer }
    guard let next = arriving else { return }
    switch engine.catchUp(next) {
    case .catchingUp: return
    case .tooLate: mailbox.refuse(next)
    case .level:
      let old = engine.adopt(next)
      flush(at: engine.audit.time)
      mailbox.putAway(old, for: next.number)
    }
    arriving = nil
  }

  private func rehearseIfDue() {
    guard let rehearsalPause, ticks() &- lastRehearsal >= rehearsalPause else { return }
    engine.rehearse()
    lastRehearsal = ticks()
  }

  /// Runs until the source ends. `idle` is called when nothing was waiting and returns false to stop early.
  package func run(idle: () -> Bool) {
    while !isFinished {
      if step() == 0, !isFinished, !idle() { return }
    }
  }

  /// Processes one event that did not come from the source: an operator's command, for example.
  package func process(_ event: VenueEvent) { process(event, received: 0) }

  private func process(_ event: VenueEvent, received: UInt64) {
    let start = received == 0 ? ticks() : received
    engine.process(event)
    let commands = engine.output.commandCount
    keepAndHandOver(at: event.localTime)
    let end = ticks()
    if commands > 0 { gateway.flush() }
    observer?.observe(event, engine: engine, startTicks: start, endTicks: end)
    if engine.hasFollowers {
      engine.follow()
      keepAndHandOver(at: event.localTime)
    }
    if case .endOfSession = event.update { isFinished = true }
  }

  /// Keeps what the engine recorded, then sends what it commands: never the other way round.
  package func flush(at time: Timestamp) {
    keepAndHandOver(at: time)
    gateway.flush()
  }

  private func keepAndHandOver(at time: Timestamp) {
    for entry in engine.output.entries where !journal.append(entry) { journalFailed = true }
    // A fact that found no room in the output is as lost as one that could not be written.
    if engine.output.overflowed { journalFailed = true }
    if journalFailed { engine.noteJournalFailure() }
    for command in engine.output.commands {
      // An order whose intent could not be kept does not leave; withdrawals always may.
      let outcome: SendOutcome
      if journalFailed, case .new = command { outcome = .notSent } else { outcome = gateway.enqueue(command) }
      guard case .new(let order) = command else { continue }
      engine.noteSend(order.id, outcome, at: time)
      if outcome == .notSent { _ = journal.append(JournalEntry(time: time, fact: .notSent(order.id))) }
    }
    engine.output.removeAll()
  }
}
