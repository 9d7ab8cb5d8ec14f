// How the results of several instruments move together.

package import QuantMath

/// Covariances of results, one row a session and one column an instrument.
package enum SampleCovariance {
  /// The sample covariance, (instruments, instruments), moved towards its diagonal.
  ///
  /// - Parameter shrinkage: 0 takes the sample as it is, 1 its diagonal alone.
  /// - Precondition: At least two rows.
  package static func matrix(_ results: Matrix<Double>, shrinkage: Double = 0) -> Matrix<Double> {
    let (rows, columns) = (results.rows, results.columns)
    precondition(rows >= 2, "a covariance needs two sessions")
    let means = (0..<columns).map { column in (0..<rows).reduce(0) { $0 + results[$1, column] } / Double(rows) }
    var matrix = Matrix<Double>(rows: columns, columns: columns)
    for left in 0..<columns {
      for right in 0...left {
        var sum = 0.0
        for row in 0..<rows { sum += (results[row, left] - means[left]) * (results[row, right] - means[right]) }
        let value = sum / Double(rows - 1) * (left == right ? 1 : 1 - shrinkage)
        matrix[left, right] = value
        matrix[right, left] = value
      }
    }
    return matrix
  }
}
