// The levels of a range where one can see them.

import Testing

import Features
import TradingDomain

@Test func withoutTurningPointsTheLevelsAreOnePercentAway() {
  var boundaries = RangeBoundaries()
  for index in 0..<60 {
    #expect(boundaries.update(flatBar(index, ticks: 10_000)) == .neutral)
    #expect(boundaries.isWarm == (index + 1 >= RangeBoundaries.lookbackBars))
  }
  #expect(abs(boundaries.support - 9_900) < 1e-9 && abs(boundaries.resistance - 10_100) < 1e-9)
}

@Test func aPeakIsKnownTwoBarsLaterAndLeavesWithItsWindow() {
  var boundaries = RangeBoundaries()
  for index in 0..<10 { boundaries.update(flatBar(index, ticks: 10_000)) }
  boundaries.update(flatBar(10, ticks: 10_015))
  boundaries.update(flatBar(11, ticks: 10_000))
  #expect(boundaries.proximity == .neutral)
  #expect(boundaries.update(flatBar(12, ticks: 10_000)) == .nearResistance)
  #expect(boundaries.resistance == 10_015)
  // The peak needs two bars before it in the window of 50: the last such window ends at bar 57.
  for index in 13...57 { #expect(boundaries.update(flatBar(index, ticks: 10_000)) == .nearResistance) }
  #expect(boundaries.update(flatBar(58, ticks: 10_000)) == .neutral)
}

@Test func supportIsLookedAtBeforeResistanceAndResetForgetsBoth() {
  var boundaries = RangeBoundaries()
  for index in 0..<20 {
    boundaries.update(flatBar(index, ticks: index == 5 ? 10_015 : index == 9 ? 9_985 : 10_000))
  }
  #expect(boundaries.proximity == .nearSupport && boundaries.support == 9_985 && boundaries.resistance == 10_015)
  boundaries.reset()
  #expect(boundaries.proximity == .neutral && !boundaries.isWarm)
  #expect(boundaries.update(flatBar(0, ticks: 10_000)) == .neutral)
}
