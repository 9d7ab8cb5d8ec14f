// Orders whose fields cannot be meant are refused, and repeated ones halt.

import Risk
import Testing
import TradingDomain

struct FieldSanityTests {
  @Test func wellFormedOrdersPass() throws {
    let gate = try GateFixture()
    #expect(gate.review(gate.intent(.buy, 1, at: 11_000)).isApprovedAsIs)
    #expect(gate.review(gate.intent(.sell, 2, at: 11_000)).isApprovedAsIs)
    let long = Exposure(position: 1)
    #expect(
      gate.review(gate.intent(.sell, 1, at: 10_980, stop: 10_990, purpose: .protectiveStop), long).isApprovedAsIs)
  }

  @Test(arguments: [
    (Int64(0), RiskReason.quantityNotPositive), (-1, .quantityNotPositive), (.min, .quantityNotPositive),
    (.max, .quantityNotPositive), (1_000_001, .quantityNotPositive),
  ])
  func impossibleQuantitiesAreRefused(quantity: Int64, reason: RiskReason) throws {
    let gate = try GateFixture()
    #expect(gate.reason(gate.intent(.buy, quantity)) == reason)
  }

  @Test(arguments: [Int64(0), -1, .min, .max, (1 << 31) + 1])
  func pricesThatCannotBeAreRefused(ticks: Int64) throws {
    let gate = try GateFixture()
    #expect(gate.reason(gate.intent(.buy, 1, at: ticks)) == .priceOutOfRange)
    #expect(gate.reason(gate.intent(.buy, 1, at: 11_000, stop: ticks)) == .priceOutOfRange)
  }

  @Test func pricesMustBePresentExactlyWhereTheTypeNeedsThem() throws {
    let cases: [(Int64?, Int64?, OrderType, RiskReason)] = [
      (nil, nil, .limit, .limitMissing), (11_000, 11_000, .limit, .stopUnexpected),
      (11_000, nil, .market, .limitUnexpected),
      (nil, 11_000, .market, .stopUnexpected), (11_000, nil, .stopLimit, .stopMissing),
      (nil, 11_000, .stopLimit, .limitMissing),
    ]
    for (limit, stop, type, reason) in cases {
      let gate = try GateFixture()
      #expect(gate.reason(gate.intent(.buy, 1, at: limit, stop: stop, type: type)) == reason, "\(type)")
    }
  }

  @Test func lotsMustBeWhole() throws {
    let gate = try GateFixture(instrument: .dol)
    #expect(gate.review(gate.intent(.buy, 5)).isApprovedAsIs)
    #expect(gate.reason(gate.intent(.buy, 4)) == .quantityNotInLots)
  }

  @Test func aStopLimitReachesAtLeastItsTrigger() throws {
    let gate = try GateFixture()
    #expect(gate.reason(gate.intent(.buy, 1, at: 11_009, stop: 11_010)) == .stopLimitBehindTrigger)
    #expect(gate.reason(gate.intent(.sell, 1, at: 10_991, stop: 10_990)) == .stopLimitBehindTrigger)
    #expect(gate.review(gate.intent(.buy, 1, at: 11_010, stop: 11_010)).isApprovedAsIs)
  }

  @Test func garbledIdentifiersAndTimesAreRefused() throws {
    let gate = try GateFixture({ $0.fieldBreachesBeforeHalt = 3 })
    let good = ClientOrderID(epoch: 7, strategy: 1, counter: 99)
    let garbled = ClientOrderID(high: good.high ^ 1, low: good.low)
    func reason(_ id: ClientOrderID, decided: Timestamp, now: Timestamp) -> RiskReason? {
      gate.engine.review(NewOrder(id: id, intent: gate.intent(), decisionTime: decided), exposure: .flat, now: now)
        .finding?.reason
    }
    #expect(reason(garbled, decided: gate.now, now: gate.now) == .identifierInvalid)
    #expect(reason(good, decided: gate.now + Nanoseconds(1), now: gate.now) == .timeInvalid)
    #expect(reason(good, decided: .distantPast, now: gate.now) == .timeInvalid)
    #expect(reason(good, decided: gate.now, now: .distantFuture) == .timeInvalid)
    #expect(gate.engine.state == .halted)
  }

  @Test func impossibleBookkeepingIsRefused() throws {
    var wrong: [Exposure] = [Exposure(position: 1_000_001), Exposure(position: .min), Exposure(workingOrderCount: -1)]
    wrong.append(Exposure(buys: SideExposure(entries: -1)))
    wrong.append(Exposure(sells: SideExposure(targets: .max)))
    for exposure in wrong {
      let gate = try GateFixture()
      #expect(gate.reason(gate.intent(), exposure) == .exposureImpossible, "\(exposure)")
    }
  }

  @Test func theThirdDefectHalts() throws {
    let gate = try GateFixture()
    _ = gate.review(gate.intent(.buy, 0))
    _ = gate.review(gate.intent(.buy, 0))
    #expect(gate.engine.state == .active && gate.engine.takeStateChange() == nil)
    _ = gate.review(gate.intent(.buy, 0))
    let change = try #require(gate.engine.takeStateChange())
    #expect(change.from == .active && change.to == .halted && change.cause.control == .fieldSanity)
    #expect(gate.engine.takeStateChange() == nil)
    #expect(gate.reason(gate.intent()) == .stateHalted)
  }
}
