// The learned detector: what it finds, what it may know, how it keeps its names, and how it treats nights and gaps.

import Foundation
import Testing

import Features
import QuantMath
import TradingDomain

private let market = RegimeMarket(12_000, seed: 41)
private let model = Result { try RegimeTrainer.fit(market.bars, plan: plan()) }

private func plan(seed: UInt64 = 1) -> RegimeFitPlan {
  var plan = RegimeFitPlan()
  plan.restarts = 3
  plan.seed = seed
  return plan
}

/// The detector's probabilities after each bar.
private func track(_ bars: some Sequence<Bar>, _ model: RegimeModel) -> [RegimeProbabilities] {
  var detector = RegimeDetector(model: model)
  return bars.map {
    detector.update($0)
    return detector.probabilities
  }
}

private func mostProbable(_ probabilities: RegimeProbabilities) -> Regime {
  RegimeProbabilities.order.max { probabilities[$0] < probabilities[$1] } ?? .undefined
}

/// Part of the positions at which two sequences agree.
private func agreement(_ left: some Collection<Regime>, _ right: some Collection<Regime>) -> Double {
  Double(zip(left, right).count { $0 == $1 }) / Double(left.count)
}

@Test func plantedRegimesAreFoundAndNamedOutOfSample() throws {
  let model = try model.get()
  #expect(model.record.hasConverged && model.record.logLikelihood > model.record.singleStateLogLikelihood + 1_000)
  let unseen = RegimeMarket(12_000, seed: 42)
  let found = track(unseen.bars, model).map(mostProbable)
  let warm = model.observation.warmUpBars
  let share = agreement(found[warm...], unseen.regimes[warm...])
  // Guessing gives a quarter. Each change must first be noticed, so all is out of reach.
  #expect(share > 0.7, "\(share)")
  for regime in RegimeModel.states {
    let places = found.indices.filter { $0 >= warm && unseen.regimes[$0] == regime }
    let recall = Double(places.count { found[$0] == regime }) / Double(places.count)
    #expect(recall > 0.5, "\(regime): \(recall)")
  }
}

@Test func whatComesLaterChangesNothing() throws {
  let model = try model.get()
  let all = track(market.bars, model)
  for end in [481, 700, 1_234, 5_000, 11_999] {
    // Another future: the same bars up to `end`, then prices turned upside down and volumes multiplied.
    let other =
      market.bars[..<end]
      + market.bars[end...].map { bar in
        var bar = bar
        (bar.open, bar.close) = (bar.close, bar.open)
        bar.volume = Quantity(bar.volume.contracts * 50)
        return bar
      }
    let changed = track(other, model)
    #expect(Array(changed[..<end]) == Array(all[..<end]), "the future of bar \(end) leaked")
    #expect(changed[end...].elementsEqual(all[end...]) == false, "the test changed nothing")
    #expect(track(market.bars[..<end], model) == Array(all[..<end]))
  }
}

@Test func aSmootherWouldHaveLeaked() throws {
  let model = try model.get()
  let bars = Array(market.bars[..<3_000])
  func smoothed(_ bars: [Bar]) -> [Double] {
    let observations = RegimeTrainer.observations(bars, model.observation)
    let recursions = ForwardBackward(observations, stateCount: 4)
    recursions.run(model.chain)
    return Array(recursions.smoothed)
  }
  // The last bar before a session's middle is judged anew once the next bars are known: the very thing that the
  // detector must not do, and the reason why the test above can fail.
  let end = 2_200
  let early = smoothed(Array(bars[..<end]))
  let late = smoothed(bars)
  let largest = zip(early, late).map { abs($0 - $1) }.max() ?? 0
  #expect(largest > 0.05, "\(largest)")
}

@Test func theStreamingFilterEqualsTheForwardRecursion() throws {
  let model = try model.get()
  let bars = Array(market.bars[..<3_000])
  let recursions = ForwardBackward(RegimeTrainer.observations(bars, model.observation), stateCount: 4)
  recursions.run(model.chain)
  var filter = RegimeFilter(model)
  var step = 0
  var largest = 0.0
  var logLikelihood = 0.0
  for bar in bars {
    filter.update(bar)
    guard filter.isWarm else { continue }
    for state in 0..<4 {
      largest = max(largest, abs(filter.stateProbabilities[state] - recursions.filtered[step * 4 + state]))
    }
    logLikelihood -= filter.surprise ?? 0
    step += 1
  }
  #expect(step * 4 == recursions.filtered.count && largest < 1e-12, "\(largest)")
  #expect(abs(logLikelihood / recursions.logLikelihood - 1) < 1e-12)
}

