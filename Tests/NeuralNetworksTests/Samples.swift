// Inputs that tests share; the same formulas are in Tests/oracle/make_network_golden.py.

import NeuralNetworks

enum Samples {
  /// (index * 7 + offset) mod 11 / 8 - 0.6.
  static func fill<Scalar: NetworkScalar>(_ count: Int, offset: Int, as type: Scalar.Type = Scalar.self) -> [Scalar] {
    (0..<count).map { (index: Int) -> Scalar in
      let residue: Int = (index * 7 + offset) % 11
      return Scalar(Double(residue) / 8 - 0.6)
    }
  }

  /// The 3-4-2 network of the golden script.
  static func network<Scalar: NetworkScalar>(_ activation: Activation, as type: Scalar.Type) -> MultilayerPerceptron<
    Scalar
  > {
    let network = MultilayerPerceptron<Scalar>(
      inputs: 3, hidden: [4], outputs: 2, activation: activation, maximumRows: 5, seed: 0)
    for (offset, slot) in network.arena.layout.slots.enumerated() {
      let values: [Scalar] = fill(slot.count, offset: offset + 1)
      network.arena.values(slot).update(from: values, count: slot.count)
    }
    return network
  }
}
