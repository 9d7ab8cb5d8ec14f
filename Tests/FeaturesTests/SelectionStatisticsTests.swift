// The statistics of the selection, each against a twin written out or a case known by hand.

import Features
import Foundation
import QuantMath
import Testing

private func everything(_ count: Int) -> [Int32] { (0..<Int32(count)).map { $0 } }

/// Rows of gaussian columns; column 1 follows column 0, column 2 its square, column 3 runs against it.
private func sample(rows: Int, columns: Int = 8, seed: UInt64) -> [Float] {
  var random = CounterRandom(seed: seed, stream: 3)
  var values: [Float] = []
  for _ in 0..<rows {
    var row = (0..<columns).map { _ in random.nextGaussian() }
    row[1] = 0.9 * row[0] + 0.43589 * row[1]
    row[2] = row[0] * row[0]
    row[3] = -row[0]
    values += row.map { Float($0) }
  }
  return values
}

@Suite struct SelectionStatisticsTests {
  @Test func binsAreQuantilesOfTheFittedRowsAlone() {
    var values = (0..<1_000).map { Float($0) }
    let first = BinnedColumns(values: values, columnCount: 1, fittedOn: everything(500))
    for row in 500..<1_000 { values[row] *= 1_000 }
    let second = BinnedColumns(values: values, columnCount: 1, fittedOn: everything(500))
    #expect(first.codes[..<500] == second.codes[..<500])
    #expect(second.codes[500...].allSatisfy { $0 == 31 })
    let counts = (0..<32).map { bin in first.codes[..<500].count { $0 == bin } }
    #expect(counts.allSatisfy { (14...17).contains($0) }, "\(counts)")
    #expect(zip(first.codes, first.codes.dropFirst()).allSatisfy(<=))
  }

  @Test func repeatedValuesShareABinAndWhatIsNoNumberFallsLowest() {
    let values: [Float] = [0, 0, 0, 5, 5, .nan, 9, 9, -.infinity, .infinity]
    let bins = BinnedColumns(values: values, columnCount: 1, fittedOn: everything(10)).codes
    #expect(Set(bins[0...2]).count == 1 && Set(bins[3...4]).count == 1 && Set(bins[6...7]).count == 1)
    #expect(bins[0] < bins[3] && bins[3] < bins[6])
    #expect(bins[5] == 0 && bins[8] == 0)
  }

  @Test func rankCorrelationIsSpearmansToTheWidthOfABin() {
    let rows = 3_001
    let values = sample(rows: rows, seed: 1)
    let columns = BinnedColumns(values: values, columnCount: 8, fittedOn: everything(rows))
    let found = RankCorrelation.absolute(columns, at: everything(rows))
    func ranks(_ column: Int) -> [Double] {
      let order = (0..<rows).sorted { values[$0 * 8 + column] < values[$1 * 8 + column] }
      var ranks = [Double](repeating: 0, count: rows)
      for (rank, row) in order.enumerated() { ranks[row] = Double(rank) - Double(rows - 1) / 2 }
      return ranks
    }
    for left in 0..<8 {
      #expect(found[left * 8 + left] == 1)
      for right in 0..<left {
        let (a, b) = (ranks(left), ranks(right))
        let square = a.reduce(0) { $0 + $1 * $1 }
        let exact = abs(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / square)
        #expect(abs(Double(found[left * 8 + right]) - exact) < 0.004, "\(left) \(right): \(exact)")
        #expect(found[left * 8 + right] == found[right * 8 + left])
      }
    }
  }

  @Test func clustersJoinByAverageLinkageAndTheCutParts() {
    // 0-1 at 0.1; 2-3 at 0.2; the pairs at the mean of 0.5, 0.7, 0.6, 0.6 = 0.6; 4 far from all.
    var similarity = [Float](repeating: 0.1, count: 25)
    func set(_ left: Int, _ right: Int, _ value: Float) {
      similarity[left * 5 + right] = value
      similarity[right * 5 + left] = value
    }
    for feature in 0..<5 { set(feature, feature, 1) }
    set(0, 1, 0.9)
    set(2, 3, 0.8)
    set(0, 2, 0.5)
    set(0, 3, 0.3)
    set(1, 2, 0.4)
    set(1, 3, 0.4)
    let tight = RedundancyClusters(similarity: similarity, count: 5, cutAbove: 0.7)
    #expect(tight.members == [[0, 1], [2, 3], [4]])
    #expect(tight.clusterOf == [0, 0, 1, 1, 2])
    #expect(tight.merges.map(\.left) == [0, 2, 5, 7] && tight.merges.map(\.right) == [1, 3, 6, 4])
    for (merge, height) in zip(tight.merges, [0.1, 0.2, 0.6, 0.9] as [Float]) {
      #expect(abs(merge.height - height) < 1e-6)
    }
    #expect(RedundancyClusters(similarity: similarity, count: 5, cutAbove: 0.35).members == [[0, 1, 2, 3], [4]])
    #expect(RedundancyClusters(similarity: similarity, count: 5, cutAbove: 0.95).members.count == 5)
    #expect(RedundancyClusters(similarity: [1], count: 1, cutAbove: 0.7).members == [[0]])
  }

