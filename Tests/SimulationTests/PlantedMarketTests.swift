// Planted markets as what they claim to be: reproducible, consistent in every bar, and of the law they state.

import QuantMath
import Simulation
import Testing
import TradingDomain

private func market(_ strength: Double = 0.3, seed: UInt64 = 7, days: Int = 3) -> PlantedMarket {
  PlantedMarket(edge: PlantedEdge(strength: strength), seed: seed, dayCount: days)
}

private func bars(_ market: PlantedMarket) -> [[Bar]] { market.days.map(\.bars) }

@Test func aPlantedMarketIsAFunctionOfItsSeedAndItsDaysDoNotChangeWhenMoreFollow() {
  let first = bars(market())
  #expect(first == bars(market()))
  #expect(first == Array(bars(market(days: 9)).prefix(3)))
  #expect(first != bars(market(seed: 8)))
  #expect(Set(first.map(\.count)) == [540])
}

@Test func plantedBarsOfASeedNeverChange() {
  // The bytes are the contract: results in reports name a seed and mean these bars.
  var hash = StableHash()
  for bar in bars(market()).joined() {
    for field in [bar.start.nanoseconds, bar.open.ticks, bar.high.ticks, bar.low.ticks, bar.close.ticks] {
      hash.combine(UInt64(bitPattern: field))
    }
    hash.combine(UInt64(bitPattern: bar.volume.contracts))
    hash.combine(UInt64(bar.tradeCount))
    hash.combine(UInt64(bitPattern: bar.signedVolume))
  }
  #expect(hash.value == 3_159_732_765_190_099_864)
}

@Test func plantedSessionsAreWeekdaysFromNineToSix() throws {
  let friday = try #require(SessionDate("2024-03-15"))
  let days = Array(PlantedMarket(edge: .none, seed: 1, dayCount: 3, firstDate: friday.advanced(by: 1)).days)
  #expect(days.map(\.session.date) == [3, 4, 5].map { friday.advanced(by: $0) })
  for day in days {
    #expect(BrasiliaTime.local(day.session.open).timeOfDay == .minutes(9 * 60))
    #expect(BrasiliaTime.local(day.session.close).timeOfDay == .minutes(18 * 60))
    #expect(day.bars.first?.start == day.session.open && day.bars.last?.end == day.session.close)
    #expect(zip(day.bars, day.bars.dropFirst()).allSatisfy { $0.end == $1.start })
  }
}

@Test func everyPlantedBarIsConsistentAndOpensWhereTheLastOneClosed() {
  var wild = market(days: 20)
  wild.tailFreedom = 3
  wild.meanVolume = 30
  // What is wrong is collected, not expected one by one: ten thousand bars fail as one line.
  var wrong: Set<String> = []
  for sample in [market(days: 20), wild] {
    for day in sample.days {
      for (index, bar) in day.bars.enumerated() {
        if bar.low > min(bar.open, bar.close) || max(bar.open, bar.close) > bar.high { wrong.insert("prices") }
        if bar.low.ticks < 1 || bar.volume.contracts < 20 || bar.tradeCount < 1 { wrong.insert("counts") }
        // Buyers and sellers are whole contracts that sum to the volume.
        if abs(bar.signedVolume) > bar.volume.contracts { wrong.insert("flow") }
        if (bar.volume.contracts - bar.signedVolume) % 2 != 0 { wrong.insert("halves of contracts") }
        if index > 0, bar.open != day.bars[index - 1].close { wrong.insert("chain") }
      }
    }
  }
  #expect(wrong.isEmpty)
}

@Test func barsAreThePathRoundedToTicksAndContracts() {
  for day in market(days: 10).days {
    var price = 0.0
    let origin = Double(day.bars[0].open.ticks)
    for (bar, (change, flow)) in zip(day.bars, zip(day.path.returns, day.path.flows)) {
      price += change
      // Half a tick for the close and half for the open they are counted from.
      #expect(abs(Double(bar.close.ticks) - origin - price) <= 1 + 1e-6)
      let limited = min(max(flow, -1), 1) * Double(bar.volume.contracts)
      #expect(abs(Double(bar.signedVolume) - limited) <= 1 + 1e-6)
    }
  }
}

@Test func theNoiseHasTheVolatilityThatIsStatedAndTheDayItsShape() {
  var sample = market(0, days: 2_000)
  for freedom in [nil, 5] {
    sample.tailFreedom = freedom
    var square = 0.0
    var count = 0.0
    var (edges, noon) = (0.0, 0.0)
    for path in sample.paths {
      for (change, deviation) in zip(path.returns, path.deviations) {
        let scaled = change / deviation
        square += scaled * scaled
        count += 1
      }
      edges += path.deviations[0] + path.deviations[539]
      noon += path.deviations[269] + path.deviations[270]
    }
    // Six excess kurtosis of Student's t with 5 degrees of freedom give the error of the mean square.
    #expect(abs(square / count - 1) < 3 * (8 / count).squareRoot(), "tails \(String(describing: freedom))")
    #expect(abs(edges / noon - 1.6 / 0.7) < 0.02)
  }
}

@Test func dayVolatilityClustersAroundItsMean() {
  let levels = market(0, days: 4_000).paths.map { $0.deviations[270] / 2.8 }
  let squares = levels.map { $0 * $0 }
  // The shape at noon is 0.7 / 1.035; with a correlation of 0.95, 4,000 days are worth about 100.
  let mean = squares.reduce(0, +) / Double(squares.count) / (0.7 * 0.7 / 1.072)
  #expect(abs(mean - 1) < 0.2)
  let average = levels.reduce(0, +) / Double(levels.count)
  let products = zip(levels, levels.dropFirst()).reduce(0) { $0 + ($1.0 - average) * ($1.1 - average) }
  let variance = levels.reduce(0) { $0 + ($1 - average) * ($1 - average) }
  #expect(abs(products / variance - 0.95) < 0.03)
}

@Test func marketsThatDifferInTheEdgeAloneShareTheirNoise() {
  for (weak, strong) in zip(market(0.1).paths, market(0.4).paths) {
    for bar in 1..<540 {
      let rest = (weak.returns[bar] - weak.signals[bar - 1], strong.returns[bar] - strong.signals[bar - 1])
      #expect(abs(rest.0 - rest.1) < 1e-9)
    }
  }
}

@Test func theSignalHasTheHalfLifeStrengthAndFlowThatAreStated() {
  let edge = PlantedEdge(strength: 0.5, halfLife: 8, flowCorrelation: -0.4)
  var (square, lagged, product, flowSquare, count) = (0.0, 0.0, 0.0, 0.0, 0.0)
  for path in PlantedMarket(edge: edge, seed: 3, dayCount: 1_000).paths {
    for bar in 8..<540 {
      let signal = path.signals[bar]
      square += signal * signal
      lagged += signal * path.signals[bar - 8]
      product += signal * path.flows[bar]
      flowSquare += path.flows[bar] * path.flows[bar]
      count += 1
    }
  }
  // About 1,000 * 540 / 23 independent signals.
  #expect(abs((square / count).squareRoot() / 0.5 - 1) < 0.02)
  #expect(abs(lagged / square - 0.5) < 0.02)
  #expect(abs(product / (square * flowSquare).squareRoot() + 0.4) < 0.01)
  #expect(abs((flowSquare / count).squareRoot() / 0.2 - 1) < 0.01)
}
