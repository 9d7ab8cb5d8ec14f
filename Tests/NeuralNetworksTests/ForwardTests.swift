// Forward passes against numpy (Tests/oracle/make_network_golden.py).

import NeuralNetworks
import Testing

@Suite struct ForwardTests {
  private static let golden: [(Activation, [Double])] = [
    (
      .tanh,
      [
        0.3805848835023876, -1.0242239239041386, 0.41136182844754876, -0.9911154905091387, 0.5212397739304397,
        -0.7743588868370963, 0.5338701592386823, -0.7380588882427841, 0.5444223675786265, -0.7022159719699275,
      ]
    ),
    (
      .relu,
      [
        0.08809375000000005, -0.592765625, 0.13278125000000005, -0.591046875, 0.4228281250000001, -0.578890625,
        0.46259375, -0.5656874999999999, 0.5023593750000002, -0.5524843749999999,
      ]
    ),
    (
      .sigmoid,
      [
        0.14122805809898947, -0.48009831036141337, 0.14962544622167062, -0.47126386097914175, 0.1885202329203618,
        -0.4110626525682709, 0.19533864012606145, -0.40201285840033296, 0.20190076657185474, -0.39299612070059875,
      ]
    ),
  ]

  private func largestDifference<Scalar: NetworkScalar>(
    _ activation: Activation, _ expected: [Double], as type: Scalar.Type
  ) -> Double {
    let network = Samples.network(activation, as: type)
    let x: [Scalar] = Samples.fill(15, offset: 5)
    let y = network.forward(x, rows: 5)
    return expected.indices.map { abs(Double(y[$0]) - expected[$0]) }.max() ?? .infinity
  }

  @Test(arguments: 0..<3) func bothPrecisionsAgreeWithNumpy(case index: Int) {
    let (activation, expected) = Self.golden[index]
    #expect(largestDifference(activation, expected, as: Double.self) < 1e-14)
    #expect(largestDifference(activation, expected, as: Float.self) < 1e-6)
  }

  @Test func rowsDoNotInfluenceEachOther() {
    let network = Samples.network(.tanh, as: Double.self)
    let x: [Double] = Samples.fill(15, offset: 5)
    let together = Array(UnsafeBufferPointer(start: network.forward(x, rows: 5), count: 10))
    for row in 0..<5 {
      let alone = network.forward(Array(x[(row * 3)..<(row * 3 + 3)]), rows: 1)
      #expect(abs(alone[0] - together[row * 2]) < 1e-15 && abs(alone[1] - together[row * 2 + 1]) < 1e-15)
    }
  }

  @Test(arguments: [Activation.tanh, .relu, .sigmoid]) func aMissingInputIsNeverANumberAfterwards(
    activation: Activation
  ) {
    let network = Samples.network(activation, as: Float.self)
    let y = network.forward([0.1, .nan, 0.2], rows: 1)
    #expect(y[0].isNaN && y[1].isNaN)
  }

  @Test func equalSeedsGiveEqualNetworksInBothPrecisions() {
    func weights<Scalar: NetworkScalar>(_ seed: UInt64, as type: Scalar.Type) -> [Scalar] {
      let network = MultilayerPerceptron<Scalar>(
        inputs: 8, hidden: [16, 4], outputs: 3, activation: .relu, maximumRows: 1, seed: seed)
      return Array(UnsafeBufferPointer(start: network.arena.values, count: network.arena.layout.count))
    }
    let once = weights(1, as: Float.self)
    #expect(once == weights(1, as: Float.self))
    #expect(once != weights(2, as: Float.self))
    #expect(once == weights(1, as: Double.self).map { Float($0) })
    #expect(once.count == 8 * 16 + 16 + 16 * 4 + 4 + 4 * 3 + 3)
  }
}
