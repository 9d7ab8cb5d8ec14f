// Reading a model: from a path or from bytes, the format told by the content.

import Glibc

extension Forest {
  /// Largest model file, in bytes.
  package static let maximumFileSize = 1 << 30

  /// Reads and checks a model file: XGBoost JSON or UBJSON (1.7 to 3.x), or LightGBM text (v3, v4).
  ///
  /// The file is opened once and read whole before anything is believed of it. To verify a hash first, read the bytes
  /// yourself and use `init(bytes:named:)`, so that what was hashed is what is parsed.
  package static func load(path: String) throws(ForestError) -> Forest {
    try Forest(bytes: readFile(path), named: path)
  }

  /// Reads and checks a model from its bytes; `name` is for error messages.
  package init(bytes: [UInt8], named name: String) throws(ForestError) {
    do throws(ForestError) {
      self = try Self.parse(bytes)
    } catch {
      throw error.inSource(name)
    }
  }

  private static func parse(_ bytes: [UInt8]) throws(ForestError) -> Forest {
    guard bytes.count <= maximumFileSize else {
      throw ForestError(.tooLarge, "\(bytes.count) bytes, at most \(maximumFileSize)")
    }
    switch ModelFormat(detecting: bytes) {
    case .json: return try XGBoostModelReader.read(try JSONScanner.scan(bytes))
    case .ubjson: return try XGBoostModelReader.read(try UBJSONScanner.scan(bytes))
    case .lightGBMText: return try LightGBMModelReader.read(try LightGBMScanner.scan(bytes))
    case nil:
      throw ForestError(
        .malformed, bytes.isEmpty ? "the file is empty" : "neither XGBoost JSON or UBJSON nor LightGBM text",
        mend: "save the model with Booster.save_model to a .json, .ubj or (LightGBM) .txt file")
    }
  }

  private static func readFile(_ path: String) throws(ForestError) -> [UInt8] {
    func failure(_ what: String) -> ForestError {
      ForestError(.unreadable, "cannot \(what): \(String(cString: strerror(errno)))").inSource(path)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open the file") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("ask for its size") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ForestError(.unreadable, "not a regular file").inSource(path)
    }
    guard status.st_size <= maximumFileSize else {
      throw ForestError(.tooLarge, "\(status.st_size) bytes, at most \(maximumFileSize)").inSource(path)
    }
    let size = Int(status.st_size)
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
        if got < 0 && errno == EINTR { continue }
        if got <= 0 {
          failed = got < 0
          break
        }
        count += got
      }
    }
    guard !failed else { throw failure("read the file") }
    return bytes
  }
}

/// The formats, told apart by how they begin.
enum ModelFormat {
  case json
  case ubjson
  case lightGBMText

  init?(detecting bytes: [UInt8]) {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "{") {
      // UBJSON goes on with the type of the key's length, JSON with white space, a quote or a brace.
      let second = bytes.count > 1 ? bytes[1] : 0
      self = "iUIlL#$".utf8.contains(second) ? .ubjson : .json
    } else if bytes.starts(with: "tree\n".utf8) || bytes.starts(with: "tree\r\n".utf8) {
      self = .lightGBMText
    } else if let mark = bytes.first(where: { !" \t\r\n".utf8.contains($0) }), mark == UInt8(ascii: "{") {
      self = .json
    } else {
      return nil
    }
  }
}
