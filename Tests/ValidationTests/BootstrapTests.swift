// Block bootstrap and effective trials against closed forms.

import QuantMath
import Testing
import Validation

@Suite struct BootstrapTests {
  @Test func circularReplicatesAreWholeBlocksOfNeighbours() throws {
    let bootstrap = BlockBootstrap(scheme: .circular(length: 7), seed: 3)
    for replicate in 0..<50 {
      let indices = try bootstrap.indices(count: 50, replicate: replicate)
      #expect(indices.count == 50 && indices.allSatisfy { (0..<50).contains($0) })
      for step in 1..<50 where step % 7 != 0 { #expect(indices[step] == (indices[step - 1] + 1) % 50) }
    }
    #expect(try bootstrap.indices(count: 50, replicate: 0) != bootstrap.indices(count: 50, replicate: 1))
  }

  @Test func stationaryBlocksHaveTheirMeanLength() throws {
    let bootstrap = BlockBootstrap(scheme: .stationary(meanLength: 5), seed: 3)
    var breaks = 0
    for replicate in 0..<100 {
      let indices = try bootstrap.indices(count: 1000, replicate: replicate)
      breaks += zip(indices, indices.dropFirst()).count { $1 != ($0 + 1) % 1000 }
    }
    // 99,900 chances of 0.2 x 0.999: standard deviation 126; five of them.
    #expect(abs(breaks - 19_960) < 640)
  }

  @Test func independentTrialsCountOnceEachAndCopiesTogetherAsOne() throws {
    var independent = Matrix<Double>(rows: 4, columns: 3, repeating: 0)
    for (row, values) in [[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]].enumerated() {
      for column in 0..<3 { independent[row, column] = values[column] }
    }
    #expect(abs(try EffectiveTrials.participationRatio(independent) - 3) < 1e-12)
    var copies = independent
    for row in 0..<4 {
      copies[row, 1] = 2 * copies[row, 0]
      copies[row, 2] = -copies[row, 0]
    }
    #expect(abs(try EffectiveTrials.participationRatio(copies) - 1) < 1e-12)
    // Two copies and one alone: 9 / (3 + 2).
    for row in 0..<4 { copies[row, 2] = independent[row, 2] }
    #expect(abs(try EffectiveTrials.participationRatio(copies) - 1.8) < 1e-12)
  }
}
