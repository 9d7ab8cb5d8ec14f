// Trading states: what passes in each, and who may leave it.

import Accounting
import Dispatch
import Risk
import Testing
import TradingDomain

struct TradingStateTests {
  @Test func eachStateLetsThroughWhatItMay() throws {
    let purposes: [OrderPurpose] = [.entry, .exit, .protectiveStop, .target, .flatten]
    let allowed: [(TradingState, [OrderPurpose])] = [
      (.active, purposes), (.reduceOnly, [.exit, .protectiveStop, .target, .flatten]), (.halted, [.flatten]),
      (.killed, [.flatten]),
    ]
    for (state, passing) in allowed {
      for purpose in purposes {
        let refusal = StateGate.evaluate(purpose, state: state, flattensOnKill: true)
        #expect((refusal == nil) == passing.contains(purpose), "\(state) \(purpose)")
      }
    }
    #expect(StateGate.evaluate(.flatten, state: .killed, flattensOnKill: false)?.reason == .stateKilled)
    #expect(StateGate.evaluate(.flatten, state: .halted, flattensOnKill: false) == nil)
  }

  @Test func byItselfTheStateOnlyBecomesSafer() throws {
    let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    let states: [TradingState] = [.active, .reduceOnly, .halted, .killed]
    for first in states {
      for second in states {
        var machine = TradingStateMachine()
        _ = machine.escalate(to: first, cause: RiskRefusal(.tradingState, .operatorHalt), now: time)
        let moved = machine.escalate(to: second, cause: RiskRefusal(.orderRate, .tooManyOrdersPerDay), now: time)
        #expect(machine.state == max(first, second))
        #expect(moved == (second > first))
        #expect(machine.cause?.control == (moved ? .orderRate : first == .active ? nil : .tradingState))
        let change = machine.takeChange()
        #expect(
          change?.from == (machine.state == .active ? nil : .active)
            && change?.to == (machine.state == .active ? nil : machine.state))
      }
    }
  }

  @Test func theOperatorHaltsFlattensKillsAndResumes() throws {
    let gate = try GateFixture()
    func act(_ command: OperatorCommand) -> RiskAction? {
      gate.engine.observe(VenueEvent(localTime: gate.now, update: .command(command)))
    }
    let halt = try #require(act(.halt))
    #expect(halt.state == .halted && halt.flatten == nil && halt.cancelsEntries)
    #expect(act(.resume) == nil && gate.engine.state == .active)
    let flatten = try #require(act(.flatten))
    #expect(flatten.state == .halted && flatten.flatten == .protected)
    #expect(gate.engine.flattenObligation == .protected)
    #expect(act(.resume) == nil && gate.engine.flattenObligation == nil)
    let kill = try #require(act(.kill))
    #expect(kill.state == .killed && kill.flatten == .protected && kill.pages)
    #expect(act(.halt)?.state == .killed)
    #expect(act(.resume) == nil && gate.engine.state == .active)
    #expect(gate.review(gate.intent()).isApprovedAsIs)
  }

  @Test func aKillWithoutFlatteningBlocksEvenFlattenOrders() throws {
    let gate = try GateFixture({ $0.flattensOnKill = 0 })
    let action = try #require(gate.engine.observe(VenueEvent(localTime: gate.now, update: .command(.kill))))
    #expect(action.flatten == nil && gate.engine.flattenObligation == nil)
    #expect(gate.reason(gate.intent(.sell, 1, purpose: .flatten), Exposure(position: 1)) == .stateKilled)
  }

  @Test func theKillSwitchOfAnotherThreadStopsTheNextOrder() throws {
    let gate = try GateFixture()
    #expect(gate.review(gate.intent()).isApprovedAsIs)
    let killSwitch = gate.killSwitch
    DispatchQueue.global().sync { killSwitch.pull(.file) }
    #expect(gate.reason(gate.intent()) == .stateKilled)
    #expect(gate.engine.state == .killed)
    let change = try #require(gate.engine.takeStateChange())
    #expect(change.to == .killed && change.cause.control == .killSwitch)
    let action = try #require(gate.engine.update(profit: .zero, exposure: Exposure(position: 1), now: gate.now))
    #expect(action.state == .killed && action.cancelsEntries && action.flatten == .protected)
    #expect(action.cause.value == Int64(KillTrigger.file.rawValue))
    #expect(gate.engine.update(profit: .zero, exposure: Exposure(position: 1), now: gate.now) == nil)
  }

  @Test func theSwitchMustBeClearedBeforeResuming() throws {
    let gate = try GateFixture()
    gate.killSwitch.pull(.signal)
    gate.killSwitch.pull(.dashboard)
    #expect(gate.killSwitch.pulled == .signal)
    _ = gate.engine.update(profit: .zero, exposure: .flat, now: gate.now)
    guard case .refused(let refusal) = gate.engine.command(.resume, now: gate.now) else {
      Issue.record("resumed with the kill switch pulled")
      return
    }
    #expect(refusal.reason == .resumeRefusedKillSwitch)
    gate.killSwitch.reset()
    #expect(gate.engine.state == .killed)
    #expect(gate.engine.command(.resume, now: gate.now) == .done(nil))
    #expect(gate.engine.state == .active)
    // It works again afterwards.
    gate.killSwitch.pull(.supervisor)
    #expect(gate.engine.update(profit: .zero, exposure: .flat, now: gate.now)?.state == .killed)
  }

  @Test func cancelsPassInEveryState() throws {
    for state: TradingState in [.active, .reduceOnly, .halted, .killed] {
      let gate = try GateFixture()
      gate.engine.restore(state, reason: .operatorHalt, now: gate.now)
      #expect(gate.engine.state == state)
      let cancel = CancelOrder(
        id: ClientOrderID(epoch: 7, strategy: 1, counter: 1), instrument: gate.engine.instrument.id,
        decisionTime: gate.now)
      #expect(gate.engine.reviewCancel(cancel).command == .cancel(cancel))
      #expect(gate.engine.reviewCancelAll(at: gate.now).command == .cancelAll(decisionTime: gate.now))
    }
  }

  @Test func aRestoredStateKeepsItsLock() throws {
    let gate = try GateFixture()
    gate.engine.restore(.killed, reason: .dailyLossReached, now: gate.now)
    #expect(gate.engine.state == .killed)
    #expect(gate.engine.command(.resume, now: gate.now) == .refused(RiskRefusal(.dailyLoss, .resumeRefusedDailyLoss)))
    gate.engine.restore(.active, reason: .operatorResume, now: gate.now)
    #expect(gate.engine.state == .killed)
  }
}
