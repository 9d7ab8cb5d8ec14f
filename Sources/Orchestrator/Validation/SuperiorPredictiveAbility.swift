// Whether the best of many tried beats the benchmark by more than the luck of having tried them all.

import Glibc
package import QuantMath

/// White's reality check and Hansen's test of superior predictive ability (SPA), from the same bootstrap.
///
/// With d(t, k) what configuration k made above the benchmark in period t, m its mean over n periods, w(k)^2 the
/// bootstrap variance of sqrt(n) m(k) and m* the mean of a replicate:
///
///     reality check   max sqrt(n) m(k)               against   max sqrt(n) (m*(k) - m(k))
///     SPA             max(0, max sqrt(n) m(k)/w(k))  against   max(0, max sqrt(n) (m*(k) - g(k))/w(k))
///
/// g is max(m, 0) for the lower, m if sqrt(n) m / w >= -sqrt(2 ln ln n) else 0 for the consistent, and m for the upper
/// p-value. The null hypothesis is that no configuration beats the benchmark.
/// Sources: H. White, "A reality check for data snooping", Econometrica 68(5) (2000); P. Hansen, "A test for superior
/// predictive ability", Journal of Business & Economic Statistics 23(4) (2005).
package struct SuperiorPredictiveAbility: Hashable, Sendable {
  /// White's p-value; hopeless configurations in the set make it too large.
  package var realityCheck: Double
  /// Hansen's lower bound: as if all configurations below the benchmark were hopeless.
  package var lower: Double
  /// Hansen's consistent p-value: the one to use.
  package var consistent: Double
  /// Hansen's upper bound: as if none were.
  package var upper: Double

  /// - Parameters:
  ///   - excess: (periods, configurations): result above the benchmark's, higher is better.
  ///   - bootstrap: Blocks long enough to hold the dependence between periods.
  ///   - replicates: At least 100; a p-value is a share of them.
  /// - Throws: ``ValidationError`` for impossible sizes, values that are not finite, or a constant configuration.
  package init(
    excess: Matrix<Double>, bootstrap: BlockBootstrap, replicates: Int = 1000
  ) throws(ValidationError) {
    try require(excess.columns >= 1, "number of configurations", excess.columns, "at least 1")
    try require(excess.rows >= 16, "number of periods", excess.rows, "at least 16")
    try require(replicates >= 100, "replicates", replicates, "at least 100")
    for period in 0..<excess.rows {
      for column in 0..<excess.columns {
        let value = excess[period, column]
        try require(value.isFinite, "excess of configuration \(column) in period \(period)", value, "finite")
      }
    }
    let root = Double(excess.rows).squareRoot()
    let mean = Self.means(excess, periods: 0..<excess.rows)
    var replicated: [[Double]] = []
    for replicate in 0..<replicates {
      let periods = try bootstrap.indices(count: excess.rows, replicate: replicate)
      replicated.append(Self.means(excess, periods: periods))
    }
    var deviation: [Double] = []
    for column in mean.indices {
      var moments = RunningMoments()
      for means in replicated { moments.update(root * means[column]) }
      let value = moments.standardDeviation ?? 0
      try require(value > 0, "bootstrap deviation of configuration \(column)", value, "positive: results must vary")
      deviation.append(value)
    }
    let threshold = -(2 * log(log(Double(excess.rows)))).squareRoot()
    let one = [Double](repeating: 1, count: mean.count)
    let isPlausible = zip(mean, deviation).map { root * $0 / $1 >= threshold }
    let consistentCentre = zip(mean, isPlausible).map { $1 ? $0 : 0 }
    let studentised = max(0, Self.highest(mean, less: nil, scale: deviation, root: root))

    func share(centre: [Double]) -> Double {
      let reached = replicated.count {
        max(0, Self.highest($0, less: centre, scale: deviation, root: root)) >= studentised
      }
      return Double(reached) / Double(replicates)
    }
    let observed = Self.highest(mean, less: nil, scale: one, root: root)
    let reached = replicated.count { Self.highest($0, less: mean, scale: one, root: root) >= observed }
    realityCheck = Double(reached) / Double(replicates)
    lower = share(centre: mean.map { max($0, 0) })
    consistent = share(centre: consistentCentre)
    upper = share(centre: mean)
  }

  private static func means(_ excess: Matrix<Double>, periods: some Collection<Int>) -> [Double] {
    var sums = [Double](repeating: 0, count: excess.columns)
    for period in periods {
      for column in sums.indices { sums[column] += excess[period, column] }
    }
    return sums.map { $0 / Double(periods.count) }
  }

  /// The highest root * (value - centre) / scale.
  private static func highest(_ values: [Double], less centre: [Double]?, scale: [Double], root: Double) -> Double {
    var highest = -Double.infinity
    for index in values.indices {
      highest = max(highest, root * (values[index] - (centre?[index] ?? 0)) / scale[index])
    }
    return highest
  }
}
