// Weights out of and into safetensors files.

extension ParameterArena {
  /// The weights as tensors of their names and shapes.
  package func tensors() -> [SafetensorsTensor] {
    layout.slots.map { slot in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(slot.count * MemoryLayout<Scalar>.size)
      for index in 0..<slot.count { values[slot.offset + index].appendLittleEndian(to: &bytes) }
      return SafetensorsTensor(name: slot.name, type: Scalar.tensorType, shape: slot.shape, bytes: bytes)
    }
  }

  /// Takes all weights from `file`, which must hold exactly this model's tensors, in any order.
  ///
  /// Nothing is changed unless everything fits.
  package func load(_ file: SafetensorsFile) throws(SafetensorsError) {
    for tensor in file.tensors where !layout.slots.contains(where: { $0.name == tensor.name }) {
      throw .unexpectedTensor(name: tensor.name)
    }
    var found: [SafetensorsTensor] = []
    for slot in layout.slots {
      guard let tensor = file.tensor(slot.name) else { throw .missingTensor(name: slot.name) }
      guard tensor.shape == slot.shape, tensor.type == Scalar.tensorType else {
        throw .wrongTensor(
          name: slot.name, found: "\(tensor.type.rawValue) \(tensor.shape)",
          expected: "\(Scalar.tensorType.rawValue) \(slot.shape)")
      }
      found.append(tensor)
    }
    let size = MemoryLayout<Scalar>.size
    for (slot, tensor) in zip(layout.slots, found) {
      for index in 0..<slot.count {
        values[slot.offset + index] = Scalar.littleEndian(tensor.bytes[(index * size)..<((index + 1) * size)])
      }
    }
  }
}
