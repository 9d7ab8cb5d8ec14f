// Writing into the market store: whole day files, first beside their place, then renamed into it once they are safe.

import Glibc
import TradingDomain

/// Writes day files of one symbol. Nothing is visible to readers before ``commit()``; a day that exists is replaced.
final class MarketStoreWriter {
  private let root: String
  private let symbol: String
  /// Open from before the first write, so that a flush of the file system reports every error since then (Linux 5.8).
  private let rootDescriptor: Int32
  /// Files written and not yet renamed: temporary path, final path.
  private var pending: [(temporary: String, final: String)] = []
  private var folders: [String]
  /// Descriptor of the stream written last: consecutive days share it.
  private var lastDescriptor: (stream: StreamName, text: String)?
  private(set) var replacedDays = 0
  private(set) var bytesWritten: Int64 = 0

  /// More files than this are made durable by one flush of the whole file system.
  private static let individualFlushLimit = 16

  /// Creates `root/<symbol>` and its description; refuses when another tick size is stored there.
  init(root: String, instrument: Instrument) throws(StoreError) {
    guard MarketStore.isSymbol(instrument.symbol) else { throw .badSymbol(instrument.symbol) }
    self.root = root
    symbol = instrument.symbol
    try MarketStoreWriter.checkConflict(root: root, instrument: instrument)
    let folder = "\(root)/\(symbol)"
    folders = [folder]
    try MarketStoreWriter.createFolder(folder)
    rootDescriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard rootDescriptor >= 0 else { throw .unwritable(path: root, reason: reason(of: errno)) }
    let description = InstrumentFile(instrument).encoded()
    try write(
      header: description, rows: UnsafeRawBufferPointer(start: nil, count: 0),
      to: "\(folder)/\(InstrumentFile.fileName)")
  }

  deinit {
    for file in pending { unlink(file.temporary) }
    close(rootDescriptor)
  }

  /// Throws when `root` already keeps the symbol with another tick size; prices in ticks would not agree.
  static func checkConflict(root: String, instrument: Instrument) throws(StoreError) {
    if let stored = try InstrumentFile.read(folder: "\(root)/\(instrument.symbol)"),
      stored.tickSize != instrument.tickSize
    {
      throw .otherTick(symbol: instrument.symbol, stored: stored.tickSize, given: instrument.tickSize)
    }
  }

  /// Writes the rows of one day to a temporary file.
  func write<Row: StoredRow>(
    _ rows: UnsafeBufferPointer<Row>, stream: StreamName, date: SessionDate
  ) throws(StoreError) {
    let folder = "\(root)/\(symbol)/\(stream.folder)"
    if !folders.contains(folder) {
      try MarketStoreWriter.createFolder(folder)
      folders.append(folder)
    }
    let path = "\(folder)/\(date).npy"
    if access(path, F_OK) == 0 { replacedDays += 1 }
    if lastDescriptor?.stream != stream { lastDescriptor = (stream, NumpyHeader.descriptor(Row.fields)) }
    let header = NumpyHeader.encode(descriptor: lastDescriptor?.text ?? "", rowCount: rows.count)
    try write(header: header, rows: UnsafeRawBufferPointer(rows), to: path)
  }

  /// Makes every file durable, then puts all of them in place, then makes the names durable.
  func commit() throws(StoreError) {
    if pending.count <= MarketStoreWriter.individualFlushLimit {
      for file in pending { try flushFile(file.temporary) }
    } else {
      // One journal commit and one flush of the disk's cache instead of thousands of each.
      guard syncfs(rootDescriptor) == 0 else { throw .unwritable(path: root, reason: reason(of: errno)) }
    }
    for file in pending {
      guard rename(file.temporary, file.final) == 0 else {
        throw .unwritable(path: file.final, reason: reason(of: errno))
      }
    }
    pending.removeAll()
    for folder in folders { try flushFolder(folder) }
  }

  private static func createFolder(_ folder: String) throws(StoreError) {
    var path = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      path += "/" + part
      if mkdir(path, 0o777) != 0, errno != EEXIST { throw .unwritable(path: folder, reason: reason(of: errno)) }
    }
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .unwritable(path: folder, reason: "a file of that name is in the way")
    }
  }

  private func write(header: [UInt8], rows: UnsafeRawBufferPointer, to path: String) throws(StoreError) {
    let temporary = "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason(of: errno)) }
    pending.append((temporary, path))
    defer { close(descriptor) }
    let failure = header.withUnsafeBytes { writeAll($0, descriptor) } ?? writeAll(rows, descriptor)
    if let failure { throw .unwritable(path: path, reason: reason(of: failure)) }
    bytesWritten += Int64(header.count + rows.count)
  }

  /// Writes all bytes; the system's error number when that fails.
  private func writeAll(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Int32? {
    guard let base = bytes.baseAddress else { return nil }
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, base + done, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      done += count
    }
    return nil
  }

  private func flushFile(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason(of: errno)) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: reason(of: errno)) }
  }

  private func flushFolder(_ folder: String) throws(StoreError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: folder, reason: reason(of: errno)) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .unwritable(path: folder, reason: reason(of: errno)) }
  }
}

/// Flushes the file system of an open file; -1 with `errno` on failure.
///
/// Found at run time because the C library declares it only to GNU sources, which Swift's import of it is not. Where it
/// is absent, the older call flushes every file system, without a word of errors.
private func syncfs(_ descriptor: Int32) -> Int32 {
  guard let symbol = dlsym(nil, "syncfs") else {
    sync()
    return 0
  }
  return unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)(descriptor)
}
