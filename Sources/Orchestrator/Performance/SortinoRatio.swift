// Reward per unit of harm: only results below the target count as risk.

/// The Sortino ratio: mean excess over a target, divided by the root mean square of the shortfalls below it.
///
///     S = (mean(r) - target) / sqrt(mean(min(0, r - target)^2))        both means over all n periods
///
/// The standard error follows by the delta method from A = mean(r) - target and B = mean of squared shortfalls: result
/// i moves S by (r_i - target - A) / sqrt(B) - A (d_i^2 - B) / (2 B^(3/2)). Assumes independent periods.
/// Source: F. Sortino, R. van der Meer, "Downside risk", Journal of Portfolio Management 17(4) (1991).
package enum SortinoRatio {
  /// Nil below two periods, if nothing fell below the target, or if a result is not finite.
  package static func perPeriod(_ results: [Double], target: Double = 0) -> Estimate? {
    guard results.count >= 2, results.allSatisfy(\.isFinite) else { return nil }
    let n = Double(results.count)
    let excess = results.map { $0 - target }
    let mean = excess.reduce(0, +) / n
    let shortfalls = excess.map { min(0, $0) * min(0, $0) }
    let meanSquare = shortfalls.reduce(0, +) / n
    guard meanSquare > 0 else { return nil }
    let root = meanSquare.squareRoot()
    let influences = zip(excess, shortfalls).map { excess, square in
      (excess - mean) / root - mean * (square - meanSquare) / (2 * meanSquare * root)
    }
    return Estimate(
      value: mean / root, unit: .perPeriod, standardError: standardError(influences: influences),
      observations: results.count)
  }
}
