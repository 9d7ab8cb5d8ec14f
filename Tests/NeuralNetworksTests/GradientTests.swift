// Backward passes against finite differences in double precision, and against each other in single.

import NeuralNetworks
import QuantMath
import Testing

@Suite struct GradientTests {
  enum Loss: CaseIterable {
    case crossEntropy
    case squaredError
  }

  private let rows = 6
  private let classes: [Int32] = [0, 2, 1, 1, 0, 2]

  /// A 4-5-3-3 network; loss and gradients of all its weights on fixed random data with sample weights.
  private func evaluate<Scalar: NetworkScalar>(
    _ network: MultilayerPerceptron<Scalar>, _ loss: Loss
  ) -> Scalar {
    var random = CounterRandom(seed: 3, purpose: "data")
    let x = (0..<(rows * 4)).map { _ in Scalar(random.nextGaussian()) }
    let targets = (0..<(rows * 3)).map { _ in Scalar(random.nextGaussian()) }
    let weights = (0..<rows).map { _ in Scalar(random.nextUniform() + 0.1) }
    network.arena.clearGradients()
    let y = network.forward(x, rows: rows)
    let value: Scalar
    switch loss {
    case .crossEntropy:
      value = SoftmaxCrossEntropy.loss(
        logits: y, targets: classes, weights: weights, gradient: network.outputGradient, rows: rows, classes: 3)
    case .squaredError:
      value = MeanSquaredError.loss(
        predictions: y, targets: targets, weights: weights, gradient: network.outputGradient, rows: rows, outputs: 3)
    }
    network.backward(x, outputGradient: network.outputGradient, rows: rows)
    return value
  }

  private func network<Scalar: NetworkScalar>(_ activation: Activation, as type: Scalar.Type) -> MultilayerPerceptron<
    Scalar
  > {
    let network = MultilayerPerceptron<Scalar>(
      inputs: 4, hidden: [5, 3], outputs: 3, activation: activation, maximumRows: 6, seed: 17)
    // Biases away from 0, so that their gradients are tested where they live.
    for slot in network.arena.layout.slots where slot.shape.count == 1 {
      for index in 0..<slot.count { network.arena.values(slot)[index] = Scalar(0.05 * Double(index + 1)) }
    }
    return network
  }

  @Test(arguments: [Activation.tanh, .relu, .sigmoid], Loss.allCases)
  func everyGradientAgreesWithFiniteDifferences(activation: Activation, loss: Loss) {
    let network = network(activation, as: Double.self)
    let count = network.arena.layout.count
    _ = evaluate(network, loss)
    let gradients = Array(UnsafeBufferPointer(start: network.arena.gradients, count: count))
    let step = 1e-6
    var largest = 0.0
    for index in 0..<count {
      let value = network.arena.values[index]
      network.arena.values[index] = value + step
      let above = evaluate(network, loss)
      network.arena.values[index] = value - step
      let below = evaluate(network, loss)
      network.arena.values[index] = value
      largest = max(largest, abs((above - below) / (2 * step) - gradients[index]))
    }
    #expect(largest < 1e-8)
    #expect(gradients.contains { abs($0) > 1e-3 })
  }

  @Test(arguments: [Activation.tanh, .relu, .sigmoid], Loss.allCases)
  func singlePrecisionFollowsDouble(activation: Activation, loss: Loss) {
    let (single, double) = (network(activation, as: Float.self), network(activation, as: Double.self))
    #expect(abs(Double(evaluate(single, loss)) - evaluate(double, loss)) < 1e-6)
    for index in 0..<double.arena.layout.count {
      #expect(abs(Double(single.arena.gradients[index]) - double.arena.gradients[index]) < 1e-6)
    }
  }

  @Test func gradientsOfTwoPassesAdd() {
    let network = network(.tanh, as: Double.self)
    _ = evaluate(network, .squaredError)
    let count = network.arena.layout.count
    let once = Array(UnsafeBufferPointer(start: network.arena.gradients, count: count))
    let x = [Double](repeating: 0.3, count: 4)
    let y = network.forward(x, rows: 1)
    network.outputGradient.update(from: [y[0], y[1], y[2]], count: 3)
    network.backward(x, outputGradient: network.outputGradient, rows: 1)
    let twice = Array(UnsafeBufferPointer(start: network.arena.gradients, count: count))
    network.arena.clearGradients()
    network.outputGradient.update(from: [y[0], y[1], y[2]], count: 3)
    network.backward(x, outputGradient: network.outputGradient, rows: 1)
    for index in 0..<count { #expect(abs(twice[index] - once[index] - network.arena.gradients[index]) < 1e-14) }
  }
}
