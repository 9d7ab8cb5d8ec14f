// Streaming decompression of the two archive kinds in which market data is kept.

import CZlib
import CZstd

/// Unpacks an archive that lies in memory, piece by piece.
protocol Decompressor: AnyObject {
  /// Bytes of the archive consumed so far.
  var consumedBytes: Int { get }
  /// Fills `output` as far as possible; 0 means that the archive has ended completely.
  func read(into output: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int
}

/// Zstandard, one or several frames.
final class ZstdDecompressor: Decompressor {
  private let path: String
  private let stream: OpaquePointer
  private var input: ZSTD_inBuffer
  /// What the last call said: 0 at the end of a frame.
  private var isInsideFrame = true

  init(_ archive: UnsafeRawBufferPointer, path: String) {
    self.path = path
    guard let stream = ZSTD_createDStream() else { preconditionFailure("out of memory") }
    self.stream = stream
    input = ZSTD_inBuffer(src: archive.baseAddress, size: archive.count, pos: 0)
  }

  deinit { ZSTD_freeDStream(stream) }

  var consumedBytes: Int { input.pos }

  func read(into output: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    while target.pos == 0 {
      if input.pos == input.size, !isInsideFrame { return 0 }
      let before = (input.pos, target.pos)
      let result = ZSTD_decompressStream(stream, &target, &input)
      guard ZSTD_isError(result) == 0 else {
        throw .corruptArchive(path: path, kind: "zstd", reason: String(cString: ZSTD_getErrorName(result)))
      }
      isInsideFrame = result != 0
      if isInsideFrame, input.pos == input.size, target.pos == 0, before == (input.pos, target.pos) {
        throw .truncatedArchive(path: path, kind: "zstd")
      }
    }
    return target.pos
  }
}

/// Gzip, one or several members.
final class GzipDecompressor: Decompressor {
  private let path: String
  private let archive: UnsafeRawBufferPointer
  private var stream = z_stream()
  private(set) var consumedBytes = 0
  private var isInsideMember = true

  init(_ archive: UnsafeRawBufferPointer, path: String) {
    self.path = path
    self.archive = archive
    // 15 window bits, plus 16 to ask for the gzip wrapper.
    let result = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib cannot start: out of memory or another version than it was built for")
  }

  deinit { inflateEnd(&stream) }

  func read(into output: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    while true {
      if !isInsideMember {
        guard consumedBytes < archive.count else { return 0 }
        inflateReset(&stream)
        isInsideMember = true
      }
      // zlib counts in 32 bits, so both sides go in slices.
      let pending = min(archive.count - consumedBytes, 1 << 30)
      let room = min(output.count, 1 << 30)
      let source = archive.baseAddress.map { $0 + consumedBytes }
      stream.next_in = UnsafeMutablePointer(mutating: source?.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(pending)
      stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(room)
      let result = inflate(&stream, Z_NO_FLUSH)
      consumedBytes += pending - Int(stream.avail_in)
      let produced = room - Int(stream.avail_out)
      switch result {
      case Z_STREAM_END: isInsideMember = false
      case Z_OK: break
      case Z_BUF_ERROR where produced == 0 && consumedBytes == archive.count:
        throw .truncatedArchive(path: path, kind: "gzip")
      case Z_BUF_ERROR: break
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(result)"
        throw .corruptArchive(path: path, kind: "gzip", reason: reason)
      }
      if produced > 0 { return produced }
    }
  }
}
