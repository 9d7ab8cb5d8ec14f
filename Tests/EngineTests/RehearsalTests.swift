// While nothing waits the runner rehearses the forecast; nothing else may come of it.

import Engine
import Testing
import TradingDomain

/// A source that has nothing, and takes nothing.
private final class SilentDoor: VenueEventSource, OrderGateway {
  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int { 0 }
  func send(_ command: OrderCommand) -> SendOutcome {
    Issue.record("a rehearsal sent \(command)")
    return .notSent
  }
}

@Test func anIdleRunnerRehearsesOncePerPause() throws {
  let rig = try EngineRig()
  var time: UInt64 = 1_000
  let runner = EngineRunner(
    engine: rig.engine, source: SilentDoor(), gateway: SilentDoor(), journal: rig.journal, rehearsalPause: 100,
    ticks: { time })
  let before = rig.forecaster.asked
  for _ in 0..<10 { #expect(runner.step() == 0) }
  #expect(rig.forecaster.asked == before + 1)
  time += 99
  _ = runner.step()
  #expect(rig.forecaster.asked == before + 1)
  time += 1
  _ = runner.step()
  #expect(rig.forecaster.asked == before + 2)
}

@Test func aRunnerWithoutAPauseNeverRehearses() throws {
  let rig = try EngineRig()
  let runner = EngineRunner(
    engine: rig.engine, source: SilentDoor(), gateway: SilentDoor(), journal: rig.journal, ticks: { .max })
  let before = rig.forecaster.asked
  for _ in 0..<10 { _ = runner.step() }
  #expect(rig.forecaster.asked == before)
}

@Test func rehearsalsLeaveTheSessionAsItIs() throws {
  func entries(rehearsals: Int) throws -> [JournalEntry] {
    let rig = try EngineRig()
    for minute in 0..<5 {
      for _ in 0..<rehearsals { rig.engine.rehearse() }
      #expect(rig.engine.output.entries.isEmpty && rig.engine.output.commands.isEmpty)
      let start = rig.now
      rig.now = start + .minutes(1)
      rig.price += 2
      rig.quote()
      rig.market(.bar(EngineRig.bar(start: start, open: rig.price - 2, close: rig.price)))
      #expect(rig.engine.audit.decisions > UInt64(minute))
    }
    return rig.journal.entries
  }
  #expect(try entries(rehearsals: 3) == entries(rehearsals: 0))
}
