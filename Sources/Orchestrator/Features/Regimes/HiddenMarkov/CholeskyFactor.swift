// The triangular factor of a covariance matrix, for densities.

import Glibc

/// L with L L' = C, its inverse, and the logarithm of its determinant; row-major, lower triangle, zeros above.
struct CholeskyFactor {
  let dimension: Int
  /// L^-1, (dimension, dimension).
  let inverse: [Double]
  /// log det L, half of log det C.
  let halfLogDeterminant: Double

  /// Factors `matrix`, (dimension, dimension); nil unless it is positive definite.
  init?(_ matrix: some RandomAccessCollection<Double>, dimension n: Int) {
    let matrix = Array(matrix)
    var factor = [Double](repeating: 0, count: n * n)
    var logarithm = 0.0
    for row in 0..<n {
      for column in 0...row {
        var sum = matrix[row * n + column]
        for inner in 0..<column { sum -= factor[row * n + inner] * factor[column * n + inner] }
        if row == column {
          guard sum > 0, sum.isFinite else { return nil }
          factor[row * n + row] = sum.squareRoot()
          logarithm += 0.5 * log(sum)
        } else {
          factor[row * n + column] = sum / factor[column * n + column]
        }
      }
    }
    // Forward substitution on the unit matrix.
    var inverse = [Double](repeating: 0, count: n * n)
    for column in 0..<n {
      for row in column..<n {
        var sum = row == column ? 1.0 : 0.0
        for inner in column..<row { sum -= factor[row * n + inner] * inverse[inner * n + column] }
        inverse[row * n + column] = sum / factor[row * n + row]
      }
    }
    dimension = n
    self.inverse = inverse
    halfLogDeterminant = logarithm
  }
}
