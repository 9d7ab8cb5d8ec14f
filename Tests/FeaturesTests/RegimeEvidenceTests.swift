// The measures of a regime study, each on a case whose answer is known, and the study on real bars.

import Foundation
import Testing

import Features
import MarketData
import QuantMath
import TradingDomain

/// One-minute bars with the given closes, in sessions of `length`.
private func bars(_ closes: [Int64], sessionLength length: Int) -> [Bar] {
  closes.indices.map { index in
    let (session, minute) = (index / length, index % length)
    let open = index == 0 ? closes[0] : closes[index - 1]
    return Bar(
      start: Timestamp(nanoseconds: (Int64(session) * 1_440 + Int64(minute)) * 60_000_000_000), duration: .minutes(1),
      open: Price(ticks: open), high: Price(ticks: max(open, closes[index])),
      low: Price(ticks: min(open, closes[index])), close: Price(ticks: closes[index]), volume: 10, tradeCount: 0,
      signedVolume: 0)
  }
}

private func sessions(_ count: Int, length: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: length).map { $0..<min(count, $0 + length) }
}

@Test func runsOfRandomOrderAreThoseOfEveryOrderCounted() {
  // All distinct orders of 3, 2 and 2 of a kind.
  let kinds = [0, 0, 0, 1, 1, 2, 2]
  var orders: Set<[Int]> = [[]]
  for _ in kinds {
    orders = Set(
      orders.flatMap { order in
        (0..<3).filter { kind in order.count { $0 == kind } < kinds.count { $0 == kind } }.map { order + [$0] }
      })
  }
  let runs = orders.map { order in Double(1 + (1..<order.count).count { order[$0] != order[$0 - 1] }) }
  let mean = runs.reduce(0, +) / Double(runs.count)
  let variance = runs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(runs.count)
  let formula = RegimePersistence.runs([3, 2, 2])
  #expect(orders.count == 210 && abs(formula.mean - mean) < 1e-12 && abs(formula.variance - variance) < 1e-12)
  #expect(RegimePersistence.runs([5, 0]) == (1, 0))
  #expect(RegimePersistence.runs([]) == (0, 0))
}

@Test func dwellsAreCountedInsideSessions() {
  let regimes: [Regime] = [.range, .range, .stress, .range, .range, .range, .trendUp, .trendUp]
  let track = RegimeTrack(
    bars: bars(Array(repeating: 100, count: 8), sessionLength: 4), regimes: regimes,
    sessions: sessions(8, length: 4))
  let persistence = RegimePersistence(track)
  // Range: 2, then 1 cut by the night, then 2.
  #expect(persistence.runs == 5 && persistence.dwells[2].runs == 3 && persistence.dwells[2].bars == 5)
  let (mean, independent): (Double, Double) = (5.0 / 3, 8.0 / 3)
  #expect(persistence.dwells[2].mean == mean && persistence.dwells[1].mean == nil)
  #expect(persistence.dwells[2].independent == independent)
}

@Test func independentRegimesDoNotPersistAndStickyOnesDo() throws {
  var random = CounterRandom(seed: 3, purpose: "regimes.test.runs")
  let flat = bars(Array(repeating: 100, count: 4_000), sessionLength: 400)
  let independent = flat.map { _ in RegimeModel.states[random.nextInteger(in: 0...3)] }
  var sticky = independent
  for index in 1..<sticky.count where random.nextUniform() < 0.5 { sticky[index] = sticky[index - 1] }
  func score(_ regimes: [Regime]) throws -> Double {
    let track = RegimeTrack(bars: flat, regimes: regimes, sessions: sessions(4_000, length: 400))
    return try #require(RegimePersistence(track).runsScore)
  }
  #expect(abs(try score(independent)) < 3)
  #expect(try score(sticky) < -20)
}

