// A dense row-major matrix value, for code where clarity counts more than placement of buffers.

/// Element types that ``Matrix`` multiplies through OpenBLAS.
package protocol MatrixScalar: BinaryFloatingPoint, Sendable {
  /// c (m, n) = op(a) op(b); see ``LinearAlgebra``.
  static func multiply(
    m: Int, n: Int, k: Int, a: UnsafePointer<Self>, transposeA: Bool, b: UnsafePointer<Self>, transposeB: Bool,
    c: UnsafeMutablePointer<Self>)
  /// y = op(a) x with a (rows, columns); see ``LinearAlgebra``.
  static func multiply(
    rows: Int, columns: Int, a: UnsafePointer<Self>, transpose: Bool, x: UnsafePointer<Self>,
    y: UnsafeMutablePointer<Self>)
}

extension Float: MatrixScalar {
  package static func multiply(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, transposeA: Bool, b: UnsafePointer<Float>, transposeB: Bool,
    c: UnsafeMutablePointer<Float>
  ) {
    LinearAlgebra.multiply(m: m, n: n, k: k, a: a, transposeA: transposeA, b: b, transposeB: transposeB, c: c)
  }

  package static func multiply(
    rows: Int, columns: Int, a: UnsafePointer<Float>, transpose: Bool, x: UnsafePointer<Float>,
    y: UnsafeMutablePointer<Float>
  ) {
    LinearAlgebra.multiply(rows: rows, columns: columns, a: a, transpose: transpose, x: x, y: y)
  }
}

extension Double: MatrixScalar {
  package static func multiply(
    m: Int, n: Int, k: Int, a: UnsafePointer<Double>, transposeA: Bool, b: UnsafePointer<Double>, transposeB: Bool,
    c: UnsafeMutablePointer<Double>
  ) {
    LinearAlgebra.multiply(m: m, n: n, k: k, a: a, transposeA: transposeA, b: b, transposeB: transposeB, c: c)
  }

  package static func multiply(
    rows: Int, columns: Int, a: UnsafePointer<Double>, transpose: Bool, x: UnsafePointer<Double>,
    y: UnsafeMutablePointer<Double>
  ) {
    LinearAlgebra.multiply(rows: rows, columns: columns, a: a, transpose: transpose, x: x, y: y)
  }
}

/// A dense matrix with value semantics: `rows` x `columns`, stored row after row.
package struct Matrix<Scalar: MatrixScalar>: Hashable, Sendable {
  /// Number of rows.
  package let rows: Int
  /// Number of columns.
  package let columns: Int
  /// The elements, (rows, columns), row-major.
  package var elements: [Scalar]

  /// A matrix filled with `value`.
  ///
  /// - Precondition: both sizes are at least 0.
  package init(rows: Int, columns: Int, repeating value: Scalar = 0) {
    self.init(rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// A matrix over existing elements.
  ///
  /// - Precondition: `elements` holds `rows * columns` values.
  package init(rows: Int, columns: Int, elements: [Scalar]) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative size")
    precondition(elements.count == rows * columns, "a matrix needs rows times columns elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The element in `row` and `column`.
  package subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      return elements[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      elements[row * columns + column] = newValue
    }
  }

  /// op(self) op(other), where op is the transpose if asked for.
  ///
  /// - Precondition: the inner sizes agree.
  package func multiplied(
    by other: Matrix, transposingSelf transposeA: Bool = false, transposingOther transposeB: Bool = false
  ) -> Matrix {
    let (m, k) = transposeA ? (columns, rows) : (rows, columns)
    let (inner, n) = transposeB ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(k == inner, "inner sizes of a matrix product differ")
    var product = Matrix(rows: m, columns: n)
    guard m > 0, n > 0, k > 0 else { return product }
    elements.withUnsafeBufferPointer { a in
      other.elements.withUnsafeBufferPointer { b in
        product.elements.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          Scalar.multiply(m: m, n: n, k: k, a: a, transposeA: transposeA, b: b, transposeB: transposeB, c: c)
        }
      }
    }
    return product
  }

  /// op(self) times the column `vector`.
  ///
  /// - Precondition: the vector's length equals the columns of op(self).
  package func multiplied(by vector: [Scalar], transposingSelf transpose: Bool = false) -> [Scalar] {
    precondition(vector.count == (transpose ? rows : columns), "vector length and matrix size differ")
    var product = [Scalar](repeating: 0, count: transpose ? columns : rows)
    guard !vector.isEmpty, !product.isEmpty else { return product }
    elements.withUnsafeBufferPointer { a in
      vector.withUnsafeBufferPointer { x in
        product.withUnsafeMutableBufferPointer { y in
          guard let a = a.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          Scalar.multiply(rows: rows, columns: columns, a: a, transpose: transpose, x: x, y: y)
        }
      }
    }
    return product
  }

  /// The transpose.
  package func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result[column, row] = self[row, column] }
    }
    return result
  }
}