  @Test func informationSeesWhatCorrelationDoesNotAndIsNothingForNoise() {
    let rows = 20_000
    let values = sample(rows: rows, seed: 2)
    let columns = BinnedColumns(values: values, columnCount: 8, fittedOn: everything(rows))
    let similarity = RankCorrelation.absolute(columns, at: everything(rows))
    let bowl = MutualInformation.shared(columns, 0, 2, at: everything(rows))
    #expect(similarity[2] < 0.03 && bowl > 0.5)
    #expect(MutualInformation.shared(columns, 4, 5, at: everything(rows)) < 0.003)
    // A column with itself on eight equal bins: ln 8.
    #expect(abs(MutualInformation.shared(columns, 6, 6, at: everything(rows)) - log(8)) < 0.01)
    let directions = (0..<rows).map { values[$0 * 8] > 0 ? Float(1) : 0 }
    let weights = [Float](repeating: 1, count: rows)
    let told = MutualInformation.withDirection(columns, directions: directions, weights: weights, at: everything(rows))
    // One bin of 32 lies across 0.
    #expect(abs(told[0] - log(2)) < 0.03 && told[7] < 0.001)
  }

  @Test func theOrderOfRelevancePutsATwinBehindAWeakerNewcomer() {
    let relevance = [0.50, 0.48, 0.20, 0.01]
    let shared: [[Double]] = [[0, 0.45, 0, 0], [0.45, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    #expect(RelevanceRanking.order(relevance: relevance) { shared[$0][$1] } == [0, 2, 1, 3])
    #expect(RelevanceRanking.order(relevance: relevance) { _, _ in 0 } == [0, 1, 2, 3])
  }

  @Test func blockDrawsKeepNeighboursTogether() {
    var random = CounterRandom(seed: 4, stream: 1)
    let times = BlockDraws.multiplicities(count: 1_003, blockLength: 50, with: &random)
    #expect(times.reduce(0) { $0 + Int($1) } == 1_003)
    #expect(times.count { $0 == 0 } > 200)
    #expect(zip(times, times.dropFirst()).count { $0 != $1 } <= 2 * 21)
    let order = BlockDraws.permutation(count: 1_003, blockLength: 50, with: &random)
    #expect(order.sorted() == everything(1_003))
    #expect(zip(order, order.dropFirst()).count { ($0 + 1) % 1_003 == $1 } >= 1_003 - 22)
    #expect(order != BlockDraws.permutation(count: 1_003, blockLength: 50, with: &random))
  }

  @Test func blockMeansSpreadAsPersistenceDemands() {
    // An autoregression of 0.9: the standard error of its mean is sqrt(19) times that of independent rows.
    var random = CounterRandom(seed: 5, stream: 1)
    var value = 0.0
    let rows = 20_000
    let values = (0..<rows).map { _ -> Double in
      value = 0.9 * value + (1 - 0.81).squareRoot() * random.nextGaussian()
      return value
    }
    func spread(_ blockLength: Int) -> Double {
      let means = BlockDraws.means(
        of: values, weights: [Double](repeating: 1, count: rows), blockLength: blockLength, replicates: 800,
        with: &random)
      let mean = means.reduce(0, +) / 800
      return (means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 799).squareRoot() * Double(rows).squareRoot()
    }
    #expect(abs(spread(1) - 1) < 0.15)
    #expect(abs(spread(200) - 19.0.squareRoot()) < 0.7)
  }

  @Test func aFeatureIsKeptWhenItBeatsTheBestProbeOftenerThanChanceAllows() {
    // Features 0, 1, 2 and their probes; the first always wins, the second in half, the third only against its own.
    let bootstraps = (0..<20).map { number -> [Double] in [9, number < 10 ? 5 : 1, 2, 1, 3, 0.5] }
    let control = ProbeControl(bootstraps: bootstraps, alpha: 0.05)
    #expect(control.frequency == [1, 0.5, 0])
    #expect((0..<3).map { control.isKept($0) } == [true, false, false])
    // P(Binomial(20, 1/2) >= 15) = 0.0207, of 14 and more 0.0577.
    #expect(control.leastFrequency == 0.75)
    #expect(ProbeControl.leastFrequency(bootstraps: 20, alpha: 0.06) == 0.7)
    #expect(ProbeControl.leastFrequency(bootstraps: 5, alpha: 0.05) == 1)
    #expect(ProbeControl.leastFrequency(bootstraps: 4, alpha: 0.05) > 1)
    #expect(abs(control.threshold - bootstraps.map { 3 / $0.reduce(0, +) }.reduce(0, +) / 20) < 1e-12)
  }

  @Test func aFeatureThatHarmsBeatsNobody() {
    let control = ProbeControl(bootstraps: [[Double]](repeating: [-1, 0.1, -2, -3], count: 20), alpha: 0.05)
    #expect(control.frequency == [0, 1])
  }
}
