// Stylised facts: each estimator against its definition, and against processes whose answer is known.

import Foundation
import MarketData
import QuantMath
import Simulation
import Testing
import TradingDomain

@Test func autocorrelationAgreesWithItsDefinitionAcrossBreaks() throws {
  var random = CounterRandom(seed: 1, stream: 1)
  var series: [[Double]] = []
  for length in [40, 3, 200, 1, 90] {
    var last = 0.0
    series.append(
      (0..<length).map { _ in
        last = 0.6 * last + random.nextUniform() + 2
        return last
      })
  }
  var running = Autocorrelation(lags: 7)
  for piece in series {
    piece.forEach { running.update($0) }
    running.breakSeries()
  }
  let all = series.flatMap { $0 }
  let mean = all.reduce(0, +) / Double(all.count)
  let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
  for lag in 1...7 {
    var (products, squares, count) = (0.0, 0.0, 0.0)
    for piece in series where piece.count > lag {
      for place in lag..<piece.count {
        let product = (piece[place] - mean) * (piece[place - lag] - mean)
        products += product
        squares += product * product
        count += 1
      }
    }
    #expect(abs(try #require(running.coefficient(lag)) - products / count / variance) < 1e-9)
    #expect(abs(try #require(running.standardError(lag)) - squares.squareRoot() / count / variance) < 1e-9)
  }
  #expect(running.coefficient(8) == nil && running.coefficient(0) == nil)
  #expect(Autocorrelation(lags: 1).coefficient(1) == nil)
}

@Test func kurtosisAgreesWithItsDefinitionAndIsThreeForANormalSample() throws {
  var random = CounterRandom(seed: 2, stream: 1)
  var moments = TailMoments()
  var values: [Double] = []
  for _ in 0..<50_000 {
    values.append(5 + 2 * random.nextGaussian())
    moments.update(values[values.count - 1])
  }
  let sample = try #require(SampleMoments(values))
  #expect(abs(try #require(moments.kurtosis) - sample.kurtosis) < 1e-9)
  #expect(abs(sample.kurtosis - 3) < 0.1)
  #expect(abs(moments.mean - sample.mean) < 1e-12)
}

/// One-second windows over `seconds` of arrivals drawn from `kernel`, one kind counted.
private func counted(_ kernel: HawkesKernel, windowSeconds: Int64, seconds: Int64) -> WindowCounts {
  var process = HawkesArrivals(kernel, random: CounterRandom(seed: 17, stream: 4))
  var windows = WindowCounts(seconds: windowSeconds)
  windows.begin(at: 0)
  let end = seconds * 1_000_000_000
  while let arrival = process.next(baseline: [2, 0, 0, 0, 0, 0, 0, 0], before: end) {
    windows.advance(to: arrival.time)
    windows.count()
  }
  windows.advance(to: end)
  return windows
}

@Test func theFanoFactorTellsPoissonFromHawkesArrivalsAndTheBranchingRatio() throws {
  let poisson = counted(.independent, windowSeconds: 10, seconds: 40_000)
  #expect(poisson.windows == 4000)
  #expect(abs(try #require(poisson.fanoFactor) - 1) < 0.1)
  #expect(abs(try #require(poisson.rate) - 2) < 0.05)
  let excited = HawkesKernel(
    sameSide: [[0.6, 0, 0], [0, 0, 0], [0, 0, 0]], otherSide: [[Double]](repeating: [0, 0, 0], count: 3),
    decays: [10, 5], shares: [0.5, 0.5])
  let hawkes = counted(excited, windowSeconds: 10, seconds: 40_000)
  // 1 / (1 - 0.6)^2 = 6.25, and 2 / (1 - 0.6) = 5 arrivals per second.
  #expect(abs(try #require(hawkes.fanoFactor) - 6.25) < 0.6)
  #expect(abs(try #require(hawkes.rate) - 5) < 0.2)
  #expect(abs(try #require(hawkes.branchingRatio) - 0.6) < 0.04)
}

private func bar(_ minute: Int64, close: Int64) -> Bar {
  let price = Price(ticks: close)
  return Bar(
    start: Timestamp(nanoseconds: minute * 60_000_000_000), duration: .minutes(1), open: price, high: price, low: price,
    close: price, volume: 3, tradeCount: 1, signedVolume: 0)
}

