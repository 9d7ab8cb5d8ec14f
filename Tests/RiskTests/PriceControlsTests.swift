// Prices of orders: near the market, inside the day's limits, with protection for market orders.

import Risk
import Testing
import TradingDomain

struct PriceControlsTests {
  // Last 11,000, quote 10,999 / 11,001; passive 40, through 4 (entries) and 20 (exits).
  @Test(
    arguments: [
      (Side.buy, Int64(10_960), nil), (.buy, 10_959, RiskReason.tooFarFromLastTrade), (.buy, 11_005, nil),
      (.buy, 11_006, .tooFarThroughTouch), (.sell, 11_040, nil), (.sell, 11_041, .tooFarFromLastTrade),
      (.sell, 10_995, nil),
      (.sell, 10_994, .tooFarThroughTouch),
    ] as [(Side, Int64, RiskReason?)])
  func entriesStayInsideTheDynamicCollar(side: Side, price: Int64, reason: RiskReason?) throws {
    let gate = try GateFixture()
    #expect(gate.reason(gate.intent(side, 1, at: price)) == reason)
  }

  @Test(arguments: [
    (Side.sell, Int64(10_979), Int64(10_979)), (.sell, 10_978, 10_979), (.sell, 10_100, 10_979),
    (.sell, 11_041, 11_040),
    (.buy, 11_021, 11_021), (.buy, 11_900, 11_021), (.buy, 10_001, 10_960),
  ])
  func exitsAreClampedToTheDynamicCollar(side: Side, price: Int64, sent: Int64) throws {
    let gate = try GateFixture()
    let verdict = gate.review(
      gate.intent(side, 1, at: price, purpose: .exit), Exposure(position: side == .sell ? 1 : -1))
    let approved = try #require(verdict.approval?.request.intent)
    #expect(approved.limit == Price(ticks: sent))
    #expect(verdict.isApprovedAsIs == (price == sent))
    if price != sent { #expect(verdict.finding?.control == .dynamicCollar) }
  }

  @Test func aWildQuoteDoesNotWidenTheCollar() throws {
    let gate = try GateFixture()
    gate.quote(10_999, 11_500)
    #expect(gate.reason(gate.intent(.buy, 1, at: 11_041)) == .tooFarFromLastTrade)
    #expect(gate.reason(gate.intent(.buy, 1, at: 11_500)) == .tooFarFromLastTrade)
    #expect(gate.review(gate.intent(.buy, 1, at: 11_040)).isApprovedAsIs)
  }

  @Test func withoutAPriceNothingIsNear() throws {
    let gate = try GateFixture(market: false)
    gate.connection(.ready)
    gate.observe(.phase(.opened))
    gate.quote(10_999, 11_001)
    #expect(gate.reason(gate.intent(.buy, 1, at: 11_000)) == .noReferencePrice)
    #expect(gate.reason(gate.intent(.sell, 1, at: 11_000, purpose: .exit), Exposure(position: 1)) == .noReferencePrice)
    // Prices that cannot be are not taken for a reference.
    gate.trade(0)
    gate.trade(-5)
    gate.trade(.max)
    #expect(gate.engine.market.last == nil)
  }

  @Test(
    arguments: [
      (Int64(10_940), Int64(10_920), nil), (10_939, 10_930, RiskReason.triggerTooFarFromLastTrade),
      (11_061, 11_061, .triggerTooFarFromLastTrade),
    ] as [(Int64, Int64, RiskReason?)])
  func aStopsTriggerIsNearTheMarket(trigger: Int64, limit: Int64, reason: RiskReason?) throws {
    let gate = try GateFixture()
    #expect(
      gate.reason(gate.intent(.sell, 1, at: limit, stop: trigger, purpose: .protectiveStop), Exposure(position: 1))
        == reason)
  }

  @Test func aStopsLimitIsHeldNearItsTrigger() throws {
    let gate = try GateFixture()
    let verdict = gate.review(
      gate.intent(.sell, 1, at: 10_900, stop: 10_990, purpose: .protectiveStop), Exposure(position: 1))
    #expect(verdict.approval?.request.intent.limit == Price(ticks: 10_970))
    #expect(verdict.finding?.reason == .stopLimitTooFarBeyondTrigger)
    #expect(gate.reason(gate.intent(.buy, 1, at: 11_031, stop: 11_010)) == .stopLimitTooFarBeyondTrigger)
  }

