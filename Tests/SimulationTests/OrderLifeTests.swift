// The life of an order as the reports tell it, from submission to its end.

import Simulation
import Testing
import TradingDomain

private func statuses(_ reports: [OrderReport], of counter: UInt64 = 1) -> [OrderStatus] {
  reports.filter { $0.id == orderID(counter) }.map(\.status)
}

@Test func aFilledOrderIsReportedInTheOrderOfTheRealGateway() throws {
  let reports = Scenario().reports([quote(10_900, 10, 10_901, 3), market(1, .buy, 5), quote(10_900, 10, 10_901, 9)])
  #expect(
    statuses(reports) == [.clientCreated, .clientCreated, .hadesCreated, .new, .partiallyFilled, .filled])
  let last = try #require(reports.last)
  #expect(last.tradedQuantity == 5)
  #expect(last.tradedTicks == 54_505)
  #expect(reports.allSatisfy { $0.gatewayOrderID == 1 << 32 | 1 })
}

@Test func aCancelShowsClientCreatedAgainBeforeItIsConfirmed() {
  let reports = Scenario().reports([quote(10_900, 10, 10_901, 3), limit(1, .buy, 5, 10_890), cancel(1)])
  #expect(
    statuses(reports) == [
      .clientCreated, .clientCreated, .hadesCreated, .new, .clientCreated, .clientCreated, .canceled,
    ])
}

@Test func aCancelAfterAPartialFillSaysSo() {
  let reports = Scenario().reports([quote(10_900, 10, 10_901, 3), limit(1, .buy, 5, 10_901), cancel(1)])
  #expect(statuses(reports).last == .partiallyFilledCanceled)
  #expect(reports.last?.tradedQuantity == 3)
}

@Test func aRepeatedSubmissionReturnsTheStoredReportAndTradesNothing() {
  let reports = Scenario().reports([
    quote(10_900, 10, 10_901, 9), market(1, .buy, 5), trade(10_901, 1), market(1, .buy, 5), market(1, .buy, 4),
  ])
  #expect(fills(reports) == [FillLine(1, 5, 10_901)])
  let last = reports.suffix(3)
  #expect(Set(last).count == 1)
  #expect(last.first?.status == .filled)
}

@Test func aCancelThatComesTooLateRepeatsTheEndWithItsReason() {
  let reports = Scenario().reports([quote(10_900, 10, 10_901, 9), market(1, .buy, 5), trade(10_901, 1), cancel(1)])
  #expect(reports.last?.status == .filled)
  #expect(reports.last?.reason == .tooLateToCancel)
}

@Test func anUnknownOrderIsAnsweredWithAnUnknownState() {
  let reports = Scenario().reports([quote(10_900, 10, 10_901, 9), cancel(7)])
  #expect(reports.count == 1)
  #expect(reports.first?.status == .unknown)
  #expect(reports.first?.reason == .unknownOrder)
  #expect(reports.first?.status.isTerminal == false)
}

@Test func cancelAllEndsEveryWorkingOrderAndStopInOrderOfSubmission() {
  let reports = Scenario().reports([
    quote(10_900, 10, 10_901, 9), limit(1, .buy, 5, 10_890), stop(2, .sell, 5, 10_880, limit: 10_870),
    limit(3, .sell, 5, 10_950), .send(.cancelAll(decisionTime: Scenario.open)),
  ])
  #expect(reports.filter { $0.status == .canceled }.map(\.id.counter) == [1, 2, 3])
}

@Test func ordersOfTheDayExpireAtTheClose() {
  let reports = Scenario().reports([
    quote(10_900, 10, 10_901, 3), limit(1, .buy, 5, 10_901), limit(2, .buy, 5, 10_890), phase(.closed),
  ])
  #expect(statuses(reports, of: 1).last == .partiallyFilledExpired)
  #expect(statuses(reports, of: 2).last == .expired)
}

/// A refusal and the steps that provoke it.
struct RefusalCase: CustomTestStringConvertible, Sendable {
  var reason: VenueReason
  var steps: @Sendable () -> [Step]
  var testDescription: String { "\(reason)" }
}

