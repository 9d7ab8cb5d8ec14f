// Only the contract of the session is traded, and not too near its expiry.

import Accounting
import Risk
import Testing
import TradingDomain

struct InstrumentAndExpiryTests {
  @Test func onlyTheSessionsInstrumentPassesAndTheSecondMistakeHalts() throws {
    let gate = try GateFixture()
    let other = Instrument.dol.id
    #expect(gate.reason(gate.intent(instrument: other)) == .instrumentNotAllowed)
    #expect(gate.engine.state == .active)
    #expect(gate.reason(gate.intent(instrument: other)) == .instrumentNotAllowed)
    #expect(gate.engine.state == .halted)
    #expect(gate.engine.stateCause?.control == .instrumentAllowList)
  }

  @Test func aContinuousSeriesIsNeverTraded() throws {
    let gate = try GateFixture(isTradable: false)
    #expect(gate.reason(gate.intent()) == .continuousSeriesNotTradable)
    #expect(gate.reason(gate.intent(.sell, 1, purpose: .exit), Exposure(position: 1)) == .continuousSeriesNotTradable)
  }

  @Test func aShareIsNoFuture() throws {
    var share = Instrument.wdo
    share.exchange = "B"
    let gate = try GateFixture(instrument: share)
    #expect(gate.reason(gate.intent()) == .notOnFuturesExchange)
  }

  @Test(
    arguments: [
      (Int64(3), nil), (2, RiskReason.tooNearExpiry), (1, .tooNearExpiry), (0, .tooNearExpiry), (nil, .expiryUnknown),
    ] as [(Int64?, RiskReason?)])
  func entriesEndTwoSessionsBeforeTheContract(left: Int64?, reason: RiskReason?) throws {
    let gate = try GateFixture(sessionsLeft: left)
    #expect(gate.reason(gate.intent()) == reason)
    #expect(gate.review(gate.intent(.sell, 1, purpose: .exit), Exposure(position: 1)).isApprovedAsIs)
  }

  @Test func theStandingFollowsFromTheTicker() throws {
    let ticker = try ContractTicker(parsing: "WDOZ25")
    let standing = ContractStanding(ticker, on: day("2025-11-27"), calendar: .b3)
    #expect(standing == ContractStanding(isTradable: true, sessionsLeft: 2))
    let continuous = try ContractTicker(parsing: "WDOFUT")
    #expect(!ContractStanding(continuous, on: day("2025-11-27"), calendar: .b3).isTradable)
  }
}
