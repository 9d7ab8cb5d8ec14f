// The journal's bytes: how one entry becomes a fixed record and back. Files are JournalWriter's and JournalReader's.
import CHotPath
package import TradingDomain

/// Layout of one 128-byte journal record, little-endian:
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 4 | magic `TJR1` |
/// | 4 | 2 | record length, 128 |
/// | 6 | 1 | fact code |
/// | 7 | 1 | layout version, 1 |
/// | 8 | 8 | sequence, from 0 |
/// | 16 | 8 | engine time, nanoseconds UTC |
/// | 24 | 8 | link to the previous record (``JournalRecord/link(of:)``), 0 for the first |
/// | 32 | 88 | payload, zero-filled |
/// | 120 | 4 | zero |
/// | 124 | 4 | CRC32C of bytes 0..<124 |
package enum JournalRecord {
  package static let size = 128
  static let magic: UInt32 = 0x3152_4A54
  static let version: UInt8 = 1
  static let payloadOffset = 32
  static let payloadEnd = 120

  /// Why bytes are not a record.
  package enum Flaw: Error, Hashable, Sendable {
    case blank
    case wrongMagic
    case wrongVersion(UInt8)
    case wrongChecksum
    case wrongSequence(expected: UInt64, found: UInt64)
    case brokenLink
    case unknownFact(UInt8)
    case impossibleValue
  }

  /// Writes `entry` at `record`, which must have room for ``size`` bytes; returns the link for the next record.
  package static func encode(
    _ entry: JournalEntry, sequence: UInt64, previousLink: UInt64, at record: UnsafeMutableRawPointer
  ) -> UInt64 {
    record.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    var cursor = PayloadCursor(base: record)
    let code = encode(entry.fact, into: &cursor)
    record.storeBytes(of: magic.littleEndian, toByteOffset: 0, as: UInt32.self)
    record.storeBytes(of: UInt16(size).littleEndian, toByteOffset: 4, as: UInt16.self)
    record.storeBytes(of: code, toByteOffset: 6, as: UInt8.self)
    record.storeBytes(of: version, toByteOffset: 7, as: UInt8.self)
    record.storeBytes(of: sequence.littleEndian, toByteOffset: 8, as: UInt64.self)
    record.storeBytes(of: entry.time.nanoseconds.littleEndian, toByteOffset: 16, as: Int64.self)
    record.storeBytes(of: previousLink.littleEndian, toByteOffset: 24, as: UInt64.self)
    record.storeBytes(of: hp_crc32c(record, 124).littleEndian, toByteOffset: 124, as: UInt32.self)
    return link(of: record)
  }

  /// Reads the record at `record`, checking every field against what must stand there.
  package static func decode(
    _ record: UnsafeRawPointer, sequence: UInt64, previousLink: UInt64
  ) throws(Flaw) -> JournalEntry {
    let found = UInt32(littleEndian: record.loadUnaligned(as: UInt32.self))
    if found != magic { throw found == 0 ? .blank : .wrongMagic }
    let checksum = UInt32(littleEndian: record.loadUnaligned(fromByteOffset: 124, as: UInt32.self))
    guard checksum == hp_crc32c(record, 124) else { throw .wrongChecksum }
    let layout = record.load(fromByteOffset: 7, as: UInt8.self)
    guard layout == version, UInt16(littleEndian: record.loadUnaligned(fromByteOffset: 4, as: UInt16.self)) == size
    else { throw .wrongVersion(layout) }
    let number = UInt64(littleEndian: record.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    guard number == sequence else { throw .wrongSequence(expected: sequence, found: number) }
    guard UInt64(littleEndian: record.loadUnaligned(fromByteOffset: 24, as: UInt64.self)) == previousLink else {
      throw .brokenLink
    }
    let time = Timestamp(nanoseconds: Int64(littleEndian: record.loadUnaligned(fromByteOffset: 16, as: Int64.self)))
    var cursor = PayloadReader(base: record)
    let fact = try decodeFact(code: record.load(fromByteOffset: 6, as: UInt8.self), from: &cursor)
    return JournalEntry(time: time, fact: fact)
  }

  /// A 64-bit mix of a whole record: chains each record to all before it, so that a lost or exchanged one shows.
  package static func link(of record: UnsafeRawPointer) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for offset in stride(from: 0, to: size, by: 8) {
      hash ^= UInt64(littleEndian: record.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      hash = hash &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
    }
    return hash
  }
}

/// Writes little-endian integers one after the other into a record's payload.
struct PayloadCursor {
  let base: UnsafeMutableRawPointer
  var offset = JournalRecord.payloadOffset

  init(base: UnsafeMutableRawPointer) { self.base = base }

  mutating func put<Value: FixedWidthInteger>(_ value: Value) {
    precondition(offset + MemoryLayout<Value>.size <= JournalRecord.payloadEnd, "journal payload overflow")
    base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    offset += MemoryLayout<Value>.size
  }

  mutating func put(_ value: Float) { put(value.bitPattern) }
  mutating func put(_ price: Price) { put(price.ticks) }
  mutating func put(_ quantity: Quantity) { put(quantity.contracts) }
  mutating func put(_ time: Timestamp) { put(time.nanoseconds) }
  mutating func put(_ id: ClientOrderID) {
    put(id.high)
    put(id.low)
  }
  /// A flag byte, then the price or zero.
  mutating func put(_ price: Price?) {
    put(UInt8(price == nil ? 0 : 1))
    put(price?.ticks ?? 0)
  }
}

/// Reads what ``PayloadCursor`` wrote.
struct PayloadReader {
  let base: UnsafeRawPointer
  var offset = JournalRecord.payloadOffset

  init(base: UnsafeRawPointer) { self.base = base }

  mutating func take<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value {
    precondition(offset + MemoryLayout<Value>.size <= JournalRecord.payloadEnd, "journal payload overflow")
    defer { offset += MemoryLayout<Value>.size }
    return Value(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  mutating func float() -> Float { Float(bitPattern: take(UInt32.self)) }
  mutating func price() -> Price { Price(ticks: take()) }
  mutating func quantity() -> Quantity { Quantity(take(Int64.self)) }
  mutating func time() -> Timestamp { Timestamp(nanoseconds: take()) }
  mutating func orderID() -> ClientOrderID {
    let high = take(UInt64.self)
    return ClientOrderID(high: high, low: take())
  }
  mutating func optionalPrice() -> Price? {
    let isPresent = take(UInt8.self) != 0
    let ticks = take(Int64.self)
    return isPresent ? Price(ticks: ticks) : nil
  }
}
