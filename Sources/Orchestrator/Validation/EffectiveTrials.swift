// How many independent trials a set of correlated ones is worth.

package import QuantMath

/// The effective number of independent trials, for ``DeflatedSharpe``.
package enum EffectiveTrials {
  /// The participation ratio of the correlation matrix's eigenvalues l:
  ///
  ///     N_eff = (sum of l)^2 / sum of l^2 = N^2 / sum over all pairs of c(i, j)^2
  ///
  /// N for uncorrelated trials, 1 for copies of one. The right-hand form needs no eigenvalues. Correlations that are
  /// noise count too, so fewer periods than trials bias the result downward, and the deflated ratio upward: give it
  /// long records, or the number of trials run, which is always safe.
  /// Source: the inverse participation of spectra, as used for effective numbers of tests; compare M. Lopez de Prado,
  /// M. Lewis, "Detection of false investment strategies using unsupervised learning methods", Quantitative Finance
  /// 19(9) (2019), whose clustering answers the same question.
  ///
  /// - Parameter results: (periods, trials): the result of every trial in every period.
  /// - Throws: ``ValidationError`` for fewer than 3 periods or 1 trial, values that are not finite, or a constant
  ///   trial: it has no correlation.
  package static func participationRatio(_ results: Matrix<Double>) throws(ValidationError) -> Double {
    try require(results.columns >= 1, "number of trials", results.columns, "at least 1")
    try require(results.rows >= 3, "number of periods", results.rows, "at least 3")
    var columns: [[Double]] = []
    for trial in 0..<results.columns { columns.append(try standardised(results, trial: trial)) }
    var squares = Double(columns.count)
    for first in columns.indices {
      for second in columns.indices where second > first {
        var correlation = 0.0
        for period in 0..<results.rows { correlation += columns[first][period] * columns[second][period] }
        squares += 2 * correlation * correlation
      }
    }
    return Double(columns.count) * Double(columns.count) / squares
  }

  /// One trial's results less their mean, scaled to length 1: products of two such columns are correlations.
  private static func standardised(_ results: Matrix<Double>, trial: Int) throws(ValidationError) -> [Double] {
    var column: [Double] = []
    for period in 0..<results.rows {
      let value = results[period, trial]
      try require(value.isFinite, "result of trial \(trial) in period \(period)", value, "finite")
      column.append(value)
    }
    let mean = column.reduce(0, +) / Double(column.count)
    let length = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    try require(length > 0, "deviation of trial \(trial)", length, "positive: a constant has no correlation")
    return column.map { ($0 - mean) / length }
  }
}
