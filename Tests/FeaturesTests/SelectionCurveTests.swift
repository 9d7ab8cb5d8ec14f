// The Hughes curve: its rule, its intervals and its grid.

import Features
import Glibc
import QuantMath
import Testing

/// Gains of `rows` test rows with exactly those means of their own part, and a common part that all counts share.
private func gains(_ means: [Double], own: Double, common: Double, rows: Int = 4_000) -> [[Double]] {
  var random = CounterRandom(seed: 8, stream: 2)
  let shared = (0..<rows).map { _ in common * random.nextGaussian() }
  return means.map { mean in
    let noise = (0..<rows).map { _ in own * random.nextGaussian() }
    let middle = noise.reduce(0, +) / Double(rows)
    return zip(shared, noise).map { $0 + $1 - middle + mean }
  }
}

private func curve(_ counts: [Int], _ gains: [[Double]], ceiling: Int = 32) -> HughesCurve {
  let rows = gains[0].count
  return HughesCurve(
    counts: counts, gains: gains, weights: [Double](repeating: 1, count: rows),
    folds: [0..<rows / 2, rows / 2..<rows], blockLength: 20, ceiling: ceiling, seed: 1)
}

@Suite struct SelectionCurveTests {
  @Test func choosesTheSmallestCountWithinOneStandardErrorOfTheBest() {
    // 0.1 over 4,000 rows: standard errors of 0.0016, of differences 0.0022.
    let found = curve([1, 4, 8, 16, 64], gains([0.01, 0.02, 0.0395, 0.04, 0.02], own: 0.1, common: 0))
    #expect(found.points[found.best].count == 16)
    #expect(found.points[found.chosen].count == 8)
    #expect(found.isGain)
  }

  @Test func theErrorThatAllCountsShareDoesNotHideDifferences() {
    // A common noise of 1 makes every point's own error 0.016, far above the differences.
    let found = curve([2, 10, 50], gains([0.1, 0.12, 0.11], own: 0.02, common: 1))
    #expect(found.points[found.chosen].count == 10)
    #expect(found.points[0].shortfallStandardError < 0.002)
    #expect(found.points[0].standardError > 0.01)
  }

  @Test func intervalsCoverAndFoldsAddUp() {
    let found = curve([1, 2], gains([0.0, -0.05], own: 0.3, common: 0))
    for (point, mean) in zip(found.points, [0.0, -0.05]) {
      #expect(point.lower < point.gain && point.gain < point.upper)
      #expect(abs(point.gain - mean) < 4 * point.standardError)
      #expect(abs(point.standardError - 0.3 / 4_000.0.squareRoot()) < 0.001)
      #expect(abs(point.foldGains.reduce(0, +) / 2 - point.gain) < 1e-12)
    }
    #expect(!curve([1], gains([-0.05], own: 0.3, common: 0)).isGain)
  }

  @Test func theCeilingBinds() {
    let found = curve([8, 32, 64, 128], gains([0.01, 0.05, 0.09, 0.12], own: 0.05, common: 0))
    #expect(found.points[found.best].count == 128)
    #expect(found.points[found.chosen].count == 32)
    #expect(curve([50], gains([0.1], own: 0.1, common: 0)).chosen == 0)
  }

  @Test func theGridRisesToAllCandidates() {
    #expect(HughesCurve.grid(upTo: 1) == [1])
    #expect(HughesCurve.grid(upTo: 9) == [1, 2, 3, 4, 5, 6, 8, 9])
    #expect(HughesCurve.grid(upTo: 200).last == 200)
    let grid = HughesCurve.grid(upTo: 3_000)
    #expect(zip(grid, grid.dropFirst()).allSatisfy(<))
  }
}
