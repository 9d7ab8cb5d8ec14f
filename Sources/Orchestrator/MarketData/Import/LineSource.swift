// The bytes of a source file as runs of whole lines, whatever its compression. Not for parsing them.

import Glibc

/// How a file is packed, told by its first bytes.
package enum Compression: String, Codable, Sendable {
  case none
  case zstd
  case gzip

  init(_ start: UnsafeRawBufferPointer) {
    if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else if start.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else {
      self = .none
    }
  }
}

/// Gives out the lines of a file in runs of a few megabytes. A run stays valid until the next one is asked for.
final class LineSource {
  let path: String
  let compression: Compression
  private let file: MappedFile
  private var decompressor: (any Decompressor)?
  /// Position in an uncompressed file.
  private var position = 0
  /// Decompressed bytes; `held` of them at the start are in use, of which `given` were handed out.
  private var buffer: UnsafeMutableRawBufferPointer
  private var held = 0
  private var given = 0
  private var hasEnded = false
  /// Whether the file's last line lacks its line feed, as after a cut.
  private(set) var endsInsideLine = false

  static let runLength = 4 << 20
  static let longestLine = 1 << 20

  init(path: String) throws(ImportError) {
    self.path = path
    do throws(StoreError) {
      file = try MappedFile(path: path, sequential: true)
    } catch .unreadable(_, let reason) {
      throw .unreadable(path: path, reason: reason)
    } catch {
      throw .store(error)
    }
    guard !file.bytes.isEmpty else { throw .emptyFile(path: path) }
    compression = Compression(file.bytes)
    buffer = .allocate(
      byteCount: compression == .none ? LineSource.longestLine + 1 : LineSource.runLength + 1, alignment: 64)
    switch compression {
    case .none: break
    case .zstd: decompressor = ZstdDecompressor(file.bytes, path: path)
    case .gzip: decompressor = GzipDecompressor(file.bytes, path: path)
    }
  }

  deinit { buffer.deallocate() }

  /// Whether lines remain.
  var hasMore: Bool { decompressor == nil ? position < file.bytes.count : !hasEnded || held > given }
  /// Size of the file on disk.
  var totalBytes: Int { file.bytes.count }
  /// Bytes of the file consumed so far.
  var consumedBytes: Int { decompressor?.consumedBytes ?? position }

  /// The next whole lines, ending with a line feed (added to the last line where the file lacks it); nil at the end.
  func next(after line: Int) throws(ImportError) -> UnsafeRawBufferPointer? {
    guard decompressor == nil else { return try nextDecompressed(after: line) }
    guard position < file.bytes.count, let base = file.bytes.baseAddress else { return nil }
    let length = min(LineSource.runLength, file.bytes.count - position)
    file.populate(position, length)
    let whole = LineSource.wholeLines(UnsafeRawBufferPointer(start: base + position, count: length))
    if whole > 0 {
      let run = UnsafeRawBufferPointer(start: base + position, count: whole)
      position += run.count
      return run
    }
    guard position + length == file.bytes.count, length <= LineSource.longestLine else {
      throw .lineTooLong(path: path, line: line + 1)
    }
    buffer.copyMemory(from: UnsafeRawBufferPointer(start: base + position, count: length))
    position += length
    return closed(length)
  }

  private func nextDecompressed(after line: Int) throws(ImportError) -> UnsafeRawBufferPointer? {
    guard let decompressor, let base = buffer.baseAddress else { return nil }
    held -= given
    memmove(base, base + given, held)
    given = 0
    // One byte stays free for the line feed that the last line may lack.
    while !hasEnded, held < buffer.count - 1 {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[held..<buffer.count - 1])
      let count = try decompressor.read(into: room)
      if count == 0 { hasEnded = true }
      held += count
    }
    guard held > 0 else { return nil }
    let whole = LineSource.wholeLines(UnsafeRawBufferPointer(start: base, count: held))
    if whole > 0 {
      given = whole
      return UnsafeRawBufferPointer(rebasing: buffer[..<given])
    }
    guard hasEnded, held <= LineSource.longestLine else { throw .lineTooLong(path: path, line: line + 1) }
    given = held
    return closed(held)
  }

  /// Bytes up to and with the last line feed; 0 without one.
  private static func wholeLines(_ bytes: UnsafeRawBufferPointer) -> Int {
    var end = bytes.count
    while end > 0, bytes[end - 1] != 10 { end -= 1 }
    return end
  }

  /// The first `length` bytes of the buffer with a line feed after them.
  private func closed(_ length: Int) -> UnsafeRawBufferPointer {
    endsInsideLine = true
    buffer[length] = 10
    return UnsafeRawBufferPointer(rebasing: buffer[...length])
  }
}
