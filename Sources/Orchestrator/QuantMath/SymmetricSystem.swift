// Solving small symmetric systems, as Newton's method asks for.

package enum SymmetricSystem {
  /// x with A x = b for a symmetric positive definite A (n, n), by Cholesky's factors in place; nil if A is not.
  ///
  /// - Parameters:
  ///   - matrix: (n, n) row-major; its lower triangle is overwritten by the factor.
  ///   - b: (n), replaced by the solution.
  package static func solve(_ matrix: inout [Double], _ b: inout [Double]) -> Bool {
    let n = b.count
    precondition(matrix.count == n * n, "a system of n unknowns has n x n coefficients")
    for column in 0..<n {
      var pivot = matrix[column * n + column]
      for k in 0..<column { pivot -= matrix[column * n + k] * matrix[column * n + k] }
      guard pivot > 0, pivot.isFinite else { return false }
      let root = pivot.squareRoot()
      matrix[column * n + column] = root
      for row in (column + 1)..<max(n, column + 1) {
        var sum = matrix[row * n + column]
        for k in 0..<column { sum -= matrix[row * n + k] * matrix[column * n + k] }
        matrix[row * n + column] = sum / root
      }
    }
    for row in 0..<n {
      for k in 0..<row { b[row] -= matrix[row * n + k] * b[k] }
      b[row] /= matrix[row * n + row]
    }
    for row in (0..<n).reversed() {
      for k in (row + 1)..<max(n, row + 1) { b[row] -= matrix[k * n + row] * b[k] }
      b[row] /= matrix[row * n + row]
    }
    return true
  }
}
