// Records come before what they record; without room for records no risk is taken. The scripted venue itself fails a
// test when a command comes before its record, so every test of this target guards that order.

import Engine
import Execution
import Risk
import Testing
import TradingDomain

@Suite struct JournalOrderTests {
  @Test func theVenueNoticesACommandWithoutARecord() throws {
    let journal = MemoryJournal()
    let venue = ScriptedVenue(journal: journal)
    let cancel = OrderCommand.cancel(
      CancelOrder(
        id: ClientOrderID(epoch: 1, strategy: 1, counter: 1), instrument: Instrument.wdo.id,
        decisionTime: EngineRig.session.open))
    withKnownIssue { _ = venue.send(cancel) }
  }

  @Test func aSessionOpensWithTheHashesOfWhatDeterminesIt() throws {
    let rig = try EngineRig()
    let first = try #require(rig.journal.entries.first)
    #expect(
      first.fact
        == .opened(schema: rig.forecaster.schemaHash, model: 1, configuration: 2, epoch: 7))
    #expect(first.time == EngineRig.session.open)
  }

  @Test func aDecisionIsRecordedBeforeTheIntentItLeadsTo() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    let facts = rig.journal.entries.suffix(2).map(\.fact)
    guard case .decision(let decision) = facts[0] else {
      Issue.record("\(facts)")
      return
    }
    #expect(decision.wanted == 1 && decision.regime == .trendUp && decision.probabilityUp == 0.9)
    #expect(facts[1] == .intent(entry))
  }

  @Test func reportAndFillAreRecordedBeforeTheLegsTheyLeadTo() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    let before = rig.journal.entries.count
    rig.fill(entry, at: rig.price + 1)
    let kinds = rig.journal.entries.dropFirst(before).map { fact -> String in
      switch fact.fact {
      case .report: return "report"
      case .fill(let fill): return "fill \(fill.quantity.contracts)"
      case .intent(let order): return "\(order.intent.purpose)"
      default: return "other"
      }
    }
    #expect(kinds == ["report", "fill 1", "protectiveStop", "target"])
  }

  @Test func anOrderTheLinkDidNotTakeIsRecordedAsNotSentAndForgotten() throws {
    let rig = try EngineRig()
    rig.venue.outcome = .notSent
    rig.decide()
    guard case .intent(let order) = rig.journal.entries.suffix(2).first?.fact else {
      Issue.record("no intent")
      return
    }
    #expect(rig.journal.entries.last?.fact == .notSent(order.id))
    #expect(rig.engine.isAtRest)
    rig.venue.outcome = .handedOver
    #expect(try rig.entry().id != order.id)
  }

  @Test func anOrderWhoseIntentFindsNoRoomDoesNotLeave() throws {
    let rig = try EngineRig()
    // Room for the decision, none for the intent.
    rig.journal.capacity = rig.journal.entries.count + 1
    rig.decide()
    #expect(rig.venue.sent.isEmpty && rig.runner.journalFailed)
    #expect(rig.engine.risk.state == .halted)
    #expect(rig.engine.risk.stateCause?.reason == .journalFailed)
    #expect(rig.engine.isAtRest, "what did not leave does not exist")
    rig.decide()
    #expect(rig.venue.sent.isEmpty)
  }

  @Test func aFullJournalStillLetsWithdrawalsLeave() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.report(entry, .new)
    rig.journal.capacity = rig.journal.entries.count
    rig.venue.demandsRecords = false
    rig.event(.command(.halt))
    #expect(rig.venue.cancels == [entry.id])
    rig.event(.command(.resume))
    rig.report(entry, .canceled)
    rig.decide()
    #expect(rig.venue.orders == [entry], "resuming does not mend a journal")
  }

  /// 128 facts of one event are far beyond what can happen: they are piled up by not emptying the output.
  @Test func anOutputThatOverflowsTakesNoMoreRisk() throws {
    let rig = try EngineRig()
    pileUp(130, on: rig)
    #expect(rig.engine.output.overflowed)
    rig.decide()
    #expect(rig.venue.sent.isEmpty && rig.intentCount == 0)
    #expect(rig.states == [StateFact(.halted, .journalFailed)] || rig.engine.risk.state == .halted)
    rig.event(.command(.resume))
    rig.decide()
    #expect(rig.venue.sent.isEmpty, "a fact is missing for good")
  }

  @Test func theOrderWhoseOwnIntentOverflowsDoesNotLeave() throws {
    let rig = try EngineRig()
    // The decision takes the last place; the intent that follows finds none.
    pileUp(EngineOutput.entryCapacity - 1, on: rig)
    #expect(!rig.engine.output.overflowed)
    // The halt withdraws the entry at once, and that withdrawal finds no room for its record either.
    rig.venue.demandsRecords = false
    rig.decide(isQuoted: false)
    #expect(rig.engine.output.overflowed)
    #expect(rig.venue.orders.isEmpty && rig.intentCount == 0)
    #expect(rig.engine.risk.state == .halted && rig.engine.isAtRest)
  }

  @Test func theLastRecordBalancesTheBooks() throws {
    let rig = try EngineRig()
    let (_, stop, target) = try rig.position()
    let paid = rig.price + 1
    rig.fill(stop, at: paid - 11)
    rig.report(target, .canceled)
    rig.event(.endOfSession)
    guard case .closed(let realised, let fees, let fills, let open) = rig.journal.entries.last?.fact else {
      Issue.record("\(String(describing: rig.journal.entries.last))")
      return
    }
    #expect(realised == Money(brl: -55) && fees == Money(brl: 1.6) && fills == 2 && open == 0)
    #expect(rig.engine.audit.net == realised - fees)
    #expect(rig.runner.isFinished)
  }

  private func pileUp(_ count: Int, on rig: EngineRig) {
    let foreign = ClientOrderID(epoch: 99, strategy: 1, counter: 1)
    for _ in 0..<count {
      rig.engine.process(
        VenueEvent(
          localTime: rig.now,
          update: .order(
            OrderReport(
              id: foreign, gatewayOrderID: 0, instrument: Instrument.wdo.id, status: .new, reason: .none, side: .buy,
              quantity: 1, tradedQuantity: 0, tradedTicks: 0, exchangeTime: rig.now))))
    }
  }
}
