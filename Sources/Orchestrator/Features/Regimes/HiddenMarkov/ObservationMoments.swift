// Means and variances of all observations together, for starts and floors of fits.

/// Mean and variance in each dimension over the observations that are there.
struct ObservationMoments {
  /// (D).
  let means: [Double]
  /// Biased, (D).
  let variances: [Double]

  /// - Precondition: at least one observation is there.
  init(_ observations: ObservationSequences) {
    let n = observations.dimension
    let count = Double(observations.presentCount)
    precondition(count > 0, "moments need observations")
    var means = [Double](repeating: 0, count: n)
    var variances = means
    for step in 0..<observations.count where observations.isPresent[step] {
      for i in 0..<n { means[i] += observations.values[step * n + i] / count }
    }
    for step in 0..<observations.count where observations.isPresent[step] {
      for i in 0..<n {
        let deviation = observations.values[step * n + i] - means[i]
        variances[i] += deviation * deviation / count
      }
    }
    self.means = means
    self.variances = variances
  }
}