@Test func probabilitiesSumToOneAndUndefinedHoldsThemUntilWarm() throws {
  let model = try model.get()
  for (index, probabilities) in track(market.bars[..<2_000], model).enumerated() {
    let (up, down, range, stress, undefined) = probabilities.values
    #expect(abs(up + down + range + stress + undefined - 1) < 1e-6)
    #expect((undefined == 1) == (index + 1 < model.observation.warmUpBars))
  }
}

@Test func refitsOnOverlappingWindowsKeepTheirNames() throws {
  let first = try RegimeTrainer.fit(market.bars[..<8_000], plan: plan())
  // Another window and another seed, hence other starts.
  let second = try RegimeTrainer.fit(market.bars[4_000...], plan: plan(seed: 77), previous: first)
  #expect(second.record.namesAgreeWithParameters && second.record.distanceToPrevious != nil)
  let common = market.bars[4_000..<8_000]
  let (left, right) = (track(common, first).map(mostProbable), track(common, second).map(mostProbable))
  let share = agreement(left[480...], right[480...])
  #expect(share > 0.9, "\(share)")
}

@Test func namesFollowThePreviousModelWhateverItCallsThem() throws {
  let model = try model.get()
  // A previous model with trend up and trend down exchanged: a refit must follow the names, not the parameters.
  let exchanged = try RegimeModel(
    observation: model.observation, chain: model.chain.reordered([1, 0, 2, 3]), record: model.record)
  let refit = try RegimeTrainer.fit(market.bars, plan: plan(seed: 5), previous: exchanged)
  #expect(refit.chain.means[0] < 0 && refit.chain.means[3] > 0)
  #expect(!refit.record.namesAgreeWithParameters)
}

@Test func statesAreNamedByTheirParametersInAnyOrder() throws {
  let chain = try model.get().chain
  for order in [[3, 1, 0, 2], [2, 0, 3, 1], [1, 2, 3, 0]] {
    let shuffled = chain.reordered(order)
    let naming = RegimeNaming(shuffled)
    #expect(shuffled.reordered(naming.order) == chain && naming.isSeparated)
  }
}

@Test func barsThatNeverMoveAndTooFewBarsAreRefused() throws {
  let bars = syntheticBars(4_000, seed: 3).enumerated().map { index, bar in flatBar(index, ticks: bar.open.ticks) }
  #expect(throws: RegimeFitError.constantObservation("log relative range")) {
    try RegimeTrainer.fit(bars, plan: plan())
  }
  #expect(throws: RegimeFitError.tooFewObservations(found: 21, needed: 1_000)) {
    try RegimeTrainer.fit(market.bars[..<500], plan: plan())
  }
}

@Test func equalInputsGiveEqualModelsAndHashes() throws {
  let model = try model.get()
  let again = try RegimeTrainer.fit(market.bars, plan: plan())
  #expect(again == model && again.hash == model.hash)
  var chain = model.chain
  chain.means[4] = chain.means[4].nextUp
  #expect(try RegimeModel(observation: model.observation, chain: chain, record: model.record).hash != model.hash)
}

@Test func damagedModelsAreRefusedWithTheReason() throws {
  let model = try model.get()
  var chain = model.chain
  chain.transitions[0] += 0.5
  #expect(throws: RegimeModel.Flaw.impossible("row 0 of the transition matrix does not sum to 1")) {
    try RegimeModel(observation: model.observation, chain: chain, record: model.record)
  }
  chain = model.chain
  chain.covariances[0] = -1
  #expect(throws: RegimeModel.Flaw.impossible("the covariance of state 0 is not positive definite")) {
    try RegimeModel(observation: model.observation, chain: chain, record: model.record)
  }
}

