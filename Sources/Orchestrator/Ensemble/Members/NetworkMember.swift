// A network as a member: fed bar by bar on the scale that it was trained on.

import Glibc
package import NeuralNetworks

/// An LSTM or a transformer.
package final class NetworkMember: EnsembleMember {
  /// Standardised values are held within this many deviations, in training as here.
  package static let hold: Float = 8

  package let kind: MemberKind
  private let network: any StreamingNetwork
  private let scaling: Standardisation
  private let row: UnsafeMutablePointer<Float>
  private let logits: UnsafeMutablePointer<Float>
  private var isFed = false

  package init(_ kind: MemberKind, _ network: any StreamingNetwork, scaling: Standardisation) throws(MemberFlaw) {
    guard network.outputs == MoveClass.count else { throw MemberFlaw(kind, "it gives \(network.outputs) values") }
    guard network.inputs == scaling.means.count else {
      throw MemberFlaw(kind, "it reads \(network.inputs) columns, but its scale has \(scaling.means.count)")
    }
    self.kind = kind
    self.network = network
    self.scaling = scaling
    row = .allocate(capacity: network.inputs)
    row.initialize(repeating: 0, count: network.inputs)
    logits = .allocate(capacity: network.outputs)
    logits.initialize(repeating: 0, count: network.outputs)
  }

  deinit {
    row.deallocate()
    logits.deallocate()
  }

  package var columns: Int { network.inputs }

  package func reset() {
    network.reset()
    isFed = false
  }

  package func observe(_ features: UnsafePointer<Float>, slot: Int64) -> Bool {
    scaling.apply(features, rows: 1, into: row)
    // Written so that what is no number stays none, and is refused.
    for column in 0..<columns {
      if row[column] > Self.hold { row[column] = Self.hold }
      if row[column] < -Self.hold { row[column] = -Self.hold }
      // An infinite feature is bad data, not a wild value.
      guard features[column].isFinite else { return false }
    }
    network.enter(slot: slot)
    guard network.step(row) else { return false }
    isFed = true
    return true
  }

  package func read(_ features: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool {
    guard isFed else { return false }
    network.read(into: logits)
    var largest = logits[0]
    for place in 1..<MoveClass.count { largest = max(largest, logits[place]) }
    var sum = 0.0
    for place in 0..<MoveClass.count {
      p[place] = exp(Double(logits[place] - largest))
      sum += p[place]
    }
    guard sum.isFinite else { return false }
    for place in 0..<MoveClass.count { p[place] /= sum }
    return true
  }
}
