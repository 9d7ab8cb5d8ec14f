// The two precisions that networks run in: Float for work, Double for checking gradients.

import CHotPath
import Glibc
import QuantMath

/// An element type of networks: what generic code needs beyond arithmetic, bound to concrete library calls.
package protocol NetworkScalar: BinaryFloatingPoint, Sendable {
  /// c (m, n) = op(a) op(b) + beta c, dense row-major; shapes as in `LinearAlgebra`.
  static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Self>, transposeA: Bool, b: UnsafePointer<Self>, transposeB: Bool,
    beta: Self, c: UnsafeMutablePointer<Self>)
  /// Elements of the packed form of a (k, n) matrix.
  static func packedCount(n: Int, k: Int) -> Int
  /// Packs `b` for ``product(m:n:k:a:packed:bias:c:)``: (k, n), or with `transposed` (n, k), dense row-major.
  static func pack(n: Int, k: Int, b: UnsafePointer<Self>, transposed: Bool, into packed: UnsafeMutablePointer<Self>)
  /// c (m, n) = a (m, k) b + bias (n), with b packed; worth its packing where one b meets many a.
  static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Self>, packed: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
    c: UnsafeMutablePointer<Self>)
  /// x = tanh x, element by element.
  static func hyperbolicTangent(each x: UnsafeMutablePointer<Self>, count: Int)
  /// x = 1 / (1 + e^-x), element by element.
  static func sigmoid(each x: UnsafeMutablePointer<Self>, count: Int)
  static func exponential(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
  /// Type of a stored tensor of this element.
  static var tensorType: SafetensorsType { get }
  /// The value's bytes, least significant first.
  func appendLittleEndian(to bytes: inout [UInt8])
  /// The value whose `MemoryLayout<Self>.size` bytes start at `offset`, least significant first.
  static func littleEndian(_ bytes: ArraySlice<UInt8>) -> Self
}

extension Float: NetworkScalar {
  package static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, transposeA: Bool, b: UnsafePointer<Float>, transposeB: Bool,
    beta: Float, c: UnsafeMutablePointer<Float>
  ) {
    // The hot path's kernels only store or add; they take no lock, so that threads do not wait for each other.
    guard beta == 0 || beta == 1 else {
      LinearAlgebra.multiply(
        m: m, n: n, k: k, a: a, transposeA: transposeA, b: b, transposeB: transposeB, beta: beta, c: c)
      return
    }
    hp_matrix_multiply(
      m, n, k, a, transposeA ? 1 : k, transposeA ? m : 1, b, transposeB ? 1 : n, transposeB ? k : 1, beta == 0 ? 0 : 1,
      c, n)
  }
  package static func packedCount(n: Int, k: Int) -> Int { hp_matrix_packed_size(n, k) }
  package static func pack(
    n: Int, k: Int, b: UnsafePointer<Float>, transposed: Bool, into packed: UnsafeMutablePointer<Float>
  ) {
    hp_matrix_pack(n, k, b, transposed ? 1 : n, transposed ? k : 1, packed)
  }
  package static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    c: UnsafeMutablePointer<Float>
  ) {
    // As many rows at a time as stay in the nearest cache while the panels go by.
    for row in stride(from: 0, to: m, by: 48) {
      hp_matrix_multiply_packed(min(48, m - row), n, k, a + row * k, k, packed, bias, c + row * n, n)
    }
  }
  package static func hyperbolicTangent(each x: UnsafeMutablePointer<Float>, count: Int) { hp_vector_tanh(x, count) }
  package static func sigmoid(each x: UnsafeMutablePointer<Float>, count: Int) { hp_vector_sigmoid(x, count) }
  package static func exponential(_ x: Float) -> Float { expf(x) }
  package static func logarithm(_ x: Float) -> Float { logf(x) }
  package static func hyperbolicTangent(_ x: Float) -> Float { tanhf(x) }
  package static var tensorType: SafetensorsType { .f32 }
  package func appendLittleEndian(to bytes: inout [UInt8]) {
    withUnsafeBytes(of: bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }
  package static func littleEndian(_ bytes: ArraySlice<UInt8>) -> Float {
    Float(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }
}

extension Double: NetworkScalar {
  package static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Double>, transposeA: Bool, b: UnsafePointer<Double>, transposeB: Bool,
    beta: Double, c: UnsafeMutablePointer<Double>
  ) {
    LinearAlgebra.multiply(
      m: m, n: n, k: k, a: a, transposeA: transposeA, b: b, transposeB: transposeB, beta: beta, c: c)
  }
  package static func packedCount(n: Int, k: Int) -> Int { n * k }
  package static func pack(
    n: Int, k: Int, b: UnsafePointer<Double>, transposed: Bool, into packed: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<k {
      for column in 0..<n { packed[row * n + column] = transposed ? b[column * k + row] : b[row * n + column] }
    }
  }
  package static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Double>, packed: UnsafePointer<Double>, bias: UnsafePointer<Double>?,
    c: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<m {
      for column in 0..<n { c[row * n + column] = bias?[column] ?? 0 }
    }
    LinearAlgebra.multiply(m: m, n: n, k: k, a: a, b: packed, beta: 1, c: c)
  }
  package static func hyperbolicTangent(each x: UnsafeMutablePointer<Double>, count: Int) {
    for index in 0..<count { x[index] = tanh(x[index]) }
  }
  package static func sigmoid(each x: UnsafeMutablePointer<Double>, count: Int) {
    for index in 0..<count { x[index] = 1 / (1 + exp(-x[index])) }
  }
  package static func exponential(_ x: Double) -> Double { exp(x) }
  package static func logarithm(_ x: Double) -> Double { log(x) }
  package static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  package static var tensorType: SafetensorsType { .f64 }
  package func appendLittleEndian(to bytes: inout [UInt8]) {
    withUnsafeBytes(of: bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }
  package static func littleEndian(_ bytes: ArraySlice<UInt8>) -> Double {
    Double(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }
}
