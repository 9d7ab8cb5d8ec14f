// How capital is split between instruments.

package import QuantMath

/// A way from past results to weights.
package enum AllocationMethod: String, CaseIterable, Sendable {
  case equal
  /// Inverse to the variances, correlations left out.
  case inverseVariance = "inverse-variance"
  case riskParity = "risk-parity"
  case hierarchical
  /// Least mean loss on the worst sessions.
  case minimumTail = "minimum-tail"

  /// Weights that sum to 1.
  ///
  /// - Parameters:
  ///   - results: Results of one unit of each instrument, (sessions, instruments), oldest first.
  ///   - shrinkage: Of the covariances towards their diagonal, 0 to 1.
  ///   - tail: Part of the sessions that ``minimumTail`` counts as the worst.
  package func weights(_ results: Matrix<Double>, shrinkage: Double, tail: Double) -> [Double] {
    let columns = results.columns
    let even = [Double](repeating: 1 / Double(max(1, columns)), count: columns)
    guard results.rows >= 2, columns >= 1 else { return even }
    switch self {
    case .equal: return even
    case .inverseVariance:
      let covariance = SampleCovariance.matrix(results, shrinkage: 1)
      let inverses = (0..<columns).map { covariance[$0, $0] > 0 ? 1 / covariance[$0, $0] : 0 }
      let sum = inverses.reduce(0, +)
      return sum > 0 ? inverses.map { $0 / sum } : even
    case .riskParity: return RiskParity.weights(SampleCovariance.matrix(results, shrinkage: shrinkage))
    case .hierarchical: return HierarchicalRiskParity.weights(SampleCovariance.matrix(results, shrinkage: shrinkage))
    case .minimumTail: return MinimumTail.weights(results, tail: tail)
    }
  }
}
