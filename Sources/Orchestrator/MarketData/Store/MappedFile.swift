// A file in memory without reading it: only the pages touched are loaded.

import Glibc

/// A read-only memory mapping, unmapped when the last reference goes.
///
/// A file that another process shortens while it is mapped would fault; the store never shortens a file in place
/// (it renames new ones over old ones), so mappings stay valid.
final class MappedFile: @unchecked Sendable {
  // Sendable: the bytes are never written, and the mapping lives as long as the object.
  let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`; an empty file maps to an empty buffer.
  ///
  /// - Parameter sequential: asks the kernel to read ahead.
  init(path: String, sequential: Bool) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: reason(of: errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: reason(of: errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a regular file") }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let size = Int(status.st_size)
    guard let address = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), address != MAP_FAILED else {
      throw .unreadable(path: path, reason: reason(of: errno))
    }
    if sequential { madvise(address, size, MADV_SEQUENTIAL) }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  /// Maps the pages of a range at once, which costs less than faulting on each; advice only.
  func populate(_ offset: Int, _ length: Int) {
    guard let base = bytes.baseAddress else { return }
    let pageSize = 4096
    let start = offset / pageSize * pageSize
    // MADV_POPULATE_READ, since Linux 5.14; older kernels answer EINVAL and fault page by page.
    madvise(UnsafeMutableRawPointer(mutating: base) + start, offset + length - start, 22)
  }

  deinit {
    if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
  }
}

/// The system's words for an error number.
func reason(of number: Int32) -> String { String(cString: strerror(number)) }