@Test func theJumpOvernightIsNoPriceChange() throws {
  let model = try model.get()
  let plain = track(market.bars[..<2_400], model)
  // The same sessions with 5,000 ticks more of gap before each of them: nothing may notice.
  let jumped = market.bars[..<2_400].enumerated().map { index, bar in
    var bar = bar
    let shift = Int64(index / 400) * 5_000
    bar.open = Price(ticks: bar.open.ticks + shift)
    bar.high = Price(ticks: bar.high.ticks + shift)
    bar.low = Price(ticks: bar.low.ticks + shift)
    bar.close = Price(ticks: bar.close.ticks + shift)
    return bar
  }
  #expect(track(jumped, model) == plain)
}

@Test func aSessionBeginsWithTheStartProbabilities() throws {
  let model = try model.get()
  var filter = RegimeFilter(model)
  for bar in market.bars[..<1_200] { filter.update(bar) }
  // The first bar of the fourth session, with a gap: predicted from the start, and not updated.
  var bar = market.bars[1_200]
  bar.status = .gap
  filter.update(bar)
  #expect(filter.surprise == nil)
  #expect((0..<4).allSatisfy { abs(filter.stateProbabilities[$0] - model.chain.start[$0]) < 1e-15 })
}

@Test func aBarWithAGapIsPredictedNotBelieved() throws {
  let model = try model.get()
  var filter = RegimeFilter(model)
  for bar in market.bars[..<1_300] { filter.update(bar) }
  let before = filter.stateProbabilities
  var gap = market.bars[1_300]
  gap.status = .gap
  gap.high = Price(ticks: gap.high.ticks + 100_000)
  gap.volume = 1_000_000
  filter.update(gap)
  for state in 0..<4 {
    let predicted = (0..<4).reduce(0.0) { $0 + before[$1] * model.chain.transitions[$1 * 4 + state] }
    #expect(abs(filter.stateProbabilities[state] - predicted) < 1e-14)
  }
  // And its figures have entered nothing: another gap bar in its place leaves the same future.
  var other = filter
  var twin = RegimeFilter(model)
  for bar in market.bars[..<1_300] { twin.update(bar) }
  gap.high = gap.open
  gap.volume = 0
  twin.update(gap)
  for bar in market.bars[1_301..<1_350] {
    other.update(bar)
    twin.update(bar)
    #expect(other.stateProbabilities == twin.stateProbabilities)
  }
}

@Test func resetForgetsALearnedTrendToo() throws {
  let model = try model.get()
  var detector = RegimeDetector(model: model)
  for bar in market.bars[..<2_000] { detector.update(bar) }
  #expect(detector.isWarm && detector.confidence > 0.25 && detector.trendStrength == nil)
  detector.reset()
  #expect(detector.regime == .undefined && !detector.isWarm && detector.confidence == 0)
  var fresh = RegimeDetector(model: model)
  for bar in market.bars[..<1_000] { #expect(detector.update(bar) == fresh.update(bar)) }
  #expect(detector.probabilities == fresh.probabilities)
}

/// Prints nanoseconds per bar with `TRADER_MEASURE=1 swift test -c release --filter aMillionBars`.
@Test func aMillionBarsOfTheFilterGiveTheSameProbabilitiesTwice() throws {
  let model = try model.get()
  func run(_ detector: consuming RegimeDetector) -> RegimeProbabilities {
    for bar in market.bars { detector.update(bar) }
    return detector.probabilities
  }
  #expect(run(RegimeDetector(model: model)) == run(RegimeDetector(model: model)))
  guard ProcessInfo.processInfo.environment["TRADER_MEASURE"] == "1" else { return }
  for (name, detector) in [("rules", RegimeDetector()), ("model", RegimeDetector(model: model))] {
    let best = (0..<80).map { _ in
      let start = ContinuousClock.now
      _ = run(detector)
      return Double((ContinuousClock.now - start).components.attoseconds) / 1e9 / Double(market.bars.count)
    }.min()
    print("regime by \(name): \(best ?? .nan) ns per bar")
  }
  let start = ContinuousClock.now
  let fit = try RegimeTrainer.fit(market.bars, plan: plan())
  print("fit of \(market.bars.count) bars, 3 starts, \(fit.record.iterations) steps: \(ContinuousClock.now - start)")
}
