// Weights that fade with age, where age is counted in new information rather than in days.

/// Time decay, linear in cumulative uniqueness.
///
/// With x(i) the sum of ``AverageUniqueness`` over labels 0 ... i and X over all of them, the factor rises linearly in
/// x to 1 at the newest label:
///
///     0 <= c <= 1:   d(x) = c + (1 - c) x / X           c is the factor that age tends to
///    -1 <  c <  0:   d(x) = max(0, 1 - (1 - x / X) / (1 + c))   the oldest -c of the information gets 0
///
/// c = 1 means no decay. Redundant labels do not age each other: a hundred labels over one bar pass as one.
/// Combine by multiplying: uniqueness or return attribution first, decay last, then scale the product to the number of
/// labels, since decay is a factor and not a weight that sums to anything.
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 4.7, snippet 4.11.
package enum TimeDecay {
  /// One factor per label.
  ///
  /// - Parameters:
  ///   - labels: Sorted by start time.
  ///   - oldest: c above, above -1 and at most 1.
  package static func factors(_ labels: [Label], oldest: Double) throws(ValidationError) -> [Double] {
    try require(oldest > -1 && oldest <= 1, "oldest", oldest, "above -1 and at most 1")
    try Purge.check(labels)
    let uniqueness = try AverageUniqueness.weights(labels)
    let total = uniqueness.reduce(0, +)
    var cumulative = 0.0
    return uniqueness.map { weight in
      cumulative += weight
      // Measured from the newest label, whose factor is then exactly 1 up to the rounding of one division.
      let age = 1 - cumulative / total
      return oldest >= 0 ? 1 - (1 - oldest) * age : max(0, 1 - age / (1 + oldest))
    }
  }
}
