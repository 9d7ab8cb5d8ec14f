// Meta-labels and the volatility estimator against what they are defined by.

import Glibc
import Testing
import TradingDomain
import Validation

@Suite struct MetaLabelerTests {
  private let barriers = TripleBarrierLabeler(
    side: .buy, target: .points(4), stop: .points(3), horizonBars: 10, staysInSession: false, roundTripCost: 1)

  @Test func aMetaLabelIsOneExactlyWhenThePrimarysTradeMadeMoneyNetOfCosts() throws {
    let bars = RandomBars.make(count: 400, seed: 8)
    let signals = stride(from: 0, to: 380, by: 3).map {
      PrimarySignal(bar: $0, side: $0 % 2 == 0 ? .buy : .sell)
    }
    let labels = try MetaLabeler(barriers: barriers).labels(signals, bars: bars, tickSize: 0.5)
    #expect(labels.map { PrimarySignal(bar: $0.label.startIndex, side: $0.side) } == signals)
    for meta in labels {
      let sign = Double(meta.side.sign)
      let made = sign * Double(meta.outcome.exit.ticks - meta.outcome.entry.ticks) * 0.5 - 1
      #expect(meta.outcome.netPoints == made && meta.label.value == (made > 0 ? 1 : 0))
    }
    #expect(Set(labels.map(\.label.value)) == [0, 1])
    // Gross winners below cost exist in this walk; they must be zeros.
    #expect(labels.contains { $0.outcome.grossPoints > 0 && $0.label.value == 0 })
  }

  @Test func twoSignalsOnOneBarAreRefused() {
    let twice = [PrimarySignal(bar: 1, side: .buy), PrimarySignal(bar: 1, side: .sell)]
    #expect(throws: ValidationError.self) {
      try MetaLabeler(barriers: barriers).labels(twice, bars: RandomBars.make(count: 20, seed: 1), tickSize: 0.5)
    }
  }

  @Test func volatilityEqualsItsWeightedSumAndReadsNoLaterBar() throws {
    let bars = RandomBars.make(count: 80, seed: 2)
    let estimator = EwmaVolatility(span: 9, warmUp: 5, staysInSession: false)
    let values = try estimator.values(bars: bars, tickSize: 0.5)
    for index in bars.indices {
      if index < 5 {
        #expect(values[index].isNaN)
        continue
      }
      var (square, weight) = (0.0, 0.0)
      for lag in 0..<index {
        let move = log(Double(bars[index - lag].close.ticks)) - log(Double(bars[index - lag - 1].close.ticks))
        square += pow(0.8, Double(lag)) * move * move
        weight += pow(0.8, Double(lag))
      }
      let expected = Double(bars[index].close.ticks) * 0.5 * (square / weight).squareRoot()
      #expect(abs(values[index] - expected) < 1e-9)
      #expect(try estimator.values(bars: Array(bars[...index]), tickSize: 0.5)[index] == values[index])
    }
  }

  @Test func theReturnOverANightIsLeftOutWhenAsked() throws {
    var bars = RandomBars.make(count: 20, seed: 4)
    for index in 10..<20 {
      bars[index].start = Timestamp(nanoseconds: bars[index].start.nanoseconds + 86_400_000_000_000)
      bars[index].close = Price(ticks: bars[index].close.ticks + 500)
    }
    let within = try EwmaVolatility(span: 5, staysInSession: true).values(bars: bars, tickSize: 1)
    let across = try EwmaVolatility(span: 5, staysInSession: false).values(bars: bars, tickSize: 1)
    #expect(within[10] < 20 && across[10] > 100)
  }
}