private let refusalCases: [RefusalCase] = [
  RefusalCase(reason: .outsidePriceLimits) { [quote(10_900, 9, 10_901, 9), limit(1, .buy, 1, 12_001)] },
  RefusalCase(reason: .outsidePriceLimits) { [quote(10_900, 9, 10_901, 9), stop(1, .sell, 1, 9_999, limit: 9_998)] },
  RefusalCase(reason: .invalidPrice) { [quote(10_900, 9, 10_901, 9), limit(1, .buy, 1, 0)] },
  RefusalCase(reason: .invalidPrice) { [quote(10_900, 9, 10_901, 9), stop(1, .sell, 1, 10_890, limit: 10_891)] },
  RefusalCase(reason: .invalidPrice) { [phase(.opened), market(1, .buy, 1)] },
  RefusalCase(reason: .invalidQuantity) { [quote(10_900, 9, 10_901, 9), market(1, .buy, 0)] },
  RefusalCase(reason: .invalidQuantity) { [quote(10_900, 9, 10_901, 9), market(1, .buy, -1)] },
  RefusalCase(reason: .marketClosed) { [quote(10_900, 9, 10_901, 9), phase(.closed), market(1, .buy, 1)] },
  RefusalCase(reason: .marketClosed) {
    [quote(10_900, 9, 10_901, 9), phase(.auction), stop(1, .sell, 1, 10_890, limit: 10_880)]
  },
  RefusalCase(reason: .unknownInstrument) {
    [quote(10_900, 9, 10_901, 9), .send(newOrder(1, .buy, 1, instrument: .win))]
  },
]

@Test(arguments: refusalCases)
func badOrdersAreRejectedWithTheirReason(row: RefusalCase) {
  let reports = Scenario().reports(row.steps())
  #expect(statuses(reports) == [.clientCreated, .clientCreated, .rejected])
  #expect(reports.last?.reason == row.reason)
}

@Test func quantitiesMustBeWholeLots() {
  let scenario = Scenario(instrument: .dol)
  func send(_ counter: UInt64, _ quantity: Int64) -> Step {
    .send(newOrder(counter, .buy, quantity, limit: 10_890, instrument: .dol))
  }
  let reports = scenario.reports([quote(10_900, 10, 10_901, 9), send(1, 7), send(2, 10)])
  #expect(statuses(reports, of: 1).last == .rejected)
  #expect(statuses(reports, of: 2).contains(.new))
}

@Test func continuousTickersMayNotBeTraded() {
  var scenario = Scenario()
  scenario.configuration.instruments[0].isContinuousTicker = true
  let reports = scenario.reports([quote(10_900, 10, 10_901, 9), market(1, .buy, 1)])
  #expect(reports.last?.reason == .continuousTickerNotTradable)
}

@Test func aClientMayOnlyHaveSoManyWorkingOrders() {
  var scenario = Scenario()
  scenario.configuration.maximumWorkingOrders = 2
  let reports = scenario.reports([
    quote(10_900, 10, 10_901, 9), limit(1, .buy, 1, 10_890), limit(2, .buy, 1, 10_890), limit(3, .buy, 1, 10_890),
    cancel(1), limit(4, .buy, 1, 10_890),
  ])
  #expect(statuses(reports, of: 3).last == .rejected)
  #expect(reports.last { $0.id == orderID(3) }?.reason == .tooManyOrders)
  #expect(statuses(reports, of: 4).contains(.new))
}

@Test func aClientNeverTradesWithItself() {
  let reports = Scenario().reports([
    quote(10_900, 10, 10_905, 9), limit(1, .sell, 4, 10_903), limit(2, .buy, 4, 10_904),
  ])
  #expect(fills(reports).isEmpty)
  #expect(statuses(reports, of: 1) == [.clientCreated, .clientCreated, .hadesCreated, .new, .expired])
  #expect(reports.last { $0.id == orderID(2) }?.reason == .selfTrade)
  #expect(statuses(reports, of: 2).last == .canceled)
}

@Test func aTargetBeyondTheTouchDoesNotStopAMarketOrder() {
  let reports = Scenario().reports([
    quote(10_900, 10, 10_901, 4), limit(1, .sell, 4, 10_905), market(2, .buy, 6), quote(10_900, 10, 10_901, 9),
  ])
  #expect(fills(reports) == [FillLine(2, 4, 10_901), FillLine(2, 2, 10_901)])
}

@Test func aChangeBelowWhatHasTradedIsRefusedAndChangesNothing() {
  let reports = Scenario().reports([
    quote(10_900, 10, 10_901, 3), limit(1, .buy, 5, 10_901), change(1, 3, limit: 10_901), quote(10_900, 10, 10_901, 9),
  ])
  #expect(reports.contains { $0.reason == .invalidQuantity })
  #expect(statuses(reports).last == .filled)
}

@Test func aRejectedOrdersCommandsAreAnsweredNotObeyed() {
  let reports = Scenario().reports([quote(10_900, 10, 10_901, 3), limit(1, .buy, 5, 12_500), cancel(1)])
  #expect(reports.last?.status == .rejected)
  #expect(reports.last?.reason == .tooLateToCancel)
}
