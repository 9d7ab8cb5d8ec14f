// Losses and the optimiser against numpy (Tests/oracle/make_network_golden.py).

import NeuralNetworks
import Testing

@Suite struct LossTests {
  @Test func crossEntropyAgreesWithNumpyEvenWhereExponentialsWouldOverflow() {
    let logits = [1.0, 2, 3, 1000, -1000, 0]
    var gradient = [Double](repeating: .nan, count: 6)
    let loss = SoftmaxCrossEntropy.loss(
      logits: logits, targets: [0, 2], weights: [1, 3], gradient: &gradient, rows: 2, classes: 3)
    #expect(abs(loss - 750.6019014911111) < 1e-10)
    let expected = [-0.2274923567074049, 0.06118211776369941, 0.16631023894370545, 0.75, 0, -0.75]
    for (found, expected) in zip(gradient, expected) { #expect(abs(found - expected) < 1e-15) }
  }

  @Test func equalWeightsAreTheDefault() {
    let logits = [0.3, -0.2, 0.9, 0.1]
    var plain = [Double](repeating: 0, count: 4)
    var weighted = plain
    let first = SoftmaxCrossEntropy.loss(logits: logits, targets: [1, 0], gradient: &plain, rows: 2, classes: 2)
    let second = SoftmaxCrossEntropy.loss(
      logits: logits, targets: [1, 0], weights: [2, 2], gradient: &weighted, rows: 2, classes: 2)
    #expect(first == second && plain == weighted)
  }

  @Test func squaredErrorIsTheMeanOverRowsAndOutputs() {
    var gradient = [Double](repeating: .nan, count: 4)
    let loss = MeanSquaredError.loss(
      predictions: [1, 2, 3, 4], targets: [0, 2, 3, 1], gradient: &gradient, rows: 2, outputs: 2)
    #expect(loss == 2.5)
    #expect(gradient == [0.5, 0, 0, 1.5])
  }

  @Test func threeStepsOfAdamWAgreeWithNumpy() {
    var layout = ParameterLayout()
    _ = layout.add("w", shape: [3])
    let arena = ParameterArena<Double>(layout)
    arena.values.update(from: [1, -0.5, 0.25], count: 3)
    let optimizer = AdamW<Double>(layout, rate: 0.1, decay: 0.01)
    for gradient in [[0.1, -2, 0], [0.3, 1, 0], [-0.2, 0.5, 1e-3]] {
      arena.gradients.update(from: gradient, count: 3)
      optimizer.step(arena)
    }
    let expected = [0.7797261999775973, -0.36595544367246935, 0.1853704956954316]
    for index in 0..<3 { #expect(abs(arena.values[index] - expected[index]) < 1e-14) }
  }
}
