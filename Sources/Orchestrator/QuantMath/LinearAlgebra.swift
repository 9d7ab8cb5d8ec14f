// Matrix products on raw buffers: OpenBLAS, and the plain loops that it must agree with.

import COpenBLAS
import Synchronization

/// Keeps calls into OpenBLAS apart where the library does not do so itself.
///
/// Debian's serial build has no locks: two threads that multiply at once may be handed the same scratch buffer and get
/// wrong products without any sign of it. The pthread build locks for itself, once it is told to start no threads.
/// Source: OpenBLAS, Makefile.rule, `USE_LOCKING`.
private enum BlasGate {
  private static let isSerial: Bool = {
    openblas_set_num_threads(1)
    return openblas_get_parallel() == 0
  }()
  private static let gate = Mutex(())

  static func call(_ body: () -> Void) {
    if isSerial { gate.withLock { _ in body() } } else { body() }
  }
}

/// Products of row-major buffers through OpenBLAS. Nothing is allocated.
///
/// Sizes are named once: `m` rows of the result, `n` columns of the result, `k` the summed dimension.
package enum LinearAlgebra {
  /// c = alpha op(a) op(b) + beta c, with op(a) (m, k), op(b) (k, n), c (m, n), all dense row-major.
  ///
  /// With `transposeA` the buffer `a` is (k, m); with `transposeB` the buffer `b` is (n, k).
  package static func multiply(
    m: Int, n: Int, k: Int, alpha: Float = 1, a: UnsafePointer<Float>, transposeA: Bool = false,
    b: UnsafePointer<Float>, transposeB: Bool = false, beta: Float = 0, c: UnsafeMutablePointer<Float>
  ) {
    BlasGate.call {
      cblas_sgemm(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
        blasint(m), blasint(n), blasint(k), alpha, a, blasint(transposeA ? m : k), b, blasint(transposeB ? k : n), beta,
        c, blasint(n))
    }
  }

  /// The same in double precision.
  package static func multiply(
    m: Int, n: Int, k: Int, alpha: Double = 1, a: UnsafePointer<Double>, transposeA: Bool = false,
    b: UnsafePointer<Double>, transposeB: Bool = false, beta: Double = 0, c: UnsafeMutablePointer<Double>
  ) {
    BlasGate.call {
      cblas_dgemm(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
        blasint(m), blasint(n), blasint(k), alpha, a, blasint(transposeA ? m : k), b, blasint(transposeB ? k : n), beta,
        c, blasint(n))
    }
  }

  /// y = alpha op(a) x + beta y, with `a` (rows, columns) dense row-major.
  ///
  /// Without `transpose` x is (columns), y (rows); with it x is (rows), y (columns).
  package static func multiply(
    rows: Int, columns: Int, alpha: Float = 1, a: UnsafePointer<Float>, transpose: Bool = false,
    x: UnsafePointer<Float>, beta: Float = 0, y: UnsafeMutablePointer<Float>
  ) {
    BlasGate.call {
      cblas_sgemv(
        CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), alpha, a,
        blasint(columns), x, 1, beta, y, 1)
    }
  }

  /// The same in double precision.
  package static func multiply(
    rows: Int, columns: Int, alpha: Double = 1, a: UnsafePointer<Double>, transpose: Bool = false,
    x: UnsafePointer<Double>, beta: Double = 0, y: UnsafeMutablePointer<Double>
  ) {
    BlasGate.call {
      cblas_dgemv(
        CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), alpha, a,
        blasint(columns), x, 1, beta, y, 1)
    }
  }
}

/// The obvious loops for ``LinearAlgebra``: the definition that the fast kernels are tested against.
package enum PlainLinearAlgebra {
  /// c = alpha op(a) op(b) + beta c; shapes as in ``LinearAlgebra``.
  package static func multiply<Scalar: BinaryFloatingPoint>(
    m: Int, n: Int, k: Int, alpha: Scalar = 1, a: UnsafePointer<Scalar>, transposeA: Bool = false,
    b: UnsafePointer<Scalar>, transposeB: Bool = false, beta: Scalar = 0, c: UnsafeMutablePointer<Scalar>
  ) {
    for row in 0..<m {
      for column in 0..<n {
        var sum: Scalar = 0
        for inner in 0..<k {
          let left = transposeA ? a[inner * m + row] : a[row * k + inner]
          let right = transposeB ? b[column * k + inner] : b[inner * n + column]
          sum += left * right
        }
        // As in BLAS, c is not read when beta is 0: it may be uninitialised.
        c[row * n + column] = alpha * sum + (beta == 0 ? 0 : beta * c[row * n + column])
      }
    }
  }

  /// y = alpha op(a) x + beta y; shapes as in ``LinearAlgebra``.
  package static func multiply<Scalar: BinaryFloatingPoint>(
    rows: Int, columns: Int, alpha: Scalar = 1, a: UnsafePointer<Scalar>, transpose: Bool = false,
    x: UnsafePointer<Scalar>, beta: Scalar = 0, y: UnsafeMutablePointer<Scalar>
  ) {
    for output in 0..<(transpose ? columns : rows) {
      var sum: Scalar = 0
      for input in 0..<(transpose ? rows : columns) {
        sum += (transpose ? a[input * columns + output] : a[output * columns + input]) * x[input]
      }
      y[output] = alpha * sum + (beta == 0 ? 0 : beta * y[output])
    }
  }
}
