// Reads journals back, verifying every record; tells a torn tail from corruption.
import Glibc
package import TradingDomain

/// The verified content of one journal file.
package struct JournalReader {
  package let path: String
  /// Every valid record in order.
  package let entries: [JournalEntry]
  /// Bytes after the last valid record that hold no record: a torn last write, or unused room after a crash.
  package let tornTailBytes: Int
  /// Link of the last record: equal for two files exactly when all their records are equal (up to a 2^-64 accident).
  package let finalLink: UInt64

  /// Reads and verifies the file at `path`.
  ///
  /// An invalid record with nothing valid after it is a torn write and ends the journal; an invalid record followed by
  /// a valid one is corruption and throws.
  package init(path: String) throws(StorageError) {
    let file = try MappedFile(path: path)
    var entries: [JournalEntry] = []
    entries.reserveCapacity(file.bytes.count / JournalRecord.size)
    var offset = 0
    var link: UInt64 = 0
    while offset + JournalRecord.size <= file.bytes.count, let record = file.record(at: offset) {
      do {
        entries.append(try JournalRecord.decode(record, sequence: UInt64(entries.count), previousLink: link))
      } catch {
        if Self.holdsRecord(file, after: offset + JournalRecord.size) {
          throw StorageError(
            kind: .content, path: path, problem: "record \(entries.count) at byte \(offset) is corrupt (\(error))",
            mend: "Records after it are intact, so this is no torn write: restore the file or rebuild from the gateway."
          )
        }
        break
      }
      link = JournalRecord.link(of: record)
      offset += JournalRecord.size
    }
    self.path = path
    self.entries = entries
    tornTailBytes = file.bytes.count - offset
    finalLink = link
  }

  private static func holdsRecord(_ file: MappedFile, after start: Int) -> Bool {
    var offset = start
    while offset + JournalRecord.size <= file.bytes.count, let record = file.record(at: offset) {
      if JournalRecord.isIntact(record) { return true }
      offset += JournalRecord.size
    }
    return false
  }
}

extension JournalRecord {
  /// Whether magic and checksum fit, whatever the sequence.
  static func isIntact(_ record: UnsafeRawPointer) -> Bool {
    do {
      _ = try decode(record, sequence: .max, previousLink: 0)
      return true
    } catch .wrongSequence, .brokenLink {
      return true
    } catch {
      return false
    }
  }
}

/// A whole file mapped for reading.
final class MappedFile {
  let bytes: UnsafeRawBufferPointer

  init(path: String) throws(StorageError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StorageError(
        kind: .environment, path: path, problem: "cannot open: \(String(cString: strerror(errno)))",
        mend: "Check the path and its permissions.")
    }
    defer { Glibc.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw StorageError(
        kind: .environment, path: path, problem: "cannot stat: \(String(cString: strerror(errno)))",
        mend: "Check the disk.")
    }
    let count = Int(status.st_size)
    // An empty mapping is an error to the kernel; an empty file has nothing to read.
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
      throw StorageError(
        kind: .environment, path: path, problem: "cannot map: \(String(cString: strerror(errno)))",
        mend: "Check the limits on mapped memory.")
    }
    bytes = UnsafeRawBufferPointer(start: mapping, count: count)
  }

  /// The record at byte `offset`, which must lie wholly inside the file.
  func record(at offset: Int) -> UnsafeRawPointer? { bytes.baseAddress.map { $0 + offset } }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}
