// The laws of fills, each named after a public bug of another simulator that it keeps out.

import MarketData
import QuantMath
import Simulation
import Testing
import TradingDomain

@Test func twoOrdersAreNeverFilledFromTheSameContracts() {
  // NautilusTrader #2564: two limit orders filled by one trade. Whatever rests and takes, at each print and display no
  // more is given away than there was.
  var random = CounterRandom(seed: 31, stream: 3)
  for round in 0..<200 {
    let shown = Int64(1 + random.nextInteger(below: 30))
    let printed = Int64(1 + random.nextInteger(below: 30))
    var steps = [depth(.buy, 10_900, 5, ends: false), depth(.sell, 10_902, shown)]
    // Several takers for what is shown, several bids inside the spread for what is printed.
    let takers = UInt64(1 + random.nextInteger(below: 4))
    for number in 1...takers { steps.append(limit(number, .buy, Int64(1 + random.nextInteger(below: 20)), 10_902)) }
    func filled() -> Int64 { fills(Scenario().reports(steps)).reduce(0) { $0 + $1.contracts } }
    #expect(filled() <= shown, "round \(round)")
    steps.append(depth(.sell, 10_902, 0, ends: false))
    steps.append(depth(.sell, 10_950, 1000))
    let bids = UInt64(1 + random.nextInteger(below: 4))
    for number in 1...bids {
      steps.append(limit(100 + number, .buy, Int64(1 + random.nextInteger(below: 20)), 10_901))
    }
    let before = filled()
    steps.append(trade(10_901, printed, .sellerAggressor))
    #expect(filled() - before <= printed, "round \(round)")
    #expect(filled() > before)
  }
}

@Test func ownFillsDepleteTheDisplayUntilItRefreshes() {
  let book = [depth(.buy, 10_900, 5, ends: false), depth(.sell, 10_902, 10, ends: false), depth(.sell, 10_910, 10)]
  // The ten are gone for the second order, however often the same ten are shown again.
  let again = book + [limit(1, .buy, 10, 10_902), depth(.sell, 10_902, 10), limit(2, .buy, 4, 10_902)]
  #expect(fills(Scenario().reports(again)) == [FillLine(1, 10, 10_902)])
  // Three more came: they are new.
  let refreshed = again + [depth(.sell, 10_902, 13)]
  #expect(fills(Scenario().reports(refreshed)) == [FillLine(1, 10, 10_902), FillLine(2, 3, 10_902)])
}

@Test func noFillIsInventedAcrossAFeedGap() {
  // NautilusTrader #4594: markets made up through a feed gap. After lost messages nothing that was displayed may fill
  // an order, and nobody knows the queue, until the feed shows both again.
  let book = [depth(.buy, 10_900, 30, ends: false), depth(.sell, 10_902, 10)]
  let gap = Step.market(.gap(missing: 7))
  func lines(_ steps: [Step]) -> [FillLine] { fills(Scenario().reports(book + steps)) }
  let resting = limit(1, .buy, 5, 10_900)
  // Thirty one would have been enough without the gap.
  #expect(lines([resting, trade(10_900, 31, .sellerAggressor)]) == [FillLine(1, 1, 10_900)])
  #expect(lines([resting, gap, trade(10_900, 500, .sellerAggressor)]) == [])
  #expect(lines([resting, gap, trade(10_899, 500, .sellerAggressor)]) == [FillLine(1, 5, 10_900)])
  // Shown again, the queue is all that is shown.
  #expect(lines([resting, gap, depth(.buy, 10_900, 20), trade(10_900, 20, .sellerAggressor)]) == [])
  #expect(
    lines([resting, gap, depth(.buy, 10_900, 20), trade(10_900, 22, .sellerAggressor)]) == [FillLine(1, 2, 10_900)])
  // A taker finds nothing where the display is forgotten.
  #expect(lines([gap, limit(1, .buy, 5, 10_902)]) == [])
  #expect(lines([gap, limit(1, .buy, 5, 10_902), depth(.sell, 10_902, 3)]) == [FillLine(1, 3, 10_902)])
}

@Test func noBarIsInventedAcrossAFeedGap() {
  let steps = [
    bar(0, open: 10_900, high: 10_905, low: 10_895, close: 10_900), limit(1, .buy, 1, 10_890),
    // Three minutes are missing, in which the market may have been anywhere.
    bar(4, open: 10_900, high: 10_905, low: 10_895, close: 10_900),
  ]
  let events = Scenario(.barPenetration).events([.market(.limits(Scenario.limits)), .market(.phase(.opened))] + steps)
  let bars = events.filter { event in
    if case .market(let market) = event.update, case .bar = market.update { return true }
    return false
  }
  #expect(bars.count == 2)
  #expect(fills(orderReports(events)).isEmpty)
}
