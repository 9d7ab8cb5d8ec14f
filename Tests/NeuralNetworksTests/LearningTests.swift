// Networks that learn, and learn the same thing every time.

import Glibc
import NeuralNetworks
import QuantMath
import Testing

@Suite struct LearningTests {
  @Test(arguments: [Activation.tanh, .sigmoid, .relu]) func exclusiveOrIsLearned(activation: Activation) {
    let network = MultilayerPerceptron<Float>(
      inputs: 2, hidden: [8], outputs: 2, activation: activation, maximumRows: 4, seed: 5)
    let optimizer = AdamW<Float>(network.arena.layout, rate: 0.05)
    let x: [Float] = [0, 0, 0, 1, 1, 0, 1, 1]
    let classes: [Int32] = [0, 1, 1, 0]
    var loss: Float = .infinity
    for _ in 0..<400 {
      network.arena.clearGradients()
      let logits = network.forward(x, rows: 4)
      loss = SoftmaxCrossEntropy.loss(
        logits: logits, targets: classes, gradient: network.outputGradient, rows: 4, classes: 2)
      network.backward(x, outputGradient: network.outputGradient, rows: 4)
      optimizer.step(network.arena)
    }
    #expect(loss < 0.02)
  }

  /// Fits y = sin(2 x0) + x1^2 on mini-batches; returns the first and last epoch's mean loss and the weights.
  private func regression(seed: UInt64) -> (first: Float, last: Float, weights: [Float]) {
    let network = MultilayerPerceptron<Float>(
      inputs: 2, hidden: [16, 16], outputs: 1, activation: .tanh, maximumRows: 32, seed: seed)
    let optimizer = AdamW<Float>(network.arena.layout, rate: 0.01, decay: 1e-4)
    var random = CounterRandom(seed: 1, purpose: "regression")
    let x = (0..<512).map { _ in Float(random.nextUniform(in: -1..<1)) }
    let y = (0..<256).map { sinf(2 * x[2 * $0]) + x[2 * $0 + 1] * x[2 * $0 + 1] }
    var losses: [Float] = []
    for _ in 0..<150 {
      var sum: Float = 0
      for batch in 0..<8 {
        let inputs = Array(x[(batch * 64)..<(batch * 64 + 64)])
        let targets = Array(y[(batch * 32)..<(batch * 32 + 32)])
        network.arena.clearGradients()
        sum += MeanSquaredError.loss(
          predictions: network.forward(inputs, rows: 32), targets: targets, gradient: network.outputGradient, rows: 32,
          outputs: 1)
        network.backward(inputs, outputGradient: network.outputGradient, rows: 32)
        optimizer.step(network.arena)
      }
      losses.append(sum / 8)
    }
    let weights = Array(UnsafeBufferPointer(start: network.arena.values, count: network.arena.layout.count))
    return (losses[0], losses[149], weights)
  }

  @Test func aSmoothFunctionIsFitted() {
    let result = regression(seed: 2)
    #expect(result.first > 0.1)
    #expect(result.last < 0.002)
  }

  @Test func trainingTwiceGivesTheSameBits() {
    let (one, two) = (regression(seed: 2), regression(seed: 2))
    #expect(one.weights.map(\.bitPattern) == two.weights.map(\.bitPattern))
    #expect(regression(seed: 3).weights != one.weights)
  }
}
