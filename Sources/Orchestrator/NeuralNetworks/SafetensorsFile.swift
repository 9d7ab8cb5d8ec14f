// Weights on disk, in the format that PyTorch users read: a length, a JSON header, then raw tensors.

/// The contents of a safetensors file.
///
/// Layout: header length (8 bytes, little-endian), header (JSON, may end in spaces), tensor data. Files from elsewhere
/// are hostile until proven otherwise: parsing refuses every header that does not describe the data exactly - each byte
/// in one tensor, no holes, no overlaps, no repeated names, nothing after the end - and never allocates by what a
/// header claims.
/// Source: https://github.com/huggingface/safetensors, README, "Format".
package struct SafetensorsFile: Hashable, Sendable {
  /// Largest header accepted, as in the reference implementation.
  package static let maximumHeader = 100_000_000

  /// A note stored in the header.
  package struct Note: Hashable, Sendable {
    package let key: String
    package let value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// In the order of their data.
  package let tensors: [SafetensorsTensor]
  /// The header's `__metadata__`, in its order.
  package let notes: [Note]

  /// A file to be written. Tensors are put in order, widest elements first, then by name, so that equal contents are
  /// equal bytes; for float tensors that is the order of the reference implementation.
  ///
  /// - Precondition: names are unique and none is `__metadata__`; note keys are unique.
  package init(tensors: [SafetensorsTensor], notes: [Note] = []) {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors have the same name")
    precondition(!tensors.contains { $0.name == "__metadata__" }, "a tensor may not be named __metadata__")
    precondition(Set(notes.map(\.key)).count == notes.count, "two notes have the same key")
    self.tensors = tensors.sorted { left, right in
      left.type.size != right.type.size
        ? left.type.size > right.type.size
        : left.name.unicodeScalars.lexicographicallyPrecedes(right.name.unicodeScalars)
    }
    self.notes = notes
  }

  /// The tensor of that name, or nil.
  package func tensor(_ name: String) -> SafetensorsTensor? { tensors.first { $0.name == name } }

  /// The file's bytes.
  package func serialized() -> [UInt8] {
    var header = "{"
    if !notes.isEmpty {
      let pairs = notes.map { SafetensorsHeader.quoted($0.key) + ":" + SafetensorsHeader.quoted($0.value) }
      header += "\"__metadata__\":{" + pairs.joined(separator: ",") + "}"
    }
    var offset = 0
    for tensor in tensors {
      if header.utf8.count > 1 { header += "," }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + tensor.bytes.count
      header += SafetensorsHeader.quoted(tensor.name)
      header += ":{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      offset = end
    }
    header += "}"
    // Spaces bring the data to a multiple of 8, so that a mapped file has aligned tensors.
    var headerBytes = Array(header.utf8)
    while headerBytes.count % 8 != 0 { headerBytes.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + headerBytes.count + offset)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: UInt64(headerBytes.count) >> UInt64(shift)))
    }
    bytes += headerBytes
    for tensor in tensors { bytes += tensor.bytes }
    return bytes
  }

  /// Reads a whole file's bytes.
  package init(parsing bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.count >= 8 else { throw .truncated(needed: 8, found: bytes.count) }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.maximumHeader) else { throw .headerTooLarge(bytes: length) }
    let dataStart = 8 + Int(length)
    guard bytes.count >= dataStart else { throw .truncated(needed: dataStart, found: bytes.count) }
    let header = try SafetensorsHeader(bytes, from: 8, to: dataStart)
    var tensors: [SafetensorsTensor] = []
    var expected = 0
    for entry in header.entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      if entry.end < entry.begin {
        throw .tensor(name: entry.name, problem: "data offsets [\(entry.begin), \(entry.end)] run backward")
      }
      if entry.begin < expected {
        throw .layout(name: entry.name, problem: "its data starts at \(entry.begin), inside the tensor before it")
      }
      if entry.begin > expected {
        throw .layout(name: entry.name, problem: "its data starts at \(entry.begin), after a hole from \(expected)")
      }
      guard let size = SafetensorsTensor.byteCount(entry.type, entry.shape), size == entry.end - entry.begin else {
        throw .tensor(
          name: entry.name,
          problem: "\(entry.type.rawValue) \(entry.shape) does not take \(entry.end - entry.begin) bytes")
      }
      guard entry.end <= bytes.count - dataStart else {
        throw .layout(name: entry.name, problem: "its data ends at \(entry.end) of \(bytes.count - dataStart) bytes")
      }
      tensors.append(
        SafetensorsTensor(
          name: entry.name, type: entry.type, shape: entry.shape,
          bytes: Array(bytes[(dataStart + entry.begin)..<(dataStart + entry.end)])))
      expected = entry.end
    }
    if expected != bytes.count - dataStart {
      throw .layout(
        name: tensors.last?.name ?? "", problem: "\(bytes.count - dataStart - expected) bytes follow the last tensor")
    }
    self.tensors = tensors
    notes = header.notes
  }
}
