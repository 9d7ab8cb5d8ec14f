// O1: the switch that any thread may pull.

import Engine
import Execution
import Foundation
import Risk
import Testing
import TradingDomain

@Suite struct KillSwitchTests {
  /// Pulls the switch from another thread and returns when that thread has ended.
  private func pullElsewhere(_ killSwitch: KillSwitch) {
    let done = DispatchSemaphore(value: 0)
    Thread {
      killSwitch.pull(.signal)
      done.signal()
    }.start()
    done.wait()
  }

  @Test func aPullWithdrawsTheLegsThenClosesThePosition() throws {
    let rig = try EngineRig()
    let (_, stop, target) = try rig.position()
    pullElsewhere(rig.killSwitch)
    rig.clock()
    #expect(rig.states == [StateFact(.killed, .killSwitchPulled)])
    #expect(Set(rig.venue.cancels) == [stop.id, target.id])
    rig.report(stop, .canceled)
    rig.report(target, .canceled)
    let flatten = try rig.order(.flatten)
    #expect(flatten.intent.side == .sell && flatten.intent.quantity == 1)
    rig.fill(flatten, at: rig.price)
    rig.clock()
    #expect(rig.engine.isAtRest)
  }

  @Test func aSessionKilledBeforeItsFirstEventHasATimeAndAnEnd() throws {
    let rig = try EngineRig(opens: false)
    #expect(rig.engine.audit.time == EngineRig.session.open)
    pullElsewhere(rig.killSwitch)
    // As the session's driver does: at the time of the last event, of which there is none.
    rig.runner.process(VenueEvent(localTime: rig.engine.audit.time, update: .endOfSession))
    #expect(rig.engine.audit.time == EngineRig.session.open)
    #expect(rig.engine.isAtRest)
  }

  @Test func theDecisionOfTheVeryNextEventIsRefused() throws {
    let rig = try EngineRig()
    pullElsewhere(rig.killSwitch)
    expectRefusedEntry(rig, .stateKilled)
    #expect(rig.states == [StateFact(.killed, .killSwitchPulled)])
    rig.event(.command(.resume))
    expectRefusedEntry(rig, .stateKilled)
  }

  @Test func aKillWithdrawsAnEntryThatStillWorks() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.report(entry, .new)
    pullElsewhere(rig.killSwitch)
    rig.clock()
    #expect(rig.venue.cancels == [entry.id])
  }

  @Test func withoutTheFlattenPolicyAKillOnlyWithdraws() throws {
    let rig = try EngineRig { $0.limits.flattensOnKill = 0 }
    let entry = try rig.entry()
    rig.report(entry, .new)
    pullElsewhere(rig.killSwitch)
    rig.clock()
    #expect(rig.venue.cancels == [entry.id])
    rig.report(entry, .canceled)
    rig.clock()
    #expect(rig.engine.isAtRest && rig.venue.orders == [entry])
  }

  /// The thread pulls at its own time; whichever event the engine is at, none after it sends anything but withdrawals
  /// and the closing order.
  @Test func underWayNoOrderLeavesAfterThePull() throws {
    let rig = try EngineRig(at: 10) { $0.strategy.entriesPerSession = 1_000 }
    let (killSwitch, ready) = (rig.killSwitch, DispatchSemaphore(value: 0))
    Thread {
      ready.wait()
      usleep(2_000)
      killSwitch.pull(.dashboard)
    }.start()
    ready.signal()
    var entriesBefore = 0
    var rounds = 0
    var roundsAfter = 0
    while roundsAfter < 3, rounds < 100_000 {
      rounds += 1
      let wasPulled = killSwitch.isPulled
      let before = rig.venue.orders.count
      if rig.price > 11_500 { rig.price = 11_000 }
      rig.decide()
      let fresh = rig.venue.orders.dropFirst(before)
      if wasPulled {
        roundsAfter += 1
        #expect(fresh.isEmpty)
      }
      entriesBefore += fresh.count
      for entry in fresh { rig.report(entry, .canceled) }
    }
    #expect(roundsAfter == 3)
    #expect(entriesBefore > 0, "the engine was trading when the switch was pulled")
    #expect(rig.states.last?.state == .killed)
  }
}