  @Test func pricesStayOneTickInsideTheDaysLimits() throws {
    let cases: [(Int64, RiskReason?)] = [(11_009, nil), (11_010, .outsidePriceLimits)]
    for (price, reason) in cases {
      let gate = try GateFixture({ $0.entryThroughTicks = 20 })
      gate.observe(.limits(PriceLimits(lower: Price(ticks: 10_990), upper: Price(ticks: 11_010), settlement: nil)))
      #expect(gate.reason(gate.intent(.buy, 1, at: price)) == reason)
      let exit = gate.review(gate.intent(.sell, 1, at: 10_985, purpose: .exit), Exposure(position: 1))
      #expect(exit.approval?.request.intent.limit == Price(ticks: 10_991))
      #expect(exit.finding?.control == .staticCollar)
    }
  }

  @Test func withoutLimitsTheSettlementStandsIn() throws {
    let gate = try GateFixture({ $0.passiveCollarTicks = 400 })
    // Limits of zero are no limits; one per cent of 10,900 is 109.
    gate.observe(.limits(PriceLimits(lower: Price(ticks: 0), upper: Price(ticks: 0), settlement: Price(ticks: 10_900))))
    #expect(gate.review(gate.intent(.sell, 1, at: 11_009)).isApprovedAsIs)
    #expect(gate.reason(gate.intent(.sell, 1, at: 11_010)) == .outsidePriceLimits)
    #expect(gate.review(gate.intent(.buy, 1, at: 10_791)).isApprovedAsIs)
    #expect(gate.reason(gate.intent(.buy, 1, at: 10_790)) == .outsidePriceLimits)
  }

  @Test func withNothingKnownEntriesAreRefusedAndExitsPass() throws {
    let gate = try GateFixture()
    gate.observe(.limits(PriceLimits(lower: Price(ticks: 0), upper: Price(ticks: 0), settlement: nil)))
    #expect(gate.reason(gate.intent()) == .priceLimitsUnknown)
    #expect(gate.review(gate.intent(.sell, 1, purpose: .exit), Exposure(position: 1)).isApprovedAsIs)
    gate.observe(.limits(PriceLimits(lower: Price(ticks: 11_005), upper: Price(ticks: 10_995), settlement: nil)))
    #expect(gate.reason(gate.intent()) == .priceLimitsUnknown)
  }

  @Test func barSourcesMayFallBackOnTheSessionsFirstPrice() throws {
    let gate = try GateFixture({ $0 = $0.forBars(of: .minutes(1)) }, market: false)
    gate.connection(.ready)
    gate.observe(.phase(.opened))
    let bar = Bar(
      start: gate.now - .minutes(1), duration: .minutes(1), open: Price(ticks: 11_000), high: Price(ticks: 11_560),
      low: Price(ticks: 11_000), close: Price(ticks: 11_550), volume: 10, tradeCount: 0, signedVolume: 0)
    gate.observe(.bar(bar))
    #expect(gate.review(gate.intent(.sell, 1, at: 11_550)).isApprovedAsIs)
    #expect(gate.reason(gate.intent(.sell, 1, at: 11_551)) == .outsidePriceLimits)
  }

  @Test func marketOrdersBecomeProtectedLimits() throws {
    let gate = try GateFixture()
    let entry = gate.review(gate.intent(.buy, 1, at: nil))
    #expect(entry.approval?.request.intent.type == .limit)
    #expect(entry.approval?.request.intent.limit == Price(ticks: 11_005))
    #expect(entry.finding?.reason == .marketOrderConverted)
    let exit = gate.review(gate.intent(.sell, 1, at: nil, purpose: .exit), Exposure(position: 1))
    #expect(exit.approval?.request.intent.limit == Price(ticks: 10_979))
  }

  @Test func aMarketOrderWithoutAPriceIsRefused() throws {
    let gate = try GateFixture(market: false)
    #expect(
      gate.reason(gate.intent(.sell, 1, at: nil, purpose: .exit), Exposure(position: 1)) == .marketOrderWithoutReference
    )
  }

  @Test func onlyTheFlattenOrderOfAKilledEngineIsARawMarketOrder() throws {
    let gate = try GateFixture(market: false)
    gate.killSwitch.pull(.dashboard)
    let flatten = gate.review(gate.intent(.sell, 1, at: nil, purpose: .flatten), Exposure(position: 1))
    #expect(flatten.isApprovedAsIs && flatten.approval?.request.intent.type == .market)
    #expect(gate.reason(gate.intent(.sell, 1, at: nil, purpose: .exit), Exposure(position: 1)) == .stateKilled)
    let halted = try GateFixture()
    _ = halted.engine.command(.halt, now: halted.now)
    let converted = halted.review(halted.intent(.sell, 1, at: nil, purpose: .flatten), Exposure(position: 1))
    #expect(converted.approval?.request.intent.type == .limit)
  }
}
