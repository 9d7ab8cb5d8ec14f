// The triangular factor of a symmetric positive definite matrix, in loops whose result depends on no library.

import Glibc

/// L with L L' = A.
///
/// The order of all sums is fixed, so the same matrix gives the same bits on every machine: what a search does next
/// must not depend on which kernel a linear algebra library picks for a processor.
package struct CholeskyDecomposition: Sendable {
  package let dimension: Int
  /// (dimension, dimension), row-major, lower triangle; what is above it has no meaning.
  package let factor: [Double]

  /// Factors `matrix`, (dimension, dimension) row-major, of which the lower triangle is read; nil unless it is positive
  /// definite.
  package init?(_ matrix: [Double], dimension n: Int) {
    precondition(matrix.count == n * n, "a square matrix has as many rows as columns")
    var factor = matrix
    let isDefinite = factor.withUnsafeMutableBufferPointer { factor -> Bool in
      guard let base = factor.baseAddress else { return true }
      for row in 0..<n {
        let own = base + row * n
        for column in 0..<row {
          let other = base + column * n
          own[column] = (own[column] - dotProduct(own, other, count: column)) / other[column]
        }
        let rest = own[row] - dotProduct(own, own, count: row)
        guard rest > 0, rest.isFinite else { return false }
        own[row] = rest.squareRoot()
      }
      return true
    }
    guard isDefinite else { return nil }
    dimension = n
    self.factor = factor
  }

  /// Half of log det A.
  package var halfLogDeterminant: Double {
    (0..<dimension).reduce(0) { $0 + log(factor[$1 * dimension + $1]) }
  }

  /// Replaces b by L^-1 b.
  package func solveForward(_ b: inout [Double]) {
    factor.withUnsafeBufferPointer { factor in
      b.withUnsafeMutableBufferPointer { b in
        guard let base = factor.baseAddress, let values = b.baseAddress else { return }
        for row in 0..<dimension {
          let own = base + row * dimension
          values[row] = (values[row] - dotProduct(own, values, count: row)) / own[row]
        }
      }
    }
  }

  /// Replaces b by L'^-1 b.
  package func solveBackward(_ b: inout [Double]) {
    factor.withUnsafeBufferPointer { factor in
      b.withUnsafeMutableBufferPointer { b in
        for row in stride(from: dimension - 1, through: 0, by: -1) {
          let value = b[row] / factor[row * dimension + row]
          b[row] = value
          for column in 0..<row { b[column] -= factor[row * dimension + column] * value }
        }
      }
    }
  }

  /// A^-1, (dimension, dimension).
  package func inverse() -> [Double] {
    let n = dimension
    // Rows are columns of L^-1, so that both products below run along rows.
    var columns = [Double](repeating: 0, count: n * n)
    var result = columns
    factor.withUnsafeBufferPointer { factor in
      columns.withUnsafeMutableBufferPointer { columns in
        guard let base = factor.baseAddress, let space = columns.baseAddress else { return }
        for column in 0..<n {
          let own = space + column * n
          own[column] = 1 / base[column * n + column]
          for row in (column + 1)..<max(n, column + 1) {
            let sum = dotProduct(base + row * n + column, own + column, count: row - column)
            own[row] = -sum / base[row * n + row]
          }
        }
        result.withUnsafeMutableBufferPointer { result in
          for row in 0..<n {
            for column in 0...row {
              let sum = dotProduct(space + row * n + row, space + column * n + row, count: n - row)
              result[row * n + column] = sum
              result[column * n + row] = sum
            }
          }
        }
      }
    }
    return result
  }
}

/// The sum of products, in eight partial sums of fixed order.
@inline(__always)
private func dotProduct(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, count: Int) -> Double {
  var (first, second) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
  var index = 0
  while index + 8 <= count {
    first += lanes(left + index) * lanes(right + index)
    second += lanes(left + index + 4) * lanes(right + index + 4)
    index += 8
  }
  var sum = (first + second).sum()
  while index < count {
    sum += left[index] * right[index]
    index += 1
  }
  return sum
}

@inline(__always)
private func lanes(_ pointer: UnsafePointer<Double>) -> SIMD4<Double> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
}