@Test func returnsOfBarsStayInsideSessionsAndHorizons() {
  var facts = BarFacts()
  var random = CounterRandom(seed: 3, stream: 1)
  var moves: [Double] = []
  for session in 0..<3 as Range<Int64> {
    facts.beginSession(open: Timestamp(nanoseconds: session * 86_400_000_000_000))
    // Overnight jumps that would dwarf everything.
    var close = 10_000 + 5000 * session
    for minute in 0..<121 as Range<Int64> {
      if minute > 0 {
        let move = Int64(random.nextInteger(in: -3...3)) * (minute < 30 ? 3 : 1)
        close += move
        moves.append(Double(move))
      }
      facts.update(bar(session * 1440 + minute, close: close))
    }
  }
  let list = StylisedFacts(title: "made", facts: facts.facts)
  let mean = moves.reduce(0, +) / 360
  let deviation = (moves.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 360).squareRoot()
  #expect(list.value("bars: returns") == 360)
  #expect(abs((list.value("bars: sd of return (ticks)") ?? 0) - deviation) < 1e-9)
  #expect((list.standardError("bars: kurtosis of return, 60 bars") ?? 0) == 2)
  #expect((list.value("bars: |return| / mean, 0 min") ?? 0) > 1.5)
  #expect((list.value("bars: |return| / mean, 60 min") ?? 2) < 1)
  // Loud and quiet stretches: sizes follow each other, signs do not.
  #expect(
    (list.value("bars: acf of |return|, lag 1") ?? 0) > 3 * (list.standardError("bars: acf of |return|, lag 1") ?? 1))
  #expect(
    abs(list.value("bars: acf of return, lag 1") ?? 1) < 3.5 * (list.standardError("bars: acf of return, lag 1") ?? 0))
}

private func event(_ second: Double, _ update: MarketUpdate) -> MarketEvent {
  MarketEvent(
    instrument: Instrument.wdo.id, sequence: 1, exchangeTime: Timestamp(nanoseconds: Int64(second * 1e9)),
    update: update)
}

private func quote(_ bid: Int64, _ ask: Int64, _ size: Int64) -> MarketUpdate {
  .quote(
    Quote(
      bid: Price(ticks: bid), bidQuantity: Quantity(size), ask: Price(ticks: ask), askQuantity: Quantity(size)))
}

@Test func spreadsAreWeighedByTimeAndPrintsOfOneOrderAreOne() {
  var recorder = StylisedFactsRecorder()
  func print(_ second: Double, _ quantity: Int64, _ kind: TradeKind) -> MarketEvent {
    event(second, .trade(Trade(price: Price(ticks: 11), quantity: Quantity(quantity), kind: kind, number: 0)))
  }
  recorder.update(event(0, .phase(.opened)))
  recorder.update(event(0, quote(10, 11, 40)))
  recorder.update(event(3, quote(10, 12, 20)))
  recorder.update(event(3.5, print(3.5, 2, .buyerAggressor).update))
  recorder.update(print(3.5, 5, .buyerAggressor))
  recorder.update(print(3.5, 1, .sellerAggressor))
  recorder.update(print(3.75, 4, .sellerAggressor))
  recorder.update(event(4, .phase(.closed)))
  let facts = recorder.facts(title: "made")
  #expect(facts.value("spread: 1 ticks") == 0.75 && facts.value("spread: 2 ticks") == 0.25)
  #expect(facts.value("spread: wider") == 0)
  #expect(facts.value("orders: market orders") == 3)
  #expect(facts.value("orders: contracts, mean") == 4)
  #expect(facts.value("orders: per second") == 0.75)
}

@Test func theTimeBetweenSessionsIsInNoWindowAndNoSpread() {
  var recorder = StylisedFactsRecorder()
  for day in [0.0, 86_400] {
    recorder.update(event(day, .limits(PriceLimits(lower: Price(ticks: 1), upper: Price(ticks: 99), settlement: nil))))
    recorder.update(event(day, .phase(.opened)))
    recorder.update(event(day, quote(10, 11, 40)))
    for second in 0..<20 {
      let trade = Trade(price: Price(ticks: 11), quantity: 1, kind: .buyerAggressor, number: 0)
      recorder.update(event(day + Double(second) + 0.5, .trade(trade)))
    }
    recorder.update(event(day + 20, quote(10, 12, 40)))
    recorder.update(event(day + 40, .phase(.closed)))
  }
  let facts = recorder.facts(title: "made")
  #expect(facts.value("spread: 1 ticks") == 0.5 && facts.value("spread: 2 ticks") == 0.5)
  #expect(abs((facts.value("orders: per second") ?? 0) - 0.5) < 1e-12)
  #expect(abs((facts.value("orders: Fano factor, 1 s") ?? 0) - 0.5) < 1e-12)
}

@Test func factsReadAsATableAndAsJSON() throws {
  let first = StylisedFacts(title: "A", facts: [Fact("x", -0.0254, 0.01), Fact("y", .nan), Fact("z", 1234.4)])
  let second = StylisedFacts(title: "B", facts: [Fact("z", 2), Fact("w", 0.5)])
  let lines = [
    "                 A      B", "x  -0.025 +- 0.010      -", "z             1234  2.000", "w                -  0.500",
  ]
  #expect(StylisedFacts.table([first, second]) == lines.joined(separator: "\n") + "\n")
  let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(first)) as? [String: Any]
  let list = try #require(json?["facts"] as? [[String: Any]])
  #expect(list.count == 3 && list[0]["name"] as? String == "x" && list[0]["value"] as? Double == -0.0254)
  #expect(list[1]["value"] == nil)
}
