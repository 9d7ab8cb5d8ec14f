// Thinned lines draw the picture of the full ones.

import Performance
import QuantMath
import Testing
import TradingDomain

@Suite struct PageThinningTests {
  @Test func extremesOfEveryColumnSurviveForRandomLines() {
    for seed in 0..<40 {
      var random = CounterRandom(seed: UInt64(seed), purpose: "thinning")
      let count = random.nextInteger(in: 1...3000)
      let columns = random.nextInteger(in: 1...200)
      let values = (0..<count).map { _ in random.nextGaussian() }
      func column(_ index: Int) -> Int { index * columns / count }
      let kept = ChartThinning.indices(count: count, column: column, value: { values[$0] })
      #expect(kept == kept.sorted() && Set(kept).count == kept.count)
      #expect(kept.first == 0 && kept.last == count - 1)
      #expect(kept.count <= 4 * columns)
      for place in 0..<columns {
        let all = (0..<count).filter { column($0) == place }.map { values[$0] }
        let left = kept.filter { column($0) == place }.map { values[$0] }
        #expect(all.min() == left.min() && all.max() == left.max())
        #expect(all.first == left.first && all.last == left.last)
      }
    }
  }

  @Test func groupsPartitionEvenly() {
    for (count, limit) in [(0, 5), (3, 5), (5, 5), (17, 5), (1000, 7)] {
      let groups = ChartThinning.groups(count: count, limit: limit)
      #expect(groups.flatMap { Array($0) } == Array(0..<count))
      let sizes = groups.map(\.count)
      #expect(groups.count == min(count, limit) && (sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
  }

  @Test func mergedBarsKeepOpenCloseAndExtremes() throws {
    let bars = try PageFixture(days: 120).bars
    let merged = PriceBar.merged(bars, limit: 100)
    #expect(merged.count == 100)
    #expect(merged.map(\.high).max() == bars.map(\.high).max() && merged.map(\.low).min() == bars.map(\.low).min())
    #expect(merged.first?.open == bars.first?.open && merged.last?.close == bars.last?.close)
    for bar in merged { #expect(bar.low <= min(bar.open, bar.close) && bar.high >= max(bar.open, bar.close)) }
  }

  @Test func aHundredThousandPointsDrawLikeAThousandWithoutLosingTheWorst() throws {
    var curve = EquityCurve(start: Records.time(day: 0, hour: 9), capital: .zero)
    for index in 0..<100_000 {
      // One spike, one point wide.
      let equity = index == 54_321 ? Money(brl: -5000) : Money(brl: Double(index % 7))
      try curve.append(
        EquityPoint(time: Records.time(day: 0, hour: 9) + .milliseconds(Int64(index) * 300), equity: equity))
    }
    let chart = EquityDrawdownChart(profit: curve.profitBRL)
    let svg = chart.svg(.wide)
    #expect(svg.utf8.count < 100_000)
    // The value axis runs from -6,000 at y = 250 to 2,000 at y = 12.
    let lowest = try #require(MarkupReader(svg).path(style: "line-main").map(\.y).max())
    #expect(abs(lowest - (12 + 238 * 7000 / 8000)) < 0.06)
    #expect(chart.summary.contains("5,006.00 BRL, on \(Records.firstDay)"))
  }
}
