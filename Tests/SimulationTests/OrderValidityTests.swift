// Immediate-or-cancel, fill-or-kill, book-only; slippage, the rejection tunnel, calls, and touches of bars.

import Simulation
import Testing
import TradingDomain

private func order(
  _ counter: UInt64, _ side: Side, _ quantity: Int64, _ price: Int64?, _ validity: OrderValidity
) -> Step {
  let intent = OrderIntent(
    instrument: Instrument.wdo.id, side: side, type: price == nil ? .market : .limit, quantity: Quantity(quantity),
    limit: price.map { Price(ticks: $0) }, stop: nil, purpose: .entry, validity: validity)
  return .send(.new(NewOrder(id: orderID(counter), intent: intent, decisionTime: Scenario.open)))
}

private let book = [
  depth(.buy, 10_900, 30, ends: false), depth(.sell, 10_902, 10, ends: false), depth(.sell, 10_903, 10),
]

private struct ValidityCase {
  var name: String
  var order: Step
  var fills: [FillLine]
  var end: OrderStatus
}

@Test func anOrderEndsAsItsValiditySays() {
  let cases = [
    ValidityCase(
      name: "IOC takes what there is within its limit", order: order(1, .buy, 15, 10_902, .immediateOrCancel),
      fills: [FillLine(1, 10, 10_902)], end: .partiallyFilledExpired),
    ValidityCase(
      name: "IOC that meets nobody", order: order(1, .buy, 15, 10_901, .immediateOrCancel), fills: [], end: .expired),
    ValidityCase(
      name: "FOK walks the book when it is deep enough", order: order(1, .buy, 20, 10_903, .fillOrKill),
      fills: [FillLine(1, 10, 10_902), FillLine(1, 10, 10_903)], end: .filled),
    ValidityCase(
      name: "FOK for one too many", order: order(1, .buy, 21, 10_903, .fillOrKill), fills: [], end: .expired),
    ValidityCase(
      name: "FOK whose limit stops short", order: order(1, .buy, 20, 10_902, .fillOrKill), fills: [], end: .expired),
    ValidityCase(
      name: "book only that would trade", order: order(1, .buy, 5, 10_902, .bookOnly), fills: [], end: .expired),
    ValidityCase(name: "book only that stands", order: order(1, .buy, 5, 10_901, .bookOnly), fills: [], end: .new),
    ValidityCase(name: "good for the day", order: order(1, .buy, 5, 10_901, .day), fills: [], end: .new),
  ]
  for row in cases {
    let reports = Scenario().reports(book + [row.order])
    #expect(fills(reports) == row.fills, "\(row.name)")
    // The day's end expires what stands; it comes later.
    let own = reports.filter { $0.exchangeTime < Scenario.session.close }
    #expect(own.last?.status == row.end, "\(row.name): \(String(describing: own.last))")
    if row.end == .expired || row.end == .partiallyFilledExpired {
      #expect(own.last?.reason == .validityEnded, "\(row.name)")
    }
  }
}

@Test func anImmediateOrderOnBarsHasTheNextOpenAndNoMore() {
  let steps = [bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900, volume: 100)]
  let next = [bar(1, open: 10_903, high: 10_905, low: 10_895, close: 10_900, volume: 6)]
  func result(_ order: Step) -> ([FillLine], OrderStatus?) {
    let reports = Scenario(.barPenetration).reports(steps + [order] + next)
    return (fills(reports), reports.last?.status)
  }
  #expect(result(order(1, .buy, 10, 10_910, .immediateOrCancel)) == ([FillLine(1, 6, 10_904)], .partiallyFilledExpired))
  #expect(result(order(1, .buy, 10, 10_910, .fillOrKill)) == ([], .expired))
  #expect(result(order(1, .buy, 5, 10_910, .fillOrKill)) == ([FillLine(1, 5, 10_904)], .filled))
  #expect(result(order(1, .buy, 5, 10_910, .bookOnly)) == ([], .expired))
}

@Test func immediateOrdersAreRefusedInACall() {
  let reports = Scenario().reports(book + [phase(.auction), order(1, .buy, 5, 10_902, .immediateOrCancel)])
  #expect(reports.last?.status == .rejected)
  #expect(reports.last?.reason == .marketClosed)
}

@Test func aCallHasOnePriceForAll() {
  let reports = Scenario().reports(
    book + [phase(.auction), order(1, .buy, 5, 10_905, .day), trade(10_901, 100, .auction), phase(.opened)])
  #expect(fills(reports) == [FillLine(1, 5, 10_901)])
}

@Test func slippageIsPaidByTakersWithinTheirLimit() {
  func paid(_ model: SlippageModel, _ step: Step) -> [FillLine] {
    var scenario = Scenario()
    scenario.configuration.slippage = model
    // A minute with 400 contracts between 10,895 and 10,905, then the next minute begins.
    let minute = [trade(10_905, 100), trade(10_895, 300)] + book
    let wait = (0..<6100).map { _ in quote(10_900, 30, 10_902, 10) }
    return fills(scenario.reports(minute + wait + [trade(10_901, 1), step]))
  }
  let taker = limit(1, .buy, 4, 10_920)
  #expect(paid(.none, taker) == [FillLine(1, 4, 10_902)])
  #expect(paid(.fixed(ticks: 3), taker) == [FillLine(1, 4, 10_905)])
  #expect(paid(.fixed(ticks: 3), limit(1, .buy, 4, 10_904)) == [FillLine(1, 4, 10_904)])
  // 2 x range 10 x sqrt(4 / 400) = 2 ticks.
  #expect(paid(.squareRoot(coefficient: 2), taker) == [FillLine(1, 4, 10_904)])
  // 1 x 10,902 x (4 / 400)^2 = 1.09 ticks, rounded up.
  #expect(paid(.volumeShare(coefficient: 1, limit: 1), taker) == [FillLine(1, 4, 10_904)])
  // A resting order pays its own price.
  let resting = [limit(1, .buy, 4, 10_901), trade(10_900, 4, .sellerAggressor)]
  var scenario = Scenario()
  scenario.configuration.slippage = .fixed(ticks: 3)
  #expect(fills(scenario.reports(book + resting)) == [FillLine(1, 4, 10_901)])
}

@Test func ordersFarFromTheLastPriceMeetTheRejectionTunnel() {
  var scenario = Scenario()
  scenario.configuration.rejectionTunnelTicks = 50
  func reason(_ price: Int64) -> VenueReason? {
    scenario.reports([trade(10_900, 5)] + [limit(1, .buy, 1, price)]).last { $0.exchangeTime < Scenario.session.close }?
      .reason
  }
  #expect(reason(10_950) == VenueReason.none)
  #expect(reason(10_951) == .outsidePriceLimits)
  #expect(reason(10_849) == .outsidePriceLimits)
}

@Test func aBarThatOnlyTouchesFillsWithItsProbability() {
  func filled(_ probability: Double, seed: UInt64) -> Bool {
    var scenario = Scenario(.barPenetration)
    scenario.configuration.touchProbability = probability
    scenario.configuration.seed = seed
    let steps = [
      bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), limit(1, .buy, 1, 10_890),
      bar(1, open: 10_900, high: 10_905, low: 10_890, close: 10_900),
    ]
    return !fills(scenario.reports(steps)).isEmpty
  }
  #expect(!filled(0, seed: 1))
  #expect(filled(1, seed: 1))
  let share = Double((1...400 as ClosedRange<UInt64>).filter { filled(0.3, seed: $0) }.count) / 400
  #expect(abs(share - 0.3) < 0.08, "\(share)")
}
