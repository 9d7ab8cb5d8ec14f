// What each queue model says of an order's place, by hand-made cases and by property.

import QuantMath
import Simulation
import Testing
import TradingDomain

private func reports(_ queue: QueueModel, _ steps: [Step]) -> [FillLine] {
  var scenario = Scenario()
  scenario.configuration.queue = queue
  return fills(scenario.reports(steps))
}

private let book = [
  depth(.buy, 10_900, 30, ends: false), depth(.sell, 10_902, 50), limit(1, .buy, 5, 10_900),
]

@Test func theRulesDifferOnADisplayThatShrinksBeforeItsPrint() {
  // Twenty trade, and the book says so first: the careful rule counts them once, the risk-averse twice.
  let steps = book + [depth(.buy, 10_900, 10), trade(10_900, 20, .sellerAggressor)]
  #expect(reports(.careful, steps) == [])
  #expect(reports(.riskAverse, steps) == [FillLine(1, 5, 10_900)])
}

@Test func aCancelledHalfMovesAnOrderByTheProbabilityOfItsFamily() {
  // Thirty ahead, thirty join behind, twenty leave without a print: of an even chance ten leave ahead, so that
  // twenty are left ahead and a print of 22 fills two.
  let joined = book + [depth(.buy, 10_900, 60), depth(.buy, 10_900, 40)]
  let printed = joined + [trade(10_900, 22, .sellerAggressor)]
  #expect(reports(.probability(QueueProbability(.power)), printed) == [FillLine(1, 2, 10_900)])
  #expect(reports(.probability(QueueProbability(.logarithm)), printed) == [FillLine(1, 2, 10_900)])
  // f(back) / f(back + front) = (30 / 60)^2 = 1/4: fifteen leave ahead.
  #expect(reports(.probability(QueueProbability(.powerShare, exponent: 2)), printed) == [FillLine(1, 5, 10_900)])
  // 1 - (30 / 60)^2 = 3/4: five leave ahead.
  #expect(reports(.probability(QueueProbability(.powerFront, exponent: 2)), printed) == [])
  // Only prints count for the others: 30 are still ahead.
  #expect(reports(.careful, printed) == [])
  #expect(reports(.riskAverse, printed) == [])
}

@Test func aPrintIsNotTakenForACancelWhenTheDisplayFollows() {
  let steps =
    book + [
      trade(10_900, 10, .sellerAggressor), depth(.buy, 10_900, 20), trade(10_900, 19, .sellerAggressor),
    ]
  for model in ["careful", "risk-averse", "power:2", "logarithm"] {
    #expect(reports(QueueModel(named: model) ?? .careful, steps) == [], "\(model)")
  }
  let more = steps + [trade(10_900, 3, .sellerAggressor)]
  #expect(reports(.probability(QueueProbability(.power, exponent: 2)), more) == [FillLine(1, 2, 10_900)])
}

@Test(arguments: ["careful", "risk-averse", "power:1", "power:3", "power-share:2", "power-front:2", "logarithm"])
func aForeignCancelRemovesAtMostItsOwnQuantityAhead(name: String) throws {
  // NautilusTrader #4370: one foreign cancel cleared the whole queue ahead.
  let model = try #require(QueueModel(named: name))
  var random = CounterRandom(seed: 5, stream: 1)
  for _ in 0..<300 {
    let front = Int64(10 + random.nextInteger(below: 40))
    let behind = Int64(random.nextInteger(below: 40))
    let cancelled = Int64(1 + random.nextInteger(below: UInt64(front + behind - 1)))
    let left = front + behind - cancelled
    // After the cancel at least front - cancelled contracts are ahead: a print of so many can fill nothing.
    let surely = max(0, front - cancelled)
    var steps = [
      depth(.buy, 10_900, front, ends: false), depth(.sell, 10_902, 50), limit(1, .buy, 500, 10_900),
      depth(.buy, 10_900, front + behind), depth(.buy, 10_900, left),
    ]
    if surely > 0 { steps.append(trade(10_900, surely, .sellerAggressor)) }
    #expect(reports(model, steps) == [], "front \(front), behind \(behind), cancelled \(cancelled)")
  }
}

@Test func namesOfQueueModelsAreReadAndWritten() {
  for name in ["careful", "risk-averse", "order-by-order", "power:3.0", "power-front:1.5", "logarithm-share"] {
    #expect(QueueModel(named: name)?.name == name)
  }
  for name in ["", "power", "power:0", "power:-1", "power:nan", "logarithm:2", "careful:1", "Careful", "power:1:2"] {
    #expect(QueueModel(named: name) == nil, "\(name)")
  }
}
