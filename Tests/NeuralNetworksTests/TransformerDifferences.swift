// Tools of the transformer's layer tests.

import NeuralNetworks
import QuantMath

enum Differences {
  /// `count` normal numbers; equal names give equal numbers.
  static func normals<Scalar: NetworkScalar>(_ count: Int, _ name: String, as type: Scalar.Type = Scalar.self)
    -> [Scalar]
  {
    var random = CounterRandom(seed: 12, purpose: name)
    return (0..<count).map { _ in Scalar(random.nextGaussian()) }
  }

  /// Slopes of `loss` in each of `count` numbers at `x`, by central differences.
  static func slopes(_ x: UnsafeMutablePointer<Double>, count: Int, of loss: () -> Double) -> [Double] {
    let step = 1e-5
    return (0..<count).map { index in
      let value = x[index]
      x[index] = value + step
      let above = loss()
      x[index] = value - step
      let below = loss()
      x[index] = value
      return (above - below) / (2 * step)
    }
  }

  /// Largest difference of two equally long lists.
  static func largest(_ found: some Collection<Double>, _ expected: some Collection<Double>) -> Double {
    zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// Sum of products.
  static func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).map { $0 * $1 }.reduce(0, +) }
}

/// Memory with numbers in it that layers may write to, freed with its owner.
final class Room<Scalar: NetworkScalar> {
  let base: UnsafeMutablePointer<Scalar>
  let count: Int

  init(_ numbers: [Scalar]) {
    count = numbers.count
    base = .allocate(capacity: max(1, count))
    base.initialize(from: numbers, count: count)
  }

  /// Numbers that no result can be mistaken for.
  convenience init(_ count: Int) { self.init([Scalar](repeating: 77, count: count)) }

  deinit { base.deallocate() }

  var numbers: [Scalar] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
