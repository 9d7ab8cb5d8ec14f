// What can be wrong with a safetensors file.

/// A file that is not, or not safely, a safetensors file, or not the one a model needs.
package enum SafetensorsError: Error, Hashable {
  /// Fewer bytes than the header needs.
  case truncated(needed: Int, found: Int)
  /// The header's length field is beyond ``SafetensorsFile/maximumHeader``.
  case headerTooLarge(bytes: UInt64)
  /// The header is not the JSON that the format demands; `offset` counts bytes from the start of the file.
  case header(offset: Int, problem: String)
  /// A tensor's own entry contradicts itself.
  case tensor(name: String, problem: String)
  /// The tensors do not fill the data part from start to end exactly once.
  case layout(name: String, problem: String)
  /// A tensor that the model has is not in the file.
  case missingTensor(name: String)
  /// A tensor of the file is not in the model.
  case unexpectedTensor(name: String)
  /// A tensor of the model has another type or shape in the file.
  case wrongTensor(name: String, found: String, expected: String)
}

extension SafetensorsError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated(let needed, let found):
      return "the file has \(found) bytes where at least \(needed) are needed: it is truncated or no safetensors file"
    case .headerTooLarge(let bytes):
      return "the header claims \(bytes) bytes, more than \(SafetensorsFile.maximumHeader): no safetensors file"
    case .header(let offset, let problem): return "header, byte \(offset): \(problem)"
    case .tensor(let name, let problem): return "tensor '\(name)': \(problem)"
    case .layout(let name, let problem): return "tensor '\(name)': \(problem); the file is damaged or forged"
    case .missingTensor(let name): return "the file lacks tensor '\(name)': it was written for another model"
    case .unexpectedTensor(let name):
      return "the file holds tensor '\(name)', which the model has not: it was written for another model"
    case .wrongTensor(let name, let found, let expected):
      return "tensor '\(name)' is \(found) in the file, but \(expected) in the model"
    }
  }
}
