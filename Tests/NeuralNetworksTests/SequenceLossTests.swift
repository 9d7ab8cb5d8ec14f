// Losses of several heads: gradients against finite differences, chunks against whole batches.

import NeuralNetworks
import QuantMath
import Testing

@Suite struct SequenceLossTests {
  private static let loss = SequenceLoss([
    LossHead(.classes(weights: [1.5, 0.5, 1]), weight: 0.7), LossHead(.classes(weights: [1, 2], focus: 1.7)),
    LossHead(.classes(weights: [1, 2], focus: 0.5)), LossHead(.means(2), weight: 0.3),
    LossHead(.robustMeans(1, delta: 0.6)), LossHead(.quantiles([0.1, 0.5, 0.9]), weight: 2),
  ])
  private let rows = 9

  private func data() -> (outputs: [Double], targets: [Double], weights: [Double]) {
    var random = CounterRandom(seed: 4, purpose: "loss")
    let outputs = (0..<(rows * Self.loss.outputs)).map { _ in random.nextGaussian() }
    var targets: [Double] = []
    for row in 0..<rows {
      targets += [Double(row % 3), Double(row % 2), Double(row / 2 % 2)]
      for _ in 0..<4 { targets.append(random.nextGaussian()) }
    }
    let weights = (0..<rows).map { _ in random.nextUniform() + 0.1 }
    return (outputs, targets, weights)
  }

  @Test func everyHeadsGradientAgreesWithFiniteDifferences() {
    var (outputs, targets, weights) = data()
    let totals = Self.loss.totals(targets: targets, weights: weights, rows: rows)
    var gradient = [Double](repeating: 0, count: outputs.count)
    var scratch = gradient
    _ = Self.loss.evaluate(
      outputs: outputs, targets: targets, weights: weights, totals: totals, gradient: &gradient, rows: rows)
    func loss() -> Double {
      Self.loss.evaluate(
        outputs: outputs, targets: targets, weights: weights, totals: totals, gradient: &scratch, rows: rows)
    }
    for index in outputs.indices {
      let value = outputs[index]
      outputs[index] = value + 1e-6
      let above = loss()
      outputs[index] = value - 1e-6
      let below = loss()
      outputs[index] = value
      #expect(abs((above - below) / 2e-6 - gradient[index]) < 1e-8, "output \(index % Self.loss.outputs)")
    }
    #expect(gradient.allSatisfy { $0 != 0 })
  }

  @Test func chunksAddUpToTheWholeBatch() {
    let (outputs, targets, weights) = data()
    let totals = Self.loss.totals(targets: targets, weights: weights, rows: rows)
    var gradient = [Double](repeating: 0, count: outputs.count)
    let whole = Self.loss.evaluate(
      outputs: outputs, targets: targets, weights: weights, totals: totals, gradient: &gradient, rows: rows)
    var sum = 0.0
    for (first, count) in [(0, 4), (4, 5)] {
      var part = [Double](repeating: 0, count: count * Self.loss.outputs)
      sum += Self.loss.evaluate(
        outputs: Array(outputs[(first * Self.loss.outputs)...]), targets: Array(targets[(first * 7)...]),
        weights: Array(weights[first...]), totals: totals, gradient: &part, rows: count)
      #expect(part == Array(gradient[(first * Self.loss.outputs)..<((first + count) * Self.loss.outputs)]))
    }
    #expect(abs(sum - whole) < 1e-14)
  }

  @Test func aFocusOfZeroIsCrossEntropyAndCertaintyHasNoGradient() {
    let certain: [Float] = [200, 0]
    var gradient: [Float] = [1, 1]
    for focus in [0, 0.5, 2] {
      let loss = SequenceLoss([LossHead(.classes(weights: [1, 1], focus: focus))])
      let value = loss.evaluate(
        outputs: certain, targets: [0], weights: nil, totals: [1], gradient: &gradient, rows: 1)
      #expect(value == 0)
      #expect(gradient == [0, 0])
    }
    let logits: [Double] = [0.3, -0.8]
    var slope = [0.0, 0.0]
    // p = e^0.3 / (e^0.3 + e^-0.8) = 0.7502601055951177; (1 - p)^2 times -ln p.
    let focal = SequenceLoss([LossHead(.classes(weights: [1, 1], focus: 2))]).evaluate(
      outputs: logits, targets: [0], weights: nil, totals: [1], gradient: &slope, rows: 1)
    #expect(abs(focal - 0.0624 * 0.2873) < 1e-4)
  }

  @Test func theBestConstantOfThePinballLossIsTheQuantile() {
    let loss = SequenceLoss([LossHead(.quantiles([0.9]))])
    let targets = (0..<100).map { Double($0) }
    func value(_ constant: Double) -> Double {
      var gradient = [Double](repeating: 0, count: 100)
      return loss.evaluate(
        outputs: [Double](repeating: constant, count: 100), targets: targets, weights: nil, totals: [100],
        gradient: &gradient, rows: 100)
    }
    let best = (0..<100).min { value(Double($0)) < value(Double($1)) }
    #expect(best == 89 || best == 90)
  }
}
