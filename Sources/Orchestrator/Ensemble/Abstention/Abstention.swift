// When a forecast is not acted upon, and why.

import Glibc

/// Why nothing is forecast, or a forecast is not worth a trade; raw values are part of records.
package enum AbstentionReason: UInt8, CaseIterable, Codable, Sendable {
  /// A feature is missing, infinite or no number.
  case noInput = 1
  /// No member has a forecast that is fresh enough.
  case noMember = 2
  /// The features are unlike what the models learned from.
  case novel = 3
  /// The members contradict each other.
  case disagreement = 4
  /// The outcomes that cannot be ruled out point both ways.
  case undecided = 5
  /// The expected move does not pay what a trade costs.
  case tooSmall = 6
}

/// How far members may differ.
package enum Disagreement {
  /// Jensen-Shannon divergence of the members' probabilities (N, K) under their weights (N), in nats: 0 where all say
  /// the same, at most ln K.
  ///
  /// Source: J. Lin, "Divergence measures based on the Shannon entropy" (IEEE Trans. Inf. Theory 37, 1991).
  package static func divergence(
    _ probabilities: UnsafePointer<Double>, weights: UnsafePointer<Double>, members: Int, classes: Int
  ) -> Double {
    func entropy(_ p: Double) -> Double { p > 0 ? -p * log(p) : 0 }
    var (mixture, parts) = (0.0, 0.0)
    for place in 0..<classes {
      var mean = 0.0
      for member in 0..<members where weights[member] > 0 {
        let p = probabilities[member * classes + place]
        mean += weights[member] * p
        parts += weights[member] * entropy(p)
      }
      mixture += entropy(mean)
    }
    return max(0, mixture - parts)
  }
}

/// Whether a move is worth its costs.
package enum MoveWorth {
  /// Whether a trade's expected gain exceeds its cost.
  ///
  /// - Parameters:
  ///   - up, down: Probabilities of a rise and a fall.
  ///   - move: Expected size of the move when there is one, in ticks.
  ///   - cost: Of entering and leaving, fees, spread and slippage together, in ticks.
  ///   - margin: How much more than the cost is asked for, as a factor.
  package static func pays(up: Double, down: Double, move: Double, cost: Double, margin: Double = 1) -> Bool {
    abs(up - down) * move > margin * cost
  }
}
