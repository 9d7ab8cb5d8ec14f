// Size of orders and positions: contracts, value, working orders, worst case.

import QuantMath
import Risk
import Testing
import TradingDomain

struct SizeControlsTests {
  @Test(
    arguments: [(Int64(2), nil), (3, RiskReason.orderTooLarge), (1_000_000, .orderTooLarge)] as [(Int64, RiskReason?)])
  func entriesAreBoundedInContracts(quantity: Int64, reason: RiskReason?) throws {
    let gate = try GateFixture({ $0.maxPositionContracts = 5 })
    #expect(gate.reason(gate.intent(.buy, quantity)) == reason)
  }

  @Test func anExitMayBeLargerThanAnEntryUpToTheCeiling() throws {
    let gate = try GateFixture()
    #expect(gate.review(gate.intent(.sell, 4, purpose: .exit), Exposure(position: 4)).isApprovedAsIs)
    #expect(gate.review(gate.intent(.sell, 10, purpose: .exit), Exposure(position: 10)).isApprovedAsIs)
    #expect(gate.reason(gate.intent(.sell, 11, purpose: .exit), Exposure(position: 11)) == .orderTooLarge)
  }

  @Test(arguments: [(Int64(110_000), nil), (109_999, RiskReason.orderValueTooLarge)] as [(Int64, RiskReason?)])
  func entriesAreBoundedInValue(limit: Int64, reason: RiskReason?) throws {
    // Two contracts at 11,000 ticks of five reais are worth 110,000.
    let gate = try GateFixture({ $0.maxOrderValueBRL = limit })
    #expect(gate.reason(gate.intent(.buy, 2)) == reason)
    #expect(gate.review(gate.intent(.sell, 2, purpose: .exit), Exposure(position: 2)).isApprovedAsIs)
  }

  @Test func aValueThatOverflowsIsTooLarge() {
    let refusal = MaxOrderValue.evaluate(
      1_000_000, at: Price(ticks: 1 << 31), tickValue: Money(brl: 1_000_000), limit: Money(brl: 1))
    #expect(refusal?.reason == .orderValueTooLarge && refusal?.value == .max)
  }

  @Test func theWorstCasePositionIsBounded() throws {
    let cases: [(Exposure, Side, Int64, RiskReason?)] = [
      (.flat, .buy, 2, nil),
      (Exposure(position: 1), .buy, 1, nil),
      (Exposure(position: 1), .buy, 2, .positionWouldExceedLimit),
      (Exposure(position: 2), .buy, 1, .positionWouldExceedLimit),
      (Exposure(buys: SideExposure(entries: 1)), .buy, 1, nil),
      (Exposure(buys: SideExposure(entries: 1)), .buy, 2, .positionWouldExceedLimit),
      (Exposure(buys: SideExposure(inDoubt: 2)), .buy, 1, .positionWouldExceedLimit),
      (Exposure(buys: SideExposure(entries: 2)), .sell, 2, nil),
      (Exposure(position: -2), .sell, 1, .positionWouldExceedLimit),
      // A long position does not make room for sells: its own exits may close it first.
      (Exposure(position: 2), .sell, 2, nil),
      // Exits left over from a position that is gone count in full.
      (Exposure(sells: SideExposure(exits: 1, stops: 1, targets: 2)), .sell, 1, .positionWouldExceedLimit),
      (Exposure(position: 2, sells: SideExposure(stops: 2, targets: 2)), .sell, 2, nil),
    ]
    for (exposure, side, quantity, reason) in cases {
      let gate = try GateFixture()
      #expect(gate.reason(gate.intent(side, quantity), exposure) == reason, "\(exposure) \(side) \(quantity)")
    }
  }

  @Test(
    arguments: [(Int64(5), nil), (6, RiskReason.tooManyWorkingOrders), (7, .tooManyWorkingOrders)]
      as [(Int64, RiskReason?)])
  func workingOrdersAreBounded(working: Int64, reason: RiskReason?) throws {
    let gate = try GateFixture()
    #expect(gate.reason(gate.intent(), Exposure(workingOrderCount: working)) == reason)
  }

  @Test(arguments: [(Int64(19), nil), (20, RiskReason.tooManyWorkingOrders)] as [(Int64, RiskReason?)])
  func exitsMayUseTheCeilingOfWorkingOrders(working: Int64, reason: RiskReason?) throws {
    let gate = try GateFixture()
    let exposure = Exposure(position: 1, workingOrderCount: working)
    #expect(gate.reason(gate.intent(.sell, 1, purpose: .exit), exposure) == reason)
  }

  @Test func noRandomOrderEverBreaksTheLimitsInTheWorstCase() throws {
    var numbers = CounterRandom(seed: 58, stream: 0)
    func integer(_ range: ClosedRange<Int>) -> Int64 { Int64(numbers.nextInteger(in: range)) }
    var approvals = 0
    let gate = try GateFixture({ limits in
      limits.ordersPerSecond = 20
      limits.ordersPerMinute = 200
      limits.ordersPerDay = 2000
    })
    let limits = gate.engine.limits
    for round in 0..<40_000 {
      // Fresh sessions keep the rate control from deciding everything.
      if round % 1000 == 0 {
        gate.engine.beginSession(
          gate.session, contract: ContractStanding(isTradable: true, sessionsLeft: 9), now: gate.now)
        gate.openMarket()
        #expect(gate.engine.state == .active)
      }
      gate.now = gate.now + .milliseconds(350)
      if gate.now >= gate.session.close - .minutes(60) { gate.now = gate.session.open + .minutes(30) }
      gate.trade(11_000)
      func side() -> SideExposure {
        SideExposure(
          entries: integer(0...2), inDoubt: integer(0...1), exits: integer(0...2),
          stops: integer(0...2), targets: integer(0...2))
      }
      let exposure = Exposure(
        position: integer(-3...3), buys: side(), sells: side(),
        workingOrderCount: integer(0...8))
      let purposes: [OrderPurpose] = [.entry, .entry, .exit, .protectiveStop, .target, .flatten]
      let intent = gate.intent(
        numbers.nextInteger(below: 2) == 0 ? .buy : .sell, integer(1...4), at: integer(10_990...11_005),
        purpose: purposes[numbers.nextInteger(in: 0...5)])
      guard let approved = gate.review(intent, exposure).approval?.request.intent else { continue }
      approvals += 1
      let quantity = approved.quantity.contracts
      #expect(quantity >= 1 && quantity <= intent.quantity.contracts)
      let sign = approved.side.sign
      let working = exposure[approved.side]
      if approved.purpose == .entry {
        // Everything on that side trades; of a pair only one leg.
        let worst = sign * exposure.position + working.closing + working.entries + working.inDoubt + quantity
        #expect(worst <= limits.maxPositionContracts, "round \(round)")
        #expect(quantity <= limits.maxOrderContracts && exposure.workingOrderCount < limits.maxWorkingOrders)
        #expect(quantity * (approved.limit?.ticks ?? 0) * 5 <= limits.maxOrderValueBRL)
      } else {
        // However the exits trade, they do not carry the position through zero.
        var after = working
        switch approved.purpose {
        case .protectiveStop: after.stops += quantity
        case .target: after.targets += quantity
        default: after.exits += quantity
        }
        #expect(
          sign * exposure.position + after.closing <= max(0, sign * exposure.position + working.closing),
          "round \(round)")
        #expect(exposure.workingOrderCount < 20)
      }
    }
    #expect(approvals > 2000)
  }
}
