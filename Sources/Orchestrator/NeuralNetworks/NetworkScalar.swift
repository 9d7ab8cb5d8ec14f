// The two precisions that networks run in: Float for work, Double for checking gradients.

import Glibc
import QuantMath

/// An element type of networks: what generic code needs beyond arithmetic, bound to concrete library calls.
package protocol NetworkScalar: BinaryFloatingPoint, Sendable {
  /// c (m, n) = op(a) op(b) + beta c, dense row-major; shapes as in `LinearAlgebra`.
  static func product(
    m: Int, n: Int, k: Int, a: UnsafePointer<Self>, transposeA: Bool, b: UnsafePointer<Self>, transposeB: Bool,
    beta: Self, c: UnsafeMutablePointer<Self>)
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
    LinearAlgebra.multiply(
      m: m, n: n, k: k, a: a, transposeA: transposeA, b: b, transposeB: transposeB, beta: beta, c: c)
  }
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
