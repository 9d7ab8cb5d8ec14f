// The header of a NumPy array file, written and read without trust. Only one-dimensional structured arrays.

/// What is wrong with the header of an array file.
package enum NumpyHeaderError: Error, Hashable, CustomStringConvertible {
  case notAnArrayFile
  case unsupportedVersion(UInt8, UInt8)
  case headerOutsideFile(declared: Int, present: Int)
  case unreadableHeader(String)
  case otherColumns(found: String, expected: String)
  case sizeMismatch(rows: Int, expectedBytes: Int, presentBytes: Int)

  package var description: String {
    switch self {
    case .notAnArrayFile: return "it does not begin as a NumPy array file does"
    case .unsupportedVersion(let major, let minor):
      return "its format version is \(major).\(minor); 1.0 and 2.0 can be read"
    case .headerOutsideFile(let declared, let present):
      return "its header says it is \(declared) bytes long, but the file has only \(present) bytes after it"
    case .unreadableHeader(let why): return "its header cannot be read: \(why)"
    case .otherColumns(let found, let expected): return "its columns are \(found), where this stream has \(expected)"
    case .sizeMismatch(let rows, let expected, let present):
      return "its header says \(rows) rows, which take \(expected) bytes, but \(present) are present"
    }
  }
}

/// Position and number of the rows in an array file.
package struct NumpyHeader: Hashable, Sendable {
  /// Offset of the first row from the start of the file; a multiple of 64 in files we write.
  package var dataOffset: Int
  package var rowCount: Int

  /// The text of `dtype.descr` as NumPy prints it.
  static func descriptor(_ fields: [RowField]) -> String {
    "[" + fields.map { "('\($0.name)', '\($0.type)')" }.joined(separator: ", ") + "]"
  }

  /// Bytes of one row.
  package static func rowSize(_ fields: [RowField]) -> Int { fields.reduce(0) { $0 + $1.byteCount } }

  /// The whole header of version 1.0 for `rowCount` rows, padded so that the rows start at a multiple of 64.
  ///
  /// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
  package static func encode(_ fields: [RowField], rowCount: Int) -> [UInt8] {
    encode(descriptor: descriptor(fields), rowCount: rowCount)
  }

  /// The same for columns whose descriptor is at hand, as for the many days of one import.
  static func encode(descriptor: String, rowCount: Int) -> [UInt8] {
    var text = "{'descr': \(descriptor), 'fortran_order': False, 'shape': (\(rowCount),), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    precondition(text.utf8.count <= 65_535, "a version 1.0 header holds at most 65535 bytes")
    let length = UInt16(text.utf8.count)
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }

  /// Reads the header at the start of `file` and proves that the rows it promises are exactly those present.
  package init(_ file: UnsafeRawBufferPointer, expecting fields: [RowField]) throws(NumpyHeaderError) {
    guard file.count >= 10, file.prefix(6).elementsEqual(NumpyHeader.magic) else { throw .notAnArrayFile }
    let prefix: Int
    let length: Int
    switch (file[6], file[7]) {
    case (1, 0):
      prefix = 10
      length = Int(file[8]) | Int(file[9]) << 8
    case (2, 0):
      guard file.count >= 12 else { throw .notAnArrayFile }
      prefix = 12
      length = Int(file[8]) | Int(file[9]) << 8 | Int(file[10]) << 16 | Int(file[11]) << 24
    default: throw .unsupportedVersion(file[6], file[7])
    }
    guard length <= file.count - prefix else {
      throw .headerOutsideFile(declared: length, present: file.count - prefix)
    }
    guard length <= 65_536 else { throw .unreadableHeader("\(length) bytes are too many for a header") }
    let text = String(decoding: file[prefix..<prefix + length], as: UTF8.self).filter { !$0.isWhitespace }
    let expected = NumpyHeader.descriptor(fields)
    let (descriptor, order, shape) = try NumpyHeader.values(of: text)
    guard descriptor == expected.filter({ !$0.isWhitespace }) else {
      throw .otherColumns(found: String(descriptor.prefix(300)), expected: expected)
    }
    guard order == "False" else { throw .unreadableHeader("fortran_order is not False") }
    guard shape.hasPrefix("("), shape.hasSuffix(",)"), let rows = Int(shape.dropFirst().dropLast(2)), rows >= 0 else {
      throw .unreadableHeader("shape \(shape.prefix(60)) is not that of a one-dimensional array")
    }
    let present = file.count - prefix - length
    let (bytes, overflow) = rows.multipliedReportingOverflow(by: NumpyHeader.rowSize(fields))
    guard !overflow, bytes == present else {
      throw .sizeMismatch(rows: rows, expectedBytes: overflow ? Int.max : bytes, presentBytes: present)
    }
    dataOffset = prefix + length
    rowCount = rows
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The three values of the header's dictionary, whitespace already removed, keys in the order NumPy writes.
  private static func values(
    of text: String
  ) throws(NumpyHeaderError) -> (descriptor: String, order: String, shape: String) {
    var rest = Substring(text)
    func take(_ key: String, until next: String) throws(NumpyHeaderError) -> String {
      guard rest.hasPrefix(key) else { throw .unreadableHeader("\(key) is not where it should be") }
      rest = rest.dropFirst(key.count)
      guard let end = rest.range(ofText: next) else { throw .unreadableHeader("\(next) is missing") }
      let value = rest[..<end]
      rest = rest[end...]
      return String(value)
    }
    let descriptor = try take("{'descr':", until: ",'fortran_order':")
    let order = try take(",'fortran_order':", until: ",'shape':")
    let shape = try take(",'shape':", until: "}").trimmingTrailingComma
    guard rest == "}" else { throw .unreadableHeader("something follows the dictionary") }
    return (descriptor, order, shape)
  }
}

extension Substring {
  /// Index at which `text` first begins, or nil.
  fileprivate func range(ofText text: String) -> Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(text) { return index }
      index = self.index(after: index)
    }
    return nil
  }
}

extension String {
  /// The text without the comma that NumPy leaves before a closing brace: `(5,),` becomes `(5,)`.
  fileprivate var trimmingTrailingComma: String { hasSuffix("),") ? String(dropLast()) : self }
}
