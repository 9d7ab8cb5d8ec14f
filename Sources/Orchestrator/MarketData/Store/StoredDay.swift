// One day of one stream, read where it lies.

package import TradingDomain

/// The rows of one day file, memory-mapped: opening it moves no row, reading a row loads only its page.
///
/// A collection of rows. Loops over many rows are fastest inside ``withRows(_:)``.
package final class StoredDay<Row: StoredRow>: Sendable, RandomAccessCollection {
  package let date: SessionDate
  private let file: MappedFile
  /// The rows inside `file`; null for a day without rows. Sendable like the file: never written.
  @usableFromInline nonisolated(unsafe) let base: UnsafePointer<Row>?
  package let count: Int

  /// Opens and validates the file; rows are not looked at.
  package init(path: String, date: SessionDate) throws(StoreError) {
    precondition(
      NumpyHeader.rowSize(Row.fields) == MemoryLayout<Row>.stride, "\(Row.self) is laid out unlike its columns")
    let file = try MappedFile(path: path, sequential: false)
    do throws(NumpyHeaderError) {
      let header = try NumpyHeader(file.bytes, expecting: Row.fields)
      guard header.dataOffset % MemoryLayout<Row>.alignment == 0 else {
        throw .unreadableHeader("its rows begin at byte \(header.dataOffset), which is not a multiple of 8")
      }
      count = header.rowCount
      base = file.bytes.baseAddress.map { ($0 + header.dataOffset).assumingMemoryBound(to: Row.self) }
    } catch {
      throw .badFile(path: path, error)
    }
    self.file = file
    self.date = date
  }

  @inlinable package var startIndex: Int { 0 }
  @inlinable package var endIndex: Int { count }

  @inlinable package subscript(index: Int) -> Row {
    guard index >= 0, index < count, let base else { preconditionFailure("row \(index) of \(count)") }
    return base[index]
  }

  /// Calls `body` with the rows in place; the buffer must not leave it.
  @inlinable package func withRows<Result>(_ body: (UnsafeBufferPointer<Row>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeBufferPointer(start: base, count: count)) }
  }

  /// The rows in place, for owners that keep this object as long as the buffer.
  var unownedRows: UnsafeBufferPointer<Row> { UnsafeBufferPointer(start: base, count: count) }

  /// Size of the whole file.
  package var byteCount: Int { file.bytes.count }
}
