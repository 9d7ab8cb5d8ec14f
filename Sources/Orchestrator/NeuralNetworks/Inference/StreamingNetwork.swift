// A network that is fed one bar at a time.

/// A network that carries its state from step to step.
///
/// One sequence, one thread; memory is taken at initialisation only.
package protocol StreamingNetwork: AnyObject {
  /// I.
  var inputs: Int { get }
  /// O.
  var outputs: Int { get }
  /// Forgets all steps: the next one begins a sequence.
  func reset()
  /// Tells which slot of time the next step falls into; slots ascend. Most networks only count steps.
  func enter(slot: Int64)
  /// Takes the next step, `x` (I); false, with nothing changed, where an input is not finite.
  func step(_ x: UnsafePointer<Float>) -> Bool
  /// Writes what the head says of the newest step to `out` (O); changes nothing.
  func read(into out: UnsafeMutablePointer<Float>)
}

extension StreamingNetwork {
  package func enter(slot: Int64) {}
}

/// Why a network cannot be made.
package enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kernels take no such sizes.
  case shape(String)
  /// The weights are those of another network.
  case differentWeights

  package var description: String {
    switch self {
    case .shape(let what):
      return "\(what) cannot be: sizes go from 1 to 4096, layers to 8, and a transformer's width is a multiple of its "
        + "heads, with rotary positions of twice as many"
    case .differentWeights: return "the weights were made for a network of another shape"
    }
  }
}

/// Memory of a kernel: taken once, given back with its owner.
final class KernelMemory {
  let base: UnsafeMutableRawPointer
  let size: Int

  init(size: Int) {
    self.size = size
    base = .allocate(byteCount: size, alignment: 64)
  }

  deinit { base.deallocate() }
}
