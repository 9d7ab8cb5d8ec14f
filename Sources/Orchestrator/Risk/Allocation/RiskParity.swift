// Weights by which every instrument contributes the same to the portfolio's risk.

package import QuantMath

/// Equal risk contributions: w_i (C w)_i is the same for all i.
///
/// Cyclic coordinate descent on w'Cw / 2 - sum of log(w_i) / n, then weights are scaled to sum to 1.
/// Source: T. Griveau-Billion, J.-C. Richard, T. Roncalli, "A fast algorithm for computing high-dimensional risk parity
/// portfolios" (2013).
package enum RiskParity {
  /// Weights that sum to 1; instruments without variance get none, and equal weights where none has any.
  package static func weights(_ covariance: Matrix<Double>) -> [Double] {
    let all = 0..<covariance.rows
    let moving = all.filter { covariance[$0, $0] > 0 }
    guard !moving.isEmpty else { return all.map { _ in 1 / Double(covariance.rows) } }
    let budget = 1 / Double(moving.count)
    var weights = all.map { covariance[$0, $0] > 0 ? 1 / covariance[$0, $0].squareRoot() : 0 }
    for _ in 0..<500 {
      var largest = 0.0
      for own in moving {
        let others = moving.reduce(0) { $1 == own ? $0 : $0 + covariance[own, $1] * weights[$1] }
        let variance = covariance[own, own]
        let next = (-others + (others * others + 4 * variance * budget).squareRoot()) / (2 * variance)
        largest = max(largest, abs(next - weights[own]) / max(1e-300, next))
        weights[own] = next
      }
      if largest < 1e-13 { break }
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
