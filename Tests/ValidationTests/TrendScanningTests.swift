// Trend scanning against a least-squares fit written out, and what its labels depend on.

import Testing
import TradingDomain
import Validation

@Suite struct TrendScanningTests {
  /// t of the slope by two-pass sums over `closes`.
  private func slopeT(_ closes: [Double]) -> Double {
    let n = Double(closes.count)
    let meanX = (n - 1) / 2
    let meanY = closes.reduce(0, +) / n
    var (xx, xy) = (0.0, 0.0)
    for (x, y) in closes.enumerated() {
      xx += (Double(x) - meanX) * (Double(x) - meanX)
      xy += (Double(x) - meanX) * (y - meanY)
    }
    let slope = xy / xx
    let residual = closes.enumerated().reduce(0.0) { sum, point in
      let miss = point.element - meanY - slope * (Double(point.offset) - meanX)
      return sum + miss * miss
    }
    return slope / (residual / (n - 2) / xx).squareRoot()
  }

  @Test func scansEqualAFitPerHorizon() throws {
    let bars = RandomBars.make(count: 300, seed: 11)
    let scans = try TrendScanningLabeler(horizons: 4...20, staysInSession: false).scans(bars: bars)
    #expect(scans.count == 280)
    for scan in scans {
      let start = scan.label.startIndex
      let fits = (4...20).map { slopeT(bars[start...(start + $0)].map { Double($0.close.ticks) }) }
      let strongest = fits.map(abs).max() ?? 0
      #expect(abs(abs(scan.tStatistic) - strongest) < 1e-9 * (1 + strongest))
      #expect(abs(fits[scan.horizon - 4] - scan.tStatistic) < 1e-9 * (1 + strongest))
      #expect(scan.label.value == (scan.tStatistic > 0 ? 1 : scan.tStatistic < 0 ? -1 : 0))
    }
    #expect(Set(scans.map(\.horizon)).count > 5)
  }

  @Test func aLabelEndsWithTheLongestHorizonScannedNotWithTheWinner() throws {
    let bars = RandomBars.make(count: 200, seed: 3)
    let scans = try TrendScanningLabeler(horizons: 3...15, staysInSession: false).scans(bars: bars)
    #expect(scans.allSatisfy { $0.label.endIndex == $0.label.startIndex + 15 })
    #expect(scans.allSatisfy { $0.label.end == bars[$0.label.endIndex].end })
    // The reason: a close after the winner's end, yet within the scan, can change the label.
    let scan = try #require(scans.first { $0.horizon < 15 && $0.label.value > 0 })
    var changed = bars
    for index in (scan.label.startIndex + scan.horizon + 1)...scan.label.endIndex {
      changed[index].close = Price(ticks: 1000 - 40 * Int64(index - scan.label.startIndex))
    }
    let again = try TrendScanningLabeler(horizons: 3...15, staysInSession: false).scans(bars: changed)
    #expect(again.first { $0.label.startIndex == scan.label.startIndex }?.label.value == -1)
  }

  @Test func aPerfectLineIsInfinitelySignificantAndAFlatOneNotAtAll() throws {
    var bars = RandomBars.make(count: 6, seed: 1)
    for index in bars.indices { bars[index].close = Price(ticks: 100 - Int64(index)) }
    let labeler = TrendScanningLabeler(horizons: 2...5, staysInSession: false)
    let falling = try #require(try labeler.scans(bars: bars).first)
    #expect(falling.tStatistic == -.infinity && falling.label.value == -1 && falling.horizon == 2)
    for index in bars.indices { bars[index].close = Price(ticks: 100) }
    let flat = try #require(try labeler.scans(bars: bars).first)
    #expect(flat.tStatistic == 0 && flat.label.value == 0)
  }
}
