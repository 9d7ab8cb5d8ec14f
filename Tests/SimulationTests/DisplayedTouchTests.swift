// Fills against the displayed quote and its queue.

import Simulation
import Testing
import TradingDomain

/// One row of a table: steps and the fills that must come of them.
struct FillCase: CustomTestStringConvertible, Sendable {
  var name: String
  var steps: @Sendable () -> [Step]
  var expected: [FillLine]
  var testDescription: String { name }

  init(_ name: String, _ steps: @escaping @Sendable () -> [Step], _ expected: [FillLine]) {
    self.name = name
    self.steps = steps
    self.expected = expected
  }
}

private let takerCases: [FillCase] = [
  FillCase(
    "a market order takes the touch and waits for it to refresh",
    { [quote(10_900, 10, 10_901, 4), market(1, .buy, 10), quote(10_900, 10, 10_901, 4), quote(10_900, 9, 10_901, 7)] },
    [FillLine(1, 4, 10_901), FillLine(1, 3, 10_901)]),
  FillCase(
    "a level that goes and comes back is new",
    {
      [quote(10_900, 10, 10_901, 4), market(1, .buy, 10), quote(10_900, 10, 10_902, 5), quote(10_900, 10, 10_901, 4)]
    },
    [FillLine(1, 4, 10_901), FillLine(1, 5, 10_902), FillLine(1, 1, 10_901)]),
  FillCase(
    "two takers share one display",
    { [quote(10_900, 10, 10_901, 6), market(1, .buy, 4), market(2, .buy, 4)] },
    [FillLine(1, 4, 10_901), FillLine(2, 2, 10_901)]),
  FillCase(
    "a shrinking display does not give back what was taken",
    { [quote(10_900, 10, 10_901, 6), market(1, .buy, 4), quote(10_900, 10, 10_901, 5), market(2, .buy, 5)] },
    [FillLine(1, 4, 10_901), FillLine(2, 1, 10_901)]),
  FillCase(
    "a market order is protected and does not chase beyond its protection",
    { [quote(10_900, 10, 10_901, 1), market(1, .buy, 2), quote(10_920, 5, 10_930, 5)] },
    [FillLine(1, 1, 10_901)]),
  FillCase(
    "a market order waits out an empty side instead of paying its protection",
    { [quote(10_900, 10, 10_901, 1), market(1, .buy, 2), quote(10_900, 5, 0, 0), quote(10_900, 5, 10_902, 5)] },
    [FillLine(1, 1, 10_901), FillLine(1, 1, 10_902)]),
  FillCase(
    "a crossing limit order never pays more than its limit",
    {
      [
        quote(10_900, 10, 10_901, 3), limit(1, .buy, 10, 10_902), quote(10_900, 9, 10_902, 3),
        quote(10_901, 9, 10_903, 9),
      ]
    },
    [FillLine(1, 3, 10_901), FillLine(1, 3, 10_902)]),
  FillCase(
    "depth is walked level by level",
    {
      [
        depth(.sell, 10_901, 3, ends: false), depth(.sell, 10_902, 4, ends: false), depth(.buy, 10_900, 5),
        market(1, .buy, 9), depth(.sell, 10_903, 8),
      ]
    },
    [FillLine(1, 3, 10_901), FillLine(1, 4, 10_902), FillLine(1, 2, 10_903)]),
  FillCase(
    "without quotes a market order pays the next print plus a tick, within its volume",
    { [trade(10_900, 5), market(1, .buy, 7), trade(10_901, 4), trade(10_900, 9)] },
    [FillLine(1, 4, 10_902), FillLine(1, 3, 10_901)]),
]

@Test(arguments: takerCases)
func crossingOrdersFillAgainstTheDisplay(row: FillCase) {
  #expect(fills(Scenario().reports(row.steps())) == row.expected)
}

