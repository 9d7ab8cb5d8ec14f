// The study of members: it finds what is there, finds nothing in noise, and never depends on threads.

import Ensemble
import Features
import ModelLifecycle
import NeuralNetworks
import QuantMath
import Testing
import TradingDomain

/// Bars of a price whose moves repeat with a chance: with `edge` 0 a random walk.
private func bars(days: Int, edge: Double, seed: UInt64) -> [Bar] {
  var random = CounterRandom(seed: seed, purpose: "member bars")
  var bars: [Bar] = []
  var price: Int64 = 10_000
  var last: Int64 = 1
  guard let first = SessionDate("2022-03-07") else { return [] }
  for day in 0..<days {
    let date = first.advanced(by: day + 2 * (day / 5))
    let open = BrasiliaTime.timestamp(date, timeOfDay: .seconds(9 * 3_600))
    for minute in 0..<200 {
      let repeats = random.nextUniform(in: 0..<1) < 0.5 + edge
      let move = (repeats ? last.signum() : -last.signum()) * Int64(1 + random.nextInteger(below: 6))
      last = move
      let (start, close) = (open + .seconds(Int64(minute) * 60), price + move)
      bars.append(
        Bar(
          start: start, duration: .seconds(60), open: Price(ticks: price),
          high: Price(ticks: max(price, close) + Int64(random.nextInteger(below: 3))),
          low: Price(ticks: min(price, close) - Int64(random.nextInteger(below: 3))), close: Price(ticks: close),
          volume: Quantity(Int64(50 + random.nextInteger(below: 100))), tradeCount: 20, signedVolume: 0))
      price = close
    }
  }
  return bars
}

private func study(edge: Double, workers: Int = 2, members: [MemberKind] = MemberKind.allCases) throws -> MemberStudy {
  let bars = bars(days: 14, edge: edge, seed: 5)
  let rows = try MemberRows(
    bars: bars, labelledFrom: 0, schema: .v2, instrument: .wdo, horizonBars: 2, deadZoneTicks: 1)
  var plan = MemberPlan()
  (plan.steps, plan.width, plan.heads, plan.workers) = (8, 8, 2, workers)
  plan.lanes = LaneSchedule(lanes: 2, stagger: 5)
  (plan.epochs, plan.batch, plan.rate) = (10, 32, 4e-3)
  plan.forest.folds = 3
  return try MemberStudy(HeldOutForecasts(rows, kinds: members, plan: plan), rows, plan: plan)
}

private func score(_ study: MemberStudy, _ name: String) throws -> MemberScore {
  try #require(study.scores.first { $0.name == name })
}

@Test func everyMemberFindsMovesThatRepeat() throws {
  let found = try study(edge: 0.35)
  #expect(try score(found, "base rate").gain == 0)
  for name in ["logistic", "trees", "LSTM", "transformer", "mean", "stacked", "ensemble"] {
    let score = try score(found, name)
    #expect(score.gain > 3 * score.gainError, "\(name): \(score.gain) +- \(score.gainError)")
  }
  #expect(found.labels > 1_000 && found.independent < Double(found.labels))
  let weights = try #require(found.weights.last)
  #expect(abs(weights.reduce(0, +) - 1) < 1e-9 && weights[0] < 0.2)
}

@Test func nothingIsFoundInARandomWalk() throws {
  let found = try study(edge: 0, members: [.base, .logistic, .trees])
  for score in found.scores { #expect(score.gain < 3 * score.gainError + 1e-9, "\(score.name): \(score.gain)") }
}

@Test func theStudyDoesNotDependOnThreads() throws {
  let members: [MemberKind] = [.base, .lstm, .transformer]
  let (one, three) = (
    try study(edge: 0.2, workers: 1, members: members), try study(edge: 0.2, workers: 3, members: members)
  )
  #expect(one.scores == three.scores && one.weights == three.weights)
}
