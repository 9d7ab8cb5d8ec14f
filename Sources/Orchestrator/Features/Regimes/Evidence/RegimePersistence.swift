// Whether regimes last longer than chance would let them.

package import TradingDomain

/// Dwell times against independent draws, and a test of the number of runs.
///
/// A run is a stretch of equal regimes inside one session. Within each session the runs are compared with those of a
/// random order of the same regimes, so that quiet and wild days alone make nothing persist:
///
///     E R   = n + 1 - S2 / n
///     Var R = (S2 (S2 + n (n + 1)) - 2 n S3 - n^3) / (n^2 (n - 1)),   Sk = sum of (count of each regime)^k
///
/// Averages among the observations alone let regimes persist: compare with shuffled bars too (``ShuffledDwell``).
/// Source: D. Barton, F. David, "Multiple runs", Biometrika 44 (1957).
package struct RegimePersistence: Hashable, Codable, Sendable {
  /// One regime's part.
  package struct Dwell: Hashable, Codable, Sendable {
    package var bars: Int
    package var share: Double
    package var runs: Int
    /// Mean run in bars; nil without runs.
    package var mean: Double?
    /// Mean run of independent draws with the same share: 1 / (1 - share); nil where there is no other regime.
    package var independent: Double?
  }

  /// By regime, in the order of ``RegimeProbabilities/order``.
  package let dwells: [Dwell]
  package let runs: Int
  package let expectedRuns: Double
  /// (runs - expected) / standard deviation; strongly negative where regimes persist. Nil where nothing could vary.
  package let runsScore: Double?
  /// Mean run of all regimes, and of randomly ordered ones, in bars.
  package let meanDwell: Double
  package let independentDwell: Double

  /// - Precondition: the track has bars.
  package init(_ track: RegimeTrack) {
    precondition(!track.bars.isEmpty, "persistence needs bars")
    let order = RegimeProbabilities.order
    var bars = [Int](repeating: 0, count: order.count)
    var runsOf = bars
    var (expected, variance) = (0.0, 0.0)
    for session in track.sessions {
      var counts = [Double](repeating: 0, count: order.count)
      for index in session {
        let place = order.firstIndex(of: track.regimes[index]) ?? 0
        bars[place] += 1
        counts[place] += 1
        if index == session.lowerBound || track.regimes[index] != track.regimes[index - 1] { runsOf[place] += 1 }
      }
      let moments = RegimePersistence.runs(counts)
      expected += moments.mean
      variance += moments.variance
    }
    let total = track.bars.count
    dwells = order.indices.map { place in
      let share = Double(bars[place]) / Double(total)
      return Dwell(
        bars: bars[place], share: share, runs: runsOf[place],
        mean: runsOf[place] > 0 ? Double(bars[place]) / Double(runsOf[place]) : nil,
        independent: share < 1 ? 1 / (1 - share) : nil)
    }
    runs = runsOf.reduce(0, +)
    expectedRuns = expected
    runsScore = variance > 0 ? (Double(runs) - expected) / variance.squareRoot() : nil
    meanDwell = Double(total) / Double(runs)
    independentDwell = Double(total) / expected
  }

  /// Mean and variance of the number of runs in a random order of so many of each kind.
  package static func runs(_ counts: [Double]) -> (mean: Double, variance: Double) {
    let n = counts.reduce(0, +)
    guard n > 1 else { return (n, 0) }
    let squares = counts.reduce(0) { $0 + $1 * $1 }
    let cubes = counts.reduce(0) { $0 + $1 * $1 * $1 }
    let variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n * n * n) / (n * n * (n - 1))
    return (n + 1 - squares / n, max(0, variance))
  }
}

/// Mean dwell in bars whose order is random: what the observations' own memory and the model's stickiness make.
package struct ShuffledDwell: Hashable, Codable, Sendable {
  /// Of all regimes, over the random orders, and its standard deviation between them.
  package let mean: Double
  package let standardDeviation: Double
  /// By regime, in the order of ``RegimeProbabilities/order``; nil where a regime never came up.
  package let byRegime: [Double?]

  /// - Precondition: at least two random orders.
  init(_ orders: [RegimePersistence]) {
    precondition(orders.count >= 2, "a spread needs two random orders")
    let dwells = orders.map(\.meanDwell)
    let mean = dwells.reduce(0, +) / Double(dwells.count)
    let squares = dwells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardDeviation = (squares / Double(dwells.count - 1)).squareRoot()
    byRegime = RegimeProbabilities.order.indices.map { place in
      let (bars, runs) = orders.reduce((0, 0)) { ($0.0 + $1.dwells[place].bars, $0.1 + $1.dwells[place].runs) }
      return runs > 0 ? Double(bars) / Double(runs) : nil
    }
  }
}
