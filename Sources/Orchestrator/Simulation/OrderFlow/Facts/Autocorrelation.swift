// How much a series resembles itself some steps ago.

/// Autocorrelations of a series in pieces, in one pass and bounded memory.
///
/// Pairs never reach across ``breakSeries()``. The coefficient at lag k is the mean of (x_t - m)(x_t-k - m) over the
/// mean of (x_t - m)^2, m being the mean of all. Its standard error holds under no correlation at that lag and lets the
/// size of fluctuations change: sqrt(sum of (x_t - m)^2 (x_t-k - m)^2) over n_k times the variance.
///
/// Source: F. X. Diebold, "Testing for serial correlation in the presence of ARCH" (1986), with sample moments.
package struct Autocorrelation: Hashable, Sendable {
  /// Power sums over the pairs (a, b) of one lag.
  private struct PairSums: Hashable, Sendable {
    var count = 0.0
    var (a, b, ab, aa, bb, aab, abb, aabb) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
  }

  private var pairs: [PairSums]
  /// The last values, newest at `position - 1`.
  private var recent: [Double]
  private var position = 0
  private var held = 0
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  /// - Parameter lags: largest lag, 1 or more.
  package init(lags: Int) {
    precondition(lags >= 1, "autocorrelations up to lag \(lags) were asked for: 1 or more")
    pairs = [PairSums](repeating: PairSums(), count: lags)
    recent = [Double](repeating: 0, count: lags)
  }

  /// Largest lag.
  package var lags: Int { pairs.count }

  /// Number of values.
  package var valueCount: Int { Int(count) }

  /// Adds the next value.
  package mutating func update(_ a: Double) {
    for lag in 1...lags where lag <= held {
      let b = recent[(position - lag + lags) % lags]
      pairs[lag - 1].count += 1
      pairs[lag - 1].a += a
      pairs[lag - 1].b += b
      pairs[lag - 1].ab += a * b
      pairs[lag - 1].aa += a * a
      pairs[lag - 1].bb += b * b
      pairs[lag - 1].aab += a * a * b
      pairs[lag - 1].abb += a * b * b
      pairs[lag - 1].aabb += a * a * b * b
    }
    recent[position] = a
    position = (position + 1) % lags
    held = min(held + 1, lags)
    count += 1
    sum += a
    squares += a * a
  }

  /// The next value has nothing to do with those before.
  package mutating func breakSeries() { held = 0 }

  private var mean: Double { sum / count }
  private var variance: Double { squares / count - mean * mean }

  /// Coefficient at `lag`; nil without two pairs or for a constant series.
  package func coefficient(_ lag: Int) -> Double? {
    guard let pair = pair(lag) else { return nil }
    let m = mean
    let covariance = (pair.ab - m * (pair.a + pair.b)) / pair.count + m * m
    return covariance / variance
  }

  /// Standard error of ``coefficient(_:)`` where there is no correlation.
  package func standardError(_ lag: Int) -> Double? {
    guard let pair = pair(lag) else { return nil }
    let m = mean
    let cross = pair.aabb - 2 * m * (pair.aab + pair.abb) + m * m * (pair.aa + pair.bb + 4 * pair.ab)
    let sum = cross - 2 * m * m * m * (pair.a + pair.b) + m * m * m * m * pair.count
    return max(0, sum).squareRoot() / (pair.count * variance)
  }

  private func pair(_ lag: Int) -> PairSums? {
    guard (1...lags).contains(lag), pairs[lag - 1].count > 1, variance > 0 else { return nil }
    return pairs[lag - 1]
  }
}
