// How one arrival makes others likelier: the parameters of a mutually exciting point process.

/// Kernel of a Hawkes process over the six kinds of order flow, symmetric between buyers and sellers.
///
/// The intensity of kind i is mu_i(t) + sum over past arrivals (t', j) of n_ij sum_k w_k b_k exp(-b_k (t - t')). There
/// n_ij is the mean number of direct children of kind i that one arrival of kind j has, and w_k says how they split
/// over the time scales 1 / b_k. A sum of two exponentials stands in for the slowly decaying kernels of real markets
/// and keeps the cost of an event constant.
///
/// Source: A. Hawkes, "Spectra of some self-exciting and mutually exciting point processes", Biometrika 58(1) (1971).
package struct HawkesKernel: Hashable, Sendable {
  /// Children on the parent's own side, [child action][parent action]; actions are market, limit, cancel.
  package var sameSide: [[Double]]
  /// Children on the other side.
  package var otherSide: [[Double]]
  /// Decay rates b_k per second, [2].
  package var decays: [Double]
  /// Shares w_k of the time scales, [2]; they sum to 1.
  package var shares: [Double]

  /// - Precondition: matrices are 3 x 3 and not negative; two positive decays; two shares that sum to 1; the branching
  ///   ratio is below 1, so that activity dies down.
  package init(sameSide: [[Double]], otherSide: [[Double]], decays: [Double], shares: [Double]) {
    self.sameSide = sameSide
    self.otherSide = otherSide
    self.decays = decays
    self.shares = shares
    check()
  }

  /// Stops the program where a number is out of range; also before use, since fields may be changed.
  func check() {
    for matrix in [sameSide, otherSide] {
      precondition(
        matrix.count == 3 && matrix.allSatisfy { $0.count == 3 && $0.allSatisfy { $0 >= 0 } },
        "a Hawkes kernel needs 3 x 3 matrices of numbers of children, 0 or more, and got \(matrix)")
    }
    precondition(
      decays.count == 2 && decays.allSatisfy { $0 > 0 && $0.isFinite }, "two positive decays are needed, not \(decays)")
    precondition(
      shares.count == 2 && shares.allSatisfy { $0 >= 0 } && abs(shares[0] + shares[1] - 1) < 1e-9,
      "two shares that sum to 1 are needed, not \(shares)")
    precondition(
      branchingRatio < 1, "a branching ratio of \(branchingRatio) would never die down: reduce the numbers of children")
  }

  /// No arrival excites another: six Poisson processes.
  package static let independent = HawkesKernel(
    sameSide: [[Double]](repeating: [0, 0, 0], count: 3), otherSide: [[Double]](repeating: [0, 0, 0], count: 3),
    decays: [10, 0.5], shares: [0.5, 0.5])

  /// Mean number of direct children of kind `child` per arrival of kind `parent`.
  package func children(of parent: FlowKind, _ child: FlowKind) -> Double {
    (parent.side == child.side ? sameSide : otherSide)[child.action][parent.action]
  }

  /// Largest eigenvalue of n_ij: the share of all arrivals that others have caused, where it dominates.
  ///
  /// By symmetry it is that of the sum of the two matrices; powers of a matrix without negative entries find it.
  package var branchingRatio: Double {
    let sum = (0..<3).map { row in (0..<3).map { sameSide[row][$0] + otherSide[row][$0] } }
    // The identity added makes the dominant eigenvalue the only one of its size.
    var vector = [1.0, 1, 1]
    var ratio = 0.0
    for _ in 0..<500 {
      let image = (0..<3).map { row in vector[row] + (0..<3).reduce(0) { $0 + sum[row][$1] * vector[$1] } }
      ratio = image.max() ?? 1
      vector = image.map { $0 / ratio }
    }
    return ratio - 1
  }

  /// What an arrival adds to the intensities at once, [parent][scale].
  var jumps: [[FlowVector]] {
    FlowKind.allCases.map { parent in
      (0..<2).map { scale in
        var jump = FlowVector(repeating: 0)
        for child in FlowKind.allCases { jump[child] = children(of: parent, child) * shares[scale] * decays[scale] }
        return jump
      }
    }
  }
}
