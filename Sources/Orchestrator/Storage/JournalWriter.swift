// Appends journal records to a preallocated, memory-mapped file: a record survives the death of the process as soon as
// `append` returns, and appending neither allocates nor calls the kernel.
import Glibc
package import TradingDomain

/// The write side of one journal file.
///
/// Owned by one thread. The file is preallocated to its capacity; ``close()`` cuts it to the records written, so that
/// two runs with equal facts leave byte-identical files.
package final class JournalWriter: OrderJournal {
  package let path: String
  /// Records written so far; also the next sequence number.
  package private(set) var count: UInt64 = 0
  private let capacity: UInt64
  private let descriptor: Int32
  private let base: UnsafeMutableRawPointer
  private var previousLink: UInt64 = 0
  private var isOpen = true

  /// Creates the file at `path` with room for `capacity` records.
  ///
  /// Refuses an existing file: a journal is never overwritten.
  package init(path: String, capacity: Int = 1 << 16) throws(StorageError) {
    precondition(capacity > 0, "a journal needs room for a record")
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let code = errno
      throw StorageError(
        kind: .environment, path: path, problem: "cannot create the journal: \(String(cString: strerror(code)))",
        mend: code == EEXIST
          ? "A journal is never overwritten: move the old one away or name another folder."
          : "Check that the folder exists and is writable.")
    }
    let bytes = capacity * JournalRecord.size
    let allocation = posix_fallocate(descriptor, 0, off_t(bytes))
    guard allocation == 0 else {
      Glibc.close(descriptor)
      unlink(path)
      throw StorageError(
        kind: .environment, path: path,
        problem: "cannot reserve \(bytes >> 20) MiB for the journal: \(String(cString: strerror(allocation)))",
        mend: "Free disk space or choose another disk.")
    }
    guard let base = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0),
      base != MAP_FAILED
    else {
      let code = errno
      Glibc.close(descriptor)
      throw StorageError(
        kind: .environment, path: path, problem: "cannot map the journal: \(String(cString: strerror(code)))",
        mend: "Check the limits on mapped memory (ulimit -v).")
    }
    self.path = path
    self.capacity = UInt64(capacity)
    self.descriptor = descriptor
    self.base = base
  }

  /// Appends one record; false when the file is full or closed, after which nothing more is kept.
  package func append(_ entry: JournalEntry) -> Bool {
    guard isOpen, count < capacity else { return false }
    let record = base + Int(count) * JournalRecord.size
    previousLink = JournalRecord.encode(entry, sequence: count, previousLink: previousLink, at: record)
    count += 1
    return true
  }

  /// Writes what is buffered by the kernel to the disk; slow, for the end of a session.
  package func synchronise() throws(StorageError) {
    guard fdatasync(descriptor) == 0 else {
      throw StorageError(
        kind: .environment, path: path, problem: "fdatasync failed: \(String(cString: strerror(errno)))",
        mend: "The disk may have lost records: treat this journal as incomplete and check the disk.")
    }
  }

  /// Cuts the file to its records, writes it to disk and closes it; a journal without a record is removed, since it
  /// would only block its name.
  package func close() throws(StorageError) {
    guard isOpen else { return }
    isOpen = false
    munmap(base, Int(capacity) * JournalRecord.size)
    let cut = ftruncate(descriptor, off_t(count) * off_t(JournalRecord.size))
    let synced = cut == 0 ? fdatasync(descriptor) : cut
    let code = errno
    Glibc.close(descriptor)
    if count == 0 { unlink(path) }
    guard synced == 0 else {
      throw StorageError(
        kind: .environment, path: path, problem: "cannot finish the journal: \(String(cString: strerror(code)))",
        mend: "The records are in the file, but the disk did not confirm them: check the disk.")
    }
  }

  deinit {
    if isOpen {
      munmap(base, Int(capacity) * JournalRecord.size)
      ftruncate(descriptor, off_t(count) * off_t(JournalRecord.size))
      Glibc.close(descriptor)
      if count == 0 { unlink(path) }
    }
  }
}
