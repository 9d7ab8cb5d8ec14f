// What training is for: a rule that is learned, and a trained network that says bar by bar what it said of windows.

import NeuralNetworks
import QuantMath
import Testing

@Suite struct TransformerLearningTests {
  private static let (inputs, steps, rows) = (3, 8, 32)

  private static let shape = TransformerShape(
    inputs: inputs, width: 16, heads: 2, layers: 2, hidden: 32, outputs: 3, positions: .rotary, span: 4)

  /// Windows of noise whose class is the largest of the three inputs, three steps before the newest.
  private static func batch(_ number: UInt64) -> (x: [Float], classes: [Int32]) {
    var random = CounterRandom(seed: 6, purpose: "batch", index: number)
    let x = (0..<(rows * steps * inputs)).map { _ in Float(random.nextGaussian()) }
    let classes = (0..<rows).map { row in
      let token = (row * steps + steps - 4) * inputs
      return Int32(largest(Array(x[token..<(token + inputs)])))
    }
    return (x, classes)
  }

  /// Where the largest of the numbers stands.
  private static func largest(_ numbers: [Float]) -> Int {
    numbers.indices.max { numbers[$0] < numbers[$1] } ?? -1
  }

  /// A network after so many steps on fresh batches.
  private static func trained(steps count: UInt64) -> TransformerNetwork<Float> {
    let network = TransformerNetwork<Float>(shape, steps: steps, dropout: 0.05, maximumRows: rows, seed: 3)
    let optimiser = AdamW<Float>(network.arena.layout, rate: 3e-3)
    for step in 0..<count {
      let (x, classes) = batch(step)
      network.arena.clearGradients()
      let y = network.forward(x, rows: rows, dropout: DropoutKey(seed: 1, step: step))
      _ = SoftmaxCrossEntropy.loss(
        logits: y, targets: classes, gradient: network.outputGradient, rows: rows, classes: 3)
      network.backward(x, rows: rows)
      optimiser.step(network.arena)
    }
    return network
  }

  /// Share of windows of 20 batches never trained on whose largest logit is their class.
  private static func accuracy(_ network: TransformerNetwork<Float>) -> Double {
    var right = 0
    for number in 1_000_000..<1_000_020 as Range<UInt64> {
      let (x, classes) = batch(number)
      let y = network.forward(x, rows: rows, dropout: nil)
      for row in 0..<rows {
        right += largest((0..<3).map { y[row * 3 + $0] }) == Int(classes[row]) ? 1 : 0
      }
    }
    return Double(right) / Double(20 * rows)
  }

  @Test func aRuleAboutAnEarlierTokenIsLearned() {
    #expect(Self.accuracy(Self.trained(steps: 0)) < 0.5)
    #expect(Self.accuracy(Self.trained(steps: 400)) > 0.9)
  }

  @Test func aTrainedNetworkStreamsWhatItSaidOfWindows() throws {
    let network = Self.trained(steps: 20)
    // Two layers of span 4 reach 7 steps: a window of 8 holds all that counts.
    let stream = try TransformerInference(Self.shape, weights: network.arena)
    let bars = 120
    let x: [Float] = Differences.normals(bars * Self.inputs, "bars")
    var out = [Float](repeating: 0, count: 3)
    for bar in 0..<bars {
      let accepted = x.withUnsafeBufferPointer { stream.step($0.baseAddress! + bar * Self.inputs) }
      #expect(accepted)
      if bar + 1 < Self.steps { continue }
      stream.read(into: &out)
      let window = Array(x[((bar + 1 - Self.steps) * Self.inputs)..<((bar + 1) * Self.inputs)])
      let y = network.forward(window, rows: 1, dropout: nil)
      for output in 0..<3 { #expect(abs(out[output] - y[output]) < 1e-5) }
    }
  }
}