private let restingCases: [FillCase] = [
  FillCase(
    "the queue ahead must trade first",
    {
      [
        quote(10_900, 10, 10_901, 10), limit(1, .buy, 5, 10_900), trade(10_900, 10, .sellerAggressor),
        trade(10_900, 3, .sellerAggressor), trade(10_900, 9, .sellerAggressor),
      ]
    },
    [FillLine(1, 3, 10_900), FillLine(1, 2, 10_900)]),
  FillCase(
    "a print through the price fills within its volume",
    { [quote(10_900, 10, 10_901, 10), limit(1, .buy, 5, 10_900), trade(10_899, 3, .sellerAggressor)] },
    [FillLine(1, 3, 10_900)]),
  FillCase(
    "prints of the own side's aggressors do not advance the queue",
    { [quote(10_900, 2, 10_901, 10), limit(1, .buy, 5, 10_900), trade(10_900, 50, .buyerAggressor)] }, []),
  FillCase(
    "crosses and retail liquidity prints never touch the book",
    {
      [
        quote(10_900, 2, 10_901, 10), limit(1, .buy, 5, 10_900), trade(10_899, 50, .cross),
        trade(10_899, 50, .retailLiquidityProvider),
      ]
    }, []),
  FillCase(
    "a print that the display announced is not counted twice",
    {
      [
        quote(10_900, 10, 10_901, 10), limit(1, .buy, 5, 10_900), quote(10_900, 6, 10_901, 10),
        trade(10_900, 4, .sellerAggressor), trade(10_900, 6, .sellerAggressor), trade(10_900, 1, .sellerAggressor),
      ]
    },
    [FillLine(1, 1, 10_900)]),
  FillCase(
    "cancels behind us do not advance the queue",
    {
      [
        quote(10_900, 10, 10_901, 10), limit(1, .buy, 5, 10_900), quote(10_900, 20, 10_901, 10),
        quote(10_900, 12, 10_901, 10), trade(10_900, 10, .sellerAggressor), trade(10_900, 2, .sellerAggressor),
      ]
    },
    [FillLine(1, 2, 10_900)]),
  FillCase(
    "inside the spread there is no queue",
    { [quote(10_900, 10, 10_903, 10), limit(1, .buy, 5, 10_901), trade(10_901, 2, .sellerAggressor)] },
    [FillLine(1, 2, 10_901)]),
  FillCase(
    "a price behind the touch meets its whole queue when it becomes the touch",
    {
      [
        quote(10_900, 10, 10_901, 10), limit(1, .buy, 5, 10_899), quote(10_899, 7, 10_900, 10),
        trade(10_899, 7, .sellerAggressor), trade(10_899, 2, .sellerAggressor),
      ]
    },
    [FillLine(1, 2, 10_899)]),
  FillCase(
    "an ask that comes to our bid fills it at our price within the display",
    { [quote(10_900, 10, 10_903, 10), limit(1, .buy, 5, 10_901), quote(10_899, 10, 10_900, 3)] },
    [FillLine(1, 3, 10_901)]),
  FillCase(
    "own orders at one price fill in order of arrival out of one print",
    {
      [
        quote(10_900, 4, 10_901, 10), limit(1, .buy, 3, 10_900), limit(2, .buy, 3, 10_900),
        trade(10_900, 8, .sellerAggressor),
      ]
    },
    [FillLine(1, 3, 10_900), FillLine(2, 1, 10_900)]),
  FillCase(
    "a change of price loses the place in the queue",
    {
      [
        quote(10_900, 4, 10_901, 10), limit(1, .buy, 3, 10_900), trade(10_900, 4, .sellerAggressor),
        quote(10_900, 6, 10_901, 10), change(1, 4, limit: 10_900), trade(10_900, 6, .sellerAggressor),
        trade(10_900, 1, .sellerAggressor),
      ]
    },
    [FillLine(1, 1, 10_900)]),
  FillCase(
    "a smaller quantity keeps the place in the queue",
    {
      [
        quote(10_900, 4, 10_901, 10), limit(1, .buy, 3, 10_900), trade(10_900, 4, .sellerAggressor),
        change(1, 2, limit: 10_900), trade(10_900, 6, .sellerAggressor),
      ]
    },
    [FillLine(1, 2, 10_900)]),
  FillCase(
    "nothing fills across a feed gap until the market is seen again",
    {
      [
        quote(10_900, 10, 10_901, 10), limit(1, .buy, 5, 10_900), .market(.gap(missing: 4)),
        trade(10_900, 50, .sellerAggressor), quote(10_900, 3, 10_901, 10), trade(10_900, 4, .sellerAggressor),
      ]
    },
    [FillLine(1, 1, 10_900)]),
]

@Test(arguments: restingCases)
func restingOrdersFillOnlyAsTheirQueueAllows(row: FillCase) {
  #expect(fills(Scenario().reports(row.steps())) == row.expected)
}

@Test func unpublishedSizesCostOneTickPerBlock() {
  var scenario = Scenario()
  scenario.configuration.unpublishedTouchSize = 10
  let reports = scenario.reports([quote(10_900, 0, 10_901, 0), market(1, .buy, 25), market(2, .sell, 5)])
  #expect(
    fills(reports) == [
      FillLine(1, 10, 10_901), FillLine(1, 10, 10_902), FillLine(1, 5, 10_903), FillLine(2, 5, 10_900),
    ])
}

private let stopCases: [FillCase] = [
  FillCase(
    "a stop waits for a print at its trigger and then takes the touch",
    {
      [
        quote(10_900, 9, 10_901, 9), trade(10_900, 1), stop(1, .sell, 2, 10_898, limit: 10_890),
        quote(10_897, 9, 10_898, 9), trade(10_899, 1), trade(10_898, 1),
      ]
    },
    [FillLine(1, 2, 10_897)]),
  FillCase(
    "a jump through the limit leaves the stop unfilled",
    {
      [
        quote(10_900, 9, 10_901, 9), trade(10_900, 1), stop(1, .sell, 2, 10_898, limit: 10_895),
        quote(10_880, 9, 10_881, 9), trade(10_880, 1), quote(10_880, 9, 10_884, 9),
      ]
    }, []),
  FillCase(
    "a stop that is already crossed executes at once, as a market order",
    {
      [quote(10_900, 9, 10_901, 9), trade(10_900, 1), stop(1, .sell, 2, 10_905, limit: 10_904)]
    },
    [FillLine(1, 2, 10_900)]),
  FillCase(
    "where nothing is ever printed, stops follow the opposite touch",
    {
      [
        quote(10_900, 9, 10_901, 9), stop(1, .buy, 2, 10_905, limit: 10_910), quote(10_903, 9, 10_904, 9),
        quote(10_904, 9, 10_905, 9),
      ]
    },
    [FillLine(1, 2, 10_905)]),
]

@Test(arguments: stopCases)
func stopOrdersTriggerOnPrints(row: FillCase) {
  #expect(fills(Scenario().reports(row.steps())) == row.expected)
}
