// When the next order comes, and of which kind.

package import QuantMath

/// One arrival.
package struct HawkesArrival: Hashable, Sendable {
  /// Nanoseconds since the process began.
  package var time: Int64
  package var kind: FlowKind

  package init(time: Int64, kind: FlowKind) {
    self.time = time
    self.kind = kind
  }
}

/// Draws the arrivals of a Hawkes process by thinning, in constant time per candidate.
///
/// Between arrivals the intensity only falls, so the present one bounds it: candidates come at that rate, and each is
/// accepted with the share that is left of it. Exponential kernels need no memory of the past but one sum per kind and
/// time scale. Times are whole nanoseconds, and decay is reckoned from the whole ones.
///
/// Source: Y. Ogata, "On Lewis' simulation method for point processes", IEEE Trans. Inf. Theory 27(1) (1981).
package struct HawkesArrivals: Sendable {
  private let jumps: [[FlowVector]]
  /// All kinds by raw value: the synthesized list is made anew at every use.
  private let kinds = FlowKind.allCases
  private let decays: (Double, Double)
  private var random: CounterRandom
  private var fast = FlowVector(repeating: 0)
  private var slow = FlowVector(repeating: 0)
  /// Nanoseconds since the process began.
  package private(set) var time: Int64 = 0

  package init(_ kernel: HawkesKernel, random: CounterRandom) {
    kernel.check()
    jumps = kernel.jumps
    decays = (kernel.decays[0], kernel.decays[1])
    self.random = random
  }

  /// The next arrival before `limit`, under baseline intensities that stay as they are until then; nil if none comes,
  /// and then the time is `limit`.
  ///
  /// - Precondition: the baseline is not negative and not all 0.
  package mutating func next(baseline: FlowVector, before limit: Int64) -> HawkesArrival? {
    let base = baseline.total
    while true {
      let bound = base + fast.total + slow.total
      let wait = -PortableMath.logarithm(random.nextOpenUniform()) / bound * 1e9
      if wait >= Double(limit - time) {
        decay(limit - time)
        return nil
      }
      decay(Int64(wait))
      let intensity = baseline + fast + slow
      let draw = random.nextUniform() * bound
      var cumulative = 0.0
      for (place, kind) in kinds.enumerated() {
        cumulative += intensity[place]
        if draw < cumulative {
          fast += jumps[place][0]
          slow += jumps[place][1]
          return HawkesArrival(time: time, kind: kind)
        }
      }
    }
  }

  private mutating func decay(_ nanoseconds: Int64) {
    let seconds = Double(nanoseconds) * 1e-9
    fast *= PortableMath.exponential(-decays.0 * seconds)
    slow *= PortableMath.exponential(-decays.1 * seconds)
    time += nanoseconds
  }
}
