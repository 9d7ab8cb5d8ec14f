// What transformer layers need of an element type: products of parts of matrices and the functions between them.

import CHotPath
import Glibc

/// An element type of transformers. Float runs on vector kernels; Double, which only checks gradients, on plain loops.
package protocol TransformerScalar: NetworkScalar, SIMDScalar, Codable {
  /// c (m, n) = a (m, k) b (k, n), or added to c with `adds`.
  ///
  /// Element (i, p) of a lies at `a[i * aRow + p * aColumn]`, (p, j) of b at `b[p * bRow + j * bColumn]`; one of b's
  /// two strides is 1. Rows of c begin `cRow` apart.
  static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Self>, aRow: Int, aColumn: Int, b: UnsafePointer<Self>, bRow: Int,
    bColumn: Int, adds: Bool, c: UnsafeMutablePointer<Self>, cRow: Int)
  /// Elements that a (k, n) matrix takes once it is packed.
  static func packedSize(n: Int, k: Int) -> Int
  /// Packs b (k, n), addressed as in the product, for ``packedProduct(m:n:k:a:aRow:packed:bias:c:cRow:)``.
  static func pack(
    n: Int, k: Int, b: UnsafePointer<Self>, bRow: Int, bColumn: Int, packed: UnsafeMutablePointer<Self>)
  /// c (m, n) = a (m, k) b + bias, with b packed and rows without gaps inside; no bias counts as 0.
  static func packedProduct(
    m: Int, n: Int, k: Int, a: UnsafePointer<Self>, aRow: Int, packed: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, c: UnsafeMutablePointer<Self>, cRow: Int)
  /// y = x Phi(x), with Phi the standard normal distribution function.
  static func gelu(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, count: Int)
  /// gradient *= Phi(x) + x phi(x): back through ``gelu(_:_:count:)`` from its input.
  static func geluBackward(_ x: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>, count: Int)
  /// x = softmax of x; `count` is at least 1.
  static func softmax(_ x: UnsafeMutablePointer<Self>, count: Int)
}

extension Float: TransformerScalar {
  package static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aRow: Int, aColumn: Int, b: UnsafePointer<Float>, bRow: Int,
    bColumn: Int, adds: Bool, c: UnsafeMutablePointer<Float>, cRow: Int
  ) {
    hp_matrix_multiply(m, n, k, a, aRow, aColumn, b, bRow, bColumn, adds ? 1 : 0, c, cRow)
  }

  package static func packedSize(n: Int, k: Int) -> Int { hp_matrix_packed_size(n, k) }

  package static func pack(
    n: Int, k: Int, b: UnsafePointer<Float>, bRow: Int, bColumn: Int, packed: UnsafeMutablePointer<Float>
  ) {
    hp_matrix_pack(n, k, b, bRow, bColumn, packed)
  }

  package static func packedProduct(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aRow: Int, packed: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cRow: Int
  ) {
    hp_matrix_multiply_packed(m, n, k, a, aRow, packed, bias, c, cRow)
  }

  package static func gelu(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    hp_vector_gelu(x, y, count)
  }

  package static func geluBackward(_ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int) {
    hp_vector_gelu_backward(x, gradient, count)
  }

  package static func softmax(_ x: UnsafeMutablePointer<Float>, count: Int) { hp_vector_softmax(x, count) }
}

extension Double: TransformerScalar {
  package static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Double>, aRow: Int, aColumn: Int, b: UnsafePointer<Double>, bRow: Int,
    bColumn: Int, adds: Bool, c: UnsafeMutablePointer<Double>, cRow: Int
  ) {
    for i in 0..<m {
      for j in 0..<n {
        var sum = adds ? c[i * cRow + j] : 0
        for p in 0..<k { sum += a[i * aRow + p * aColumn] * b[p * bRow + j * bColumn] }
        c[i * cRow + j] = sum
      }
    }
  }

  package static func packedSize(n: Int, k: Int) -> Int { n * k }

  package static func pack(
    n: Int, k: Int, b: UnsafePointer<Double>, bRow: Int, bColumn: Int, packed: UnsafeMutablePointer<Double>
  ) {
    for p in 0..<k {
      for j in 0..<n { packed[p * n + j] = b[p * bRow + j * bColumn] }
    }
  }

  package static func packedProduct(
    m: Int, n: Int, k: Int, a: UnsafePointer<Double>, aRow: Int, packed: UnsafePointer<Double>,
    bias: UnsafePointer<Double>?, c: UnsafeMutablePointer<Double>, cRow: Int
  ) {
    for i in 0..<m {
      for j in 0..<n { c[i * cRow + j] = bias?[j] ?? 0 }
    }
    product(
      m: m, n: n, k: k, a: a, aRow: aRow, aColumn: 1, b: packed, bRow: n, bColumn: 1, adds: true, c: c, cRow: cRow)
  }

  package static func gelu(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int) {
    for index in 0..<count { y[index] = x[index] * distribution(x[index]) }
  }

  package static func geluBackward(_ x: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>, count: Int) {
    for index in 0..<count {
      let density = exp(-0.5 * x[index] * x[index]) / (2 * Double.pi).squareRoot()
      gradient[index] *= distribution(x[index]) + x[index] * density
    }
  }

  package static func softmax(_ x: UnsafeMutablePointer<Double>, count: Int) {
    SoftmaxCrossEntropy.softmax(logits: x, probabilities: x, classes: count)
  }

  /// The standard normal distribution function.
  private static func distribution(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }
}
