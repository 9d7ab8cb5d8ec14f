// One stored tensor and the element types that the format knows.

/// Element types of the safetensors format.
package enum SafetensorsType: String, Hashable, Sendable, CaseIterable {
  case bool = "BOOL"
  case u8 = "U8"
  case i8 = "I8"
  case u16 = "U16"
  case i16 = "I16"
  case f16 = "F16"
  case bf16 = "BF16"
  case u32 = "U32"
  case i32 = "I32"
  case f32 = "F32"
  case u64 = "U64"
  case i64 = "I64"
  case f64 = "F64"

  /// Bytes of one element.
  package var size: Int {
    switch self {
    case .bool, .u8, .i8: return 1
    case .u16, .i16, .f16, .bf16: return 2
    case .u32, .i32, .f32: return 4
    case .u64, .i64, .f64: return 8
    }
  }
}

/// A named tensor with its bytes as stored: row-major, least significant byte first.
package struct SafetensorsTensor: Hashable, Sendable {
  package let name: String
  package let type: SafetensorsType
  /// Sizes, slowest-varying first; empty for a single number.
  package let shape: [Int]
  package let bytes: [UInt8]

  /// - Precondition: `bytes` has the size that type and shape call for.
  package init(name: String, type: SafetensorsType, shape: [Int], bytes: [UInt8]) {
    precondition(
      SafetensorsTensor.byteCount(type, shape) == bytes.count, "bytes of a tensor must fit its type and shape")
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  /// Bytes that such a tensor takes; nil if a size is negative or the product overflows.
  static func byteCount(_ type: SafetensorsType, _ shape: [Int]) -> Int? {
    var count = type.size
    for size in shape {
      guard size >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// The elements as numbers of type `Scalar`; nil if the tensor stores another type.
  package func elements<Scalar: NetworkScalar>(as type: Scalar.Type = Scalar.self) -> [Scalar]? {
    guard self.type == Scalar.tensorType else { return nil }
    let size = MemoryLayout<Scalar>.size
    return stride(from: 0, to: bytes.count, by: size).map { Scalar.littleEndian(bytes[$0..<($0 + size)]) }
  }
}
