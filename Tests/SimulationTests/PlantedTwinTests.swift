// Noise twins: everything about the bars stays, except that they can be forecast.

import QuantMath
import Simulation
import Testing
import TradingDomain

private let edge = PlantedEdge(strength: 0.6, halfLife: 20, flowCorrelation: 0.3)

private func sessions(_ days: Int, seed: UInt64 = 61) -> [[Bar]] {
  PlantedMarket(edge: edge, seed: seed, dayCount: days).days.map(\.bars)
}

@Test func aTwinKeepsSizesAndLosesSigns() {
  let original = sessions(20)
  let twin = NoiseTwin(seed: 1).sessions(original)
  #expect(twin.map(\.count) == original.map(\.count))
  var flips = 0
  var wrong: Set<String> = []
  var last: (Bar, Bar)?
  for (bar, other) in zip(original.joined(), twin.joined()) {
    let move = (bar.close - bar.open).ticks
    let turned = (other.close - other.open).ticks
    if abs(turned) != abs(move) { wrong.insert("size of move") }
    if (other.high - other.low) != (bar.high - bar.low) { wrong.insert("range") }
    if other.low > min(other.open, other.close) || max(other.open, other.close) > other.high { wrong.insert("prices") }
    if (other.start, other.duration, other.volume) != (bar.start, bar.duration, bar.volume) { wrong.insert("time") }
    if (other.tradeCount, other.status) != (bar.tradeCount, bar.status) { wrong.insert("trades") }
    // Flow goes with its bar: turned with it, whichever way.
    if abs(other.signedVolume) != abs(bar.signedVolume) { wrong.insert("size of flow") }
    if turned * other.signedVolume != move * bar.signedVolume { wrong.insert("sign of flow") }
    if let last, abs((other.open - last.1.close).ticks) != abs((bar.open - last.0.close).ticks) { wrong.insert("gap") }
    if move != turned { flips += 1 }
    last = (bar, other)
  }
  #expect(wrong.isEmpty)
  // About one bar in two of those that moved.
  let moved = original.joined().filter { $0.open != $0.close }.count
  #expect(abs(Double(flips) / Double(moved) - 0.5) < 3 * (0.25 / Double(moved)).squareRoot())
}

@Test func twinsAreAFunctionOfSeedAndNumber() {
  let original = sessions(3)
  #expect(NoiseTwin(seed: 1, number: 4).sessions(original) == NoiseTwin(seed: 1, number: 4).sessions(original))
  #expect(NoiseTwin(seed: 1, number: 4).sessions(original) != NoiseTwin(seed: 1, number: 5).sessions(original))
  #expect(NoiseTwin(seed: 2, number: 4).sessions(original) != NoiseTwin(seed: 1, number: 4).sessions(original))
}

/// z-scores of the sums of products of each bar's move with what was known before it: its own past, its past flow.
///
/// Under no predictability each product has mean 0 given the past, so its sum over its root of squares is standard
/// normal: no assumption on volatility is needed.
private func dependence(_ sessions: [[Bar]], lag: Int) -> (moves: Double, flows: Double) {
  var (moves, moveSquares, flows, flowSquares) = (0.0, 0.0, 0.0, 0.0)
  for bars in sessions {
    for index in lag..<bars.count {
      let now = Double((bars[index].close - bars[index].open).ticks)
      // The sum of the last bars shows a slow signal better than one of them.
      var (past, flow) = (0.0, 0.0)
      for before in bars[(index - lag)..<index] {
        past += Double((before.close - before.open).ticks)
        flow += Double(before.signedVolume) / Double(before.volume.contracts)
      }
      moves += now * past
      moveSquares += (now * past) * (now * past)
      flows += now * flow
      flowSquares += (now * flow) * (now * flow)
    }
  }
  return (moves / moveSquares.squareRoot(), flows / flowSquares.squareRoot())
}

@Test(arguments: [1, 5, 20])
func aTwinHasNoMemoryOfMovesOrFlowsWhereItsOriginalHas(lag: Int) {
  let original = sessions(150)
  let known = dependence(original, lag: lag)
  #expect(known.flows > 6, "the original must show what the twin is to lose")
  if lag == 20 { #expect(known.moves > 6) }
  let twin = dependence(NoiseTwin(seed: 9).sessions(original), lag: lag)
  #expect(abs(twin.moves) < 3 && abs(twin.flows) < 3, "\(twin)")
}

@Test func aTwinsGapsDoNotTellTheMovesThatFollow() {
  // Every bar goes on where its gap pointed: the gap is known at the open, so gap and move need coins of their own.
  var price: Int64 = 10_000
  let start = BrasiliaTime.timestamp(PlantedMarket.defaultFirstDate, timeOfDay: .minutes(9 * 60))
  let original = (0..<4_000).map { index in
    let open = price + 2
    price = open + 2
    return Bar(
      start: start + .minutes(Int64(index)), duration: .minutes(1), open: Price(ticks: open),
      high: Price(ticks: max(open, price)), low: Price(ticks: min(open, price)), close: Price(ticks: price),
      volume: 10, tradeCount: 5, signedVolume: 4)
  }
  func agreement(_ bars: [Bar]) -> Int {
    zip(bars, bars.dropFirst()).filter { ($1.open.ticks > $0.close.ticks) == ($1.close.ticks > $1.open.ticks) }.count
  }
  #expect(agreement(original) == 3_999)
  let twin = NoiseTwin(seed: 6).sessions([original])[0]
  #expect(abs(Double(agreement(twin)) - 1_999.5) < 3 * (3_999 * 0.25).squareRoot(), "\(agreement(twin))")
}

@Test func aHundredTwinsOf150DaysAreUnpredictableOnAverage() {
  let original = sessions(150)
  var (moves, flows) = (0.0, 0.0)
  for number in 0..<100 {
    let score = dependence(NoiseTwin(seed: 10, number: UInt64(number)).sessions(original), lag: 5)
    moves += score.moves
    flows += score.flows
  }
  // Sums of a hundred standard normals.
  #expect(abs(moves) < 30 && abs(flows) < 30, "\(moves) \(flows)")
}

@Test func aTwinKeepsVolatilityClustering() {
  func clustering(_ sessions: [[Bar]]) -> Double {
    let squares = sessions.joined().map { Double((($0.close - $0.open).ticks) * ($0.close - $0.open).ticks) }
    let mean = squares.reduce(0, +) / Double(squares.count)
    return zip(squares, squares.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
      / squares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
  let original = sessions(60)
  #expect(clustering(original) > 0.05)
  #expect(clustering(NoiseTwin(seed: 3).sessions(original)) == clustering(original))
}

@Test func aTwinOfAPennyStaysAboveZero() {
  var market = PlantedMarket(edge: .none, seed: 62, dayCount: 12)
  market.deviation = 0.4
  market.volatilityDeviation = 0
  market.startPrice = Price(ticks: 60)
  market.gapDeviation = 2
  // The original returns to its first price every night; its twins do not.
  market.gapReversion = 1
  let original = market.days.map(\.bars)
  var lows: [Int64] = []
  for number in 0..<40 {
    let twin = NoiseTwin(seed: 4, number: UInt64(number)).sessions(original)
    lows.append(twin.joined().map(\.low.ticks).min() ?? 0)
  }
  #expect(lows.allSatisfy { $0 >= 1 } && lows.contains { $0 <= 2 }, "\(lows)")
}