@Test func shufflingKeepsEveryShapeAndTheTimesButNotTheOrder() {
  let market = RegimeMarket(2_000, seed: 8).bars
  let minutes = Nanoseconds.seconds(1_800)
  let shuffled = shuffledBars(market, sessionBreak: minutes, seed: 4)
  #expect(shuffled.map(\.start) == market.map(\.start))
  #expect(shuffled.map(\.volume) != market.map(\.volume))
  #expect(shuffled.map(\.volume.contracts).sorted() == market.map(\.volume.contracts).sorted())
  func ranges(_ bars: [Bar]) -> [Int64] { bars.map { $0.high.ticks - $0.low.ticks }.sorted() }
  #expect(ranges(shuffled) == ranges(market))
  let isWhole = shuffled.allSatisfy { $0.low <= min($0.open, $0.close) && $0.high >= max($0.open, $0.close) }
  #expect(isWhole)
  // Changes inside sessions are the same set; the overnight ones are gone.
  func changes(_ bars: [Bar], stitched: Bool) -> [Int64] {
    bars.indices.map { index in
      let begins = index == 0 || (!stitched && bars[index].start - bars[index - 1].end >= minutes)
      return bars[index].close.ticks - (begins ? bars[index].open.ticks : bars[index - 1].close.ticks)
    }.sorted()
  }
  #expect(changes(shuffled, stitched: true) == changes(market, stitched: false))
  #expect(shuffledBars(market, sessionBreak: minutes, seed: 4) == shuffled)
}

