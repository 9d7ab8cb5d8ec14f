// The levels of a range against a search that follows their definition word by word.

import Features
import QuantMath
import Testing
import TradingDomain

/// Turning points of `values`, oldest first: extreme among the two values before and the two behind.
private func turningPoints(_ values: [Int64], _ isExtreme: (Int64, Int64) -> Bool) -> [Int64] {
  guard values.count >= 5 else { return [] }
  return (2..<(values.count - 2)).filter { place in
    (place - 2...place + 2).allSatisfy { isExtreme(values[place], values[$0]) }
  }.map { values[$0] }
}

@Test func theLevelsAreThoseOfASearchByDefinition() {
  var boundaries = RangeBoundaries()
  var random = CounterRandom(seed: 5, purpose: "range.boundaries")
  var bars: [Bar] = []
  var close: Int64 = 10_000
  for minute in 0..<2_000 {
    close = max(1_000, close + Int64(random.nextInteger(in: 0...8)) - 4)
    let start = Timestamp(nanoseconds: 0) + .minutes(Int64(minute))
    bars.append(
      Bar(
        start: start, duration: .minutes(1), open: Price(ticks: close),
        high: Price(ticks: close + Int64(random.nextInteger(in: 0...5))),
        low: Price(ticks: close - Int64(random.nextInteger(in: 0...5))), close: Price(ticks: close), volume: 1,
        tradeCount: 1, signedVolume: 0))
    boundaries.update(bars[minute])
    let window = bars.suffix(RangeBoundaries.lookbackBars)
    let peaks = turningPoints(window.map(\.high.ticks), >=)
    let troughs = turningPoints(window.map(\.low.ticks), <=)
    let resistance = peaks.first { $0 > close }.map(Double.init) ?? Double(close) * (1 + RangeBoundaries.absentFraction)
    let support = troughs.last { $0 < close }.map(Double.init) ?? Double(close) * (1 - RangeBoundaries.absentFraction)
    #expect(boundaries.resistance == resistance && boundaries.support == support, "minute \(minute)")
  }
}
