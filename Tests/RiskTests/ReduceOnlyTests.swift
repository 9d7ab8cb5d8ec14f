// Exits never exceed what is left of the position.

import Risk
import Testing
import TradingDomain

struct ReduceOnlyTests {
  @Test func exitsAreHeldToWhatIsLeftOfThePosition() throws {
    let sells = { (exits: Int64, stops: Int64, targets: Int64) in
      SideExposure(exits: exits, stops: stops, targets: targets)
    }
    // Position, working sells, purpose, wanted, sent (0 = refused).
    let cases: [(Int64, SideExposure, OrderPurpose, Int64, Int64)] = [
      (3, sells(0, 0, 0), .exit, 3, 3), (3, sells(0, 0, 0), .exit, 4, 3), (3, sells(2, 0, 0), .exit, 2, 1),
      (3, sells(3, 0, 0), .exit, 1, 0), (3, sells(0, 3, 0), .exit, 1, 0), (3, sells(0, 3, 0), .target, 3, 3),
      (3, sells(0, 0, 3), .protectiveStop, 3, 3), (3, sells(0, 2, 3), .protectiveStop, 3, 1),
      (3, sells(1, 0, 0), .protectiveStop, 3, 2), (3, sells(4, 0, 0), .flatten, 1, 0), (0, sells(0, 0, 0), .exit, 1, 0),
      (-3, sells(0, 0, 0), .exit, 1, 0),
    ]
    for (position, working, purpose, wanted, sent) in cases {
      let gate = try GateFixture()
      let exposure = Exposure(position: position, sells: working)
      let verdict = gate.review(gate.intent(.sell, wanted, at: 11_010, purpose: purpose), exposure)
      #expect((verdict.approval?.request.intent.quantity.contracts ?? 0) == sent, "\(position) \(working) \(purpose)")
      if sent != wanted { #expect(verdict.finding?.control == .reduceOnlyReduces) }
    }
  }

  @Test func aClampLeavesWholeLots() throws {
    let gate = try GateFixture(instrument: .dol)
    let verdict = gate.review(gate.intent(.sell, 10, at: 11_000, purpose: .exit), Exposure(position: 9))
    #expect(verdict.approval?.request.intent.quantity == 5)
    #expect(
      gate.reason(gate.intent(.sell, 5, at: 11_000, purpose: .exit), Exposure(position: 4)) == .nothingLeftToReduce)
  }

  @Test func aChangeIsJudgedLikeTheOrderThatRemains() throws {
    let gate = try GateFixture()
    let working = gate.intent(.buy, 2, at: 10_990)
    func change(to quantity: Int64, at limit: Int64?) -> ChangeOrder {
      ChangeOrder(
        id: ClientOrderID(epoch: 7, strategy: 1, counter: 1), instrument: gate.engine.instrument.id,
        quantity: Quantity(quantity), limit: limit.map { Price(ticks: $0) }, stop: nil, decisionTime: gate.now)
    }
    func judge(_ change: ChangeOrder, traded: Int64, _ exposure: Exposure, _ intent: OrderIntent) -> RiskVerdict<
      ChangeOrder
    > {
      gate.engine.review(change, of: intent, traded: Quantity(traded), exposure: exposure, now: gate.now)
    }
    #expect(judge(change(to: 2, at: 10_995), traded: 1, Exposure(position: 1), working).isApprovedAsIs)
    #expect(
      judge(change(to: 3, at: 10_995), traded: 1, Exposure(position: 1), working).finding?.reason
        == .positionWouldExceedLimit)
    #expect(judge(change(to: 2, at: 10_900), traded: 0, .flat, working).finding?.reason == .tooFarFromLastTrade)
    #expect(
      judge(change(to: 1, at: 10_995), traded: 1, Exposure(position: 1), working).finding?.reason
        == .quantityNotPositive)
    let exit = gate.intent(.sell, 2, at: 11_010, purpose: .target)
    let clamped = judge(change(to: 5, at: 11_020), traded: 1, Exposure(position: 2), exit)
    #expect(clamped.approval?.request.quantity == 3)
    let broken = try GateFixture()
    let verdict = broken.engine.review(
      change(to: .min, at: 10_995), of: working, traded: 1, exposure: .flat, now: broken.now)
    #expect(verdict.finding?.reason == .quantityNotPositive)
    let missing = try GateFixture()
    #expect(
      missing.engine.review(change(to: 2, at: nil), of: working, traded: 0, exposure: .flat, now: missing.now)
        .finding?.reason == .limitMissing)
  }
}