/// Changes of 3 ticks with random signs after range, and of 9 ticks that repeat their sign after stress.
@Test func volatilityAndAutocorrelationAreFoundWhereTheyWerePlanted() throws {
  var random = CounterRandom(seed: 12, purpose: "regimes.test.behaviour")
  let (count, length) = (8_000, 100)
  var closes: [Int64] = [50_000]
  var regimes: [Regime] = []
  var sign: Int64 = 1
  for index in 0..<count {
    // Blocks of 20 bars.
    let isStress = index / 20 % 2 == 1
    regimes.append(isStress ? .stress : .range)
    if random.nextUniform() < (isStress ? 0.2 : 0.5) { sign = -sign }
    closes.append(closes[index] + sign * (isStress ? 9 : 3))
  }
  // The regime at a bar's close is that of the next change.
  let market = bars(Array(closes.dropLast()), sessionLength: length)
  let track = RegimeTrack(bars: market, regimes: regimes, sessions: sessions(count, length: length))
  let usual = UsualMovement(market, sessionBreak: .seconds(1_800))
  let behaviour = RegimeBehaviour([(track, usual)], seed: 1)
  let (range, stress) = (behaviour.figures[2], behaviour.figures[3])
  #expect(behaviour.figures[0].changes == 0 && behaviour.figures[0].volatility == nil)
  #expect(abs(try #require(range.volatility).value - 3) < 1e-12)
  #expect(abs(try #require(stress.volatility).value - 9) < 1e-12)
  #expect(abs(try #require(behaviour.stressToRangeVolatility).value - 3) < 1e-12)
  let (quiet, wild) = (try #require(range.autocorrelation), try #require(stress.autocorrelation))
  // A sign that repeats with probability 0.8 is correlated by 0.6 with the one before. One change in 20 is followed by
  // a change of the other block: after range that one repeats its sign too, after stress it does not.
  let expectedQuiet = 0.6 * 0.05 * 27 / (9 * (0.95 * 9 + 0.05 * 81)).squareRoot()
  let expectedWild = 0.6 * 0.95 * 81 / (81 * (0.95 * 81 + 0.05 * 9)).squareRoot()
  #expect(abs(quiet.value - expectedQuiet) < 4 * quiet.standardError, "\(quiet) against \(expectedQuiet)")
  #expect(abs(wild.value - expectedWild) < 4 * wild.standardError, "\(wild) against \(expectedWild)")
  #expect(quiet.standardError < 0.05 && wild.standardError < 0.05)
  let difference = try #require(behaviour.stressLessRangeAutocorrelation)
  #expect(difference.low > 0.3 && difference.low < difference.value && difference.value < difference.high)
  #expect(behaviour == RegimeBehaviour([(track, usual)], seed: 1))
}

@Test func theStandardErrorOfAMeanIsThatOfItsSessions() throws {
  // Independent changes of unit variance: the error of the drift must be 1 / sqrt(count).
  var random = CounterRandom(seed: 13, purpose: "regimes.test.error")
  var closes: [Int64] = [0]
  for _ in 0..<20_000 { closes.append(closes[closes.count - 1] + Int64((100 * random.nextGaussian()).rounded())) }
  let market = bars(closes, sessionLength: 100)
  let track = RegimeTrack(
    bars: market, regimes: Array(repeating: .range, count: market.count),
    sessions: sessions(market.count, length: 100))
  let behaviour = RegimeBehaviour([(track, UsualMovement(market, sessionBreak: .seconds(1_800)))], seed: 2)
  let drift = try #require(behaviour.figures[2].drift)
  let expected = 100 / Double(behaviour.figures[2].changes).squareRoot()
  #expect(abs(drift.standardError / expected - 1) < 0.15, "\(drift.standardError) against \(expected)")
}

@Test func aStudyOfPlantedRegimesFindsThemAndTheSameTwice() throws {
  let market = RegimeMarket(8_000, seed: 21)
  var plan = RegimeFitPlan()
  plan.restarts = 2
  let study = try RegimeStudy(market.bars, plan: plan, windows: 2)
  #expect(study.windows.count == 2 && study.testedBars == 4_000)
  #expect(study.windows[0].record.distanceToPrevious == nil && study.windows[1].record.distanceToPrevious != nil)
  #expect(try #require(study.behaviour.stressToRangeVolatility).low > 1.5)
  // Planted trends really go on.
  #expect(try #require(study.behaviour.upLessDownDrift).low > 0)
  #expect(study.persistence.meanDwell > 2 * study.shuffled.mean)
  #expect(try RegimeStudy(market.bars, plan: plan, windows: 2) == study)
  #expect(study.text.contains("shuffled bars") && study.verdicts.count == 7)
  let page = study.html(title: "A & B")
  #expect(page.contains("A &amp; B") && page.contains("<polyline") && page.contains("</html>"))
}

@Test func barsWithoutMemoryShowNoPersistenceBeyondShuffling() throws {
  // Independent bars, all alike: what the model finds is its own making, and the comparison must say so.
  var random = CounterRandom(seed: 31, purpose: "regimes.test.noise")
  var closes: [Int64] = [100_000]
  for _ in 1..<12_000 { closes.append(closes[closes.count - 1] + Int64((10 * random.nextGaussian()).rounded())) }
  var plan = RegimeFitPlan()
  plan.restarts = 3
  let market = bars(closes, sessionLength: 400).map { bar in
    var bar = bar
    bar.volume = Quantity(Int64(random.nextExponential(mean: 300)) + 50)
    return bar
  }
  do {
    let study = try RegimeStudy(market, plan: plan, windows: 1)
    #expect(abs(study.persistence.meanDwell / study.shuffled.mean - 1) < 0.1, "\(study.text)")
    let ratio = try #require(study.behaviour.stressToRangeVolatility)
    #expect(ratio.low < 1.05 && ratio.high > 0.95, "\(ratio)")
  } catch let error as RegimeFitError {
    // Refusing to name what is not there is as good an answer.
    guard case .notSeparated = error else { throw error }
  }
}

/// The real data, which is not part of the repository.
private enum RealBars {
  static let root =
    ProcessInfo.processInfo.environment["TRADER_SHARED_DATA"]
    ?? URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/data").path
  static let file = root + "/b3-wdo-1min-2021-2022/wdo_m1.csv.zst"
  static var isPresent: Bool { FileManager.default.fileExists(atPath: file) }

  static func read() throws -> [Bar] {
    let store = NSTemporaryDirectory() + "regime-tests-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: store) }
    _ = try MarketImporter.run(ImportOptions(source: file, store: store, symbol: "WDO"))
    let (from, to) = (try #require(SessionDate("2021-11-05")), try #require(SessionDate("2022-01-14")))
    return try MarketStore(root: store).barSeries("WDO", from: from, to: to, duration: .seconds(60)).bars
  }
}

@Test(.enabled(if: RealBars.isPresent, "the shared real data is absent (set TRADER_SHARED_DATA to its folder)"))
func realRegimesDifferInVolatilityOutOfSample() throws {
  var plan = RegimeFitPlan()
  plan.restarts = 2
  let study = try RegimeStudy(try RealBars.read(), plan: plan, windows: 1)
  #expect(try #require(study.behaviour.stressToRangeVolatility).low > 1.3)
  #expect(try #require(study.behaviour.stressToRangeMovement).low > 1.1)
  // Quiet and wild stretches last longer than in shuffled bars.
  for place in [2, 3] {
    let real = try #require(study.persistence.dwells[place].mean)
    let shuffled = try #require(study.shuffled.byRegime[place])
    #expect(real > 1.3 * shuffled, "\(RegimeModel.states[place]): \(real) against \(shuffled)")
  }
}
