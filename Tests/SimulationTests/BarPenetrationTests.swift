// Fills on bars, and the moment at which a bar is known.

import Simulation
import Testing
import TradingDomain

private let barCases: [FillCase] = [
  FillCase(
    "a market order fills at the next open worsened by half the spread",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_902), market(1, .buy, 2),
        bar(1, open: 10_903, high: 10_910, low: 10_900, close: 10_908), market(2, .sell, 2),
        bar(2, open: 10_907, high: 10_910, low: 10_900, close: 10_908),
      ]
    },
    [FillLine(1, 2, 10_904), FillLine(2, 2, 10_906)]),
  FillCase(
    "a bar that only touches a resting order does not fill it",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), limit(1, .buy, 2, 10_890),
        bar(1, open: 10_900, high: 10_905, low: 10_890, close: 10_900),
      ]
    }, []),
  FillCase(
    "a bar that trades a tick through fills at the order's price",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), limit(1, .buy, 2, 10_890),
        bar(1, open: 10_900, high: 10_905, low: 10_889, close: 10_900),
      ]
    },
    [FillLine(1, 2, 10_890)]),
  FillCase(
    "never more than the bar's volume",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), market(1, .buy, 8), limit(2, .sell, 5, 10_903),
        bar(1, open: 10_900, high: 10_910, low: 10_889, close: 10_900, volume: 10),
        bar(2, open: 10_900, high: 10_902, low: 10_889, close: 10_900, volume: 10),
      ]
    },
    [FillLine(1, 8, 10_901), FillLine(2, 2, 10_903)]),
  FillCase(
    "a stop fills at its trigger plus slippage when the bar trades there",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), stop(1, .sell, 2, 10_890, limit: 10_880),
        bar(1, open: 10_900, high: 10_905, low: 10_890, close: 10_900),
      ]
    },
    [FillLine(1, 2, 10_889)]),
  FillCase(
    "a stop jumped by the open fills at the open plus slippage",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), stop(1, .sell, 2, 10_890, limit: 10_880),
        bar(1, open: 10_900, high: 10_905, low: 10_895, close: 10_900),
        bar(2, open: 10_885, high: 10_886, low: 10_884, close: 10_885),
      ]
    },
    [FillLine(1, 2, 10_884)]),
  FillCase(
    "a stop jumped beyond its limit rests there and fills when the price comes back through it",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), stop(1, .sell, 2, 10_890, limit: 10_888),
        bar(1, open: 10_900, high: 10_905, low: 10_895, close: 10_900),
        bar(2, open: 10_885, high: 10_886, low: 10_884, close: 10_885),
        bar(3, open: 10_885, high: 10_888, low: 10_884, close: 10_886),
        bar(4, open: 10_885, high: 10_889, low: 10_884, close: 10_886),
      ]
    },
    [FillLine(1, 2, 10_888)]),
  FillCase(
    "when one bar spans stop and target the stop comes first and the target waits",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), stop(1, .sell, 2, 10_890, limit: 10_880),
        limit(2, .sell, 2, 10_910), bar(1, open: 10_900, high: 10_920, low: 10_880, close: 10_900), cancel(2),
        bar(2, open: 10_900, high: 10_920, low: 10_880, close: 10_900),
      ]
    },
    [FillLine(1, 2, 10_889)]),
  FillCase(
    "a missing bar delays the fill to the next open that exists",
    {
      [
        bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), market(1, .sell, 2),
        bar(5, open: 10_950, high: 10_955, low: 10_945, close: 10_950),
      ]
    },
    [FillLine(1, 2, 10_949)]),
]

@Test(arguments: barCases)
func ordersFillOnBars(row: FillCase) {
  var scenario = Scenario(.barPenetration)
  // An order decided on a bar's end reaches the exchange a little later, like everywhere else.
  scenario.configuration.latency = .constant(feed: .zero, entry: .milliseconds(5), response: .milliseconds(5))
  #expect(fills(scenario.reports(row.steps())) == row.expected)
}

@Test func aFillAtTheOpenIsKnownRightAfterTheOpenAndAnInsideFillBeforeTheBarEnds() {
  var scenario = Scenario(.barPenetration)
  scenario.configuration.latency = .constant(feed: .zero, entry: .milliseconds(5), response: .milliseconds(5))
  let events = scenario.events([
    .market(.limits(Scenario.limits)), phase(.opened),
    bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), market(1, .buy, 2),
    stop(2, .sell, 2, 10_890, limit: 10_880), bar(1, open: 10_900, high: 10_905, low: 10_885, close: 10_900),
  ])
  func time(of counter: UInt64) -> Timestamp? {
    events.first { event in
      guard case .order(let report) = event.update else { return false }
      return report.id == orderID(counter) && report.status == .filled
    }?.localTime
  }
  #expect(time(of: 1) == Scenario.open + .minutes(1) + .milliseconds(10))
  #expect(time(of: 2) == Scenario.open + .seconds(90) + .milliseconds(5))
}

@Test func aBarIsPublishedOnlyWhenItHasEnded() {
  let events = Scenario(.barPenetration).events([
    bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900),
    bar(1, open: 10_900, high: 10_905, low: 10_895, close: 10_900),
  ])
  var bars = 0
  for event in events {
    guard case .market(let market) = event.update, case .bar(let bar) = market.update else { continue }
    bars += 1
    #expect(event.localTime == bar.end)
  }
  #expect(bars == 2)
}

@Test func ordersThatArriveInsideABarWaitForTheNextOpen() {
  var scenario = Scenario(.barPenetration)
  scenario.configuration.latency = .constant(feed: .zero, entry: .seconds(20), response: .zero)
  let reports = scenario.reports([
    bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), market(1, .buy, 2),
    bar(1, open: 10_950, high: 10_955, low: 10_945, close: 10_950),
    bar(2, open: 10_980, high: 10_985, low: 10_975, close: 10_980),
  ])
  #expect(fills(reports) == [FillLine(1, 2, 10_981)])
}
