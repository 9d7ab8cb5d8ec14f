// The regime rules on markets whose regime is plain to see.

import Testing

import Features
import TradingDomain

/// A bar that opens at `open` and closes at `close`, without shadows.
private func bar(_ index: Int, open: Int64, close: Int64) -> Bar {
  Bar(
    start: Timestamp(nanoseconds: Int64(index) * 60_000_000_000), duration: .minutes(1), open: Price(ticks: open),
    high: Price(ticks: max(open, close)), low: Price(ticks: min(open, close)), close: Price(ticks: close), volume: 10,
    tradeCount: 0, signedVolume: 0)
}

/// The detector after `count` bars of `step` ticks each.
private func detector(step: Int64, count: Int) -> RegimeDetector {
  var detector = RegimeDetector()
  for index in 0..<count {
    let open = 10_000 + Int64(index) * step
    detector.update(bar(index, open: open, close: open + step))
  }
  return detector
}

@Test func aSteadyRiseIsATrendUpAndAFallATrendDown() {
  #expect(detector(step: 3, count: 60).regime == .trendUp)
  #expect(detector(step: -3, count: 60).regime == .trendDown)
  // Movement in one direction only: DX is 100 at every bar.
  #expect(abs((detector(step: 3, count: 60).trendStrength ?? 0) - 100) < 1e-9)
  #expect(detector(step: 3, count: 60).confidence == 0.8)
}

@Test func aMarketThatStandsStillIsARange() {
  let still = detector(step: 0, count: 60)
  #expect(still.regime == .range && still.trendStrength == 0 && still.confidence == 0.6)
}

@Test func theFirstFiftyBarsHaveNoRegime() {
  #expect(detector(step: 3, count: 49).regime == .undefined && detector(step: 3, count: 49).confidence == 0)
  #expect(detector(step: 3, count: 50).regime == .trendUp)
  #expect(RegimeDetector().trendStrength == nil)
}

@Test func aTrendThatTurnsIsUndefinedWhileTheAveragesAreOutOfOrder() {
  var turning = detector(step: 3, count: 80)
  var seen: [Regime] = []
  for index in 0..<80 {
    let open = 10_240 - Int64(index) * 3
    let regime = turning.update(bar(80 + index, open: open, close: open - 3))
    if seen.last != regime { seen.append(regime) }
  }
  #expect(seen.first == .trendUp && seen.last == .trendDown && seen.contains(.undefined))
}

@Test func probabilitiesAreOneHotAndSumToOne() {
  for (place, regime) in RegimeProbabilities.order.enumerated() {
    let probabilities = RegimeProbabilities(certain: regime)
    #expect(probabilities[regime] == 1)
    let (up, down, range, stress, undefined) = probabilities.values
    let values = [up, down, range, stress, undefined]
    #expect(values.reduce(0, +) == 1 && values[place] == 1)
  }
  #expect(Set(RegimeProbabilities.order) == Set(Regime.allCases))
  #expect(detector(step: 3, count: 60).probabilities[.trendUp] == 1)
}

@Test func resetForgetsTheTrend() {
  var detector = detector(step: 3, count: 60)
  detector.reset()
  #expect(detector.regime == .undefined && !detector.isWarm && detector.trendStrength == nil)
}
