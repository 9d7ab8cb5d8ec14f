// A 64-bit hash that is the same in every process and release, for identities that are written to disk.

/// 64-bit FNV-1a over bytes; not for untrusted keys, not cryptographic.
///
/// The standard library's `Hasher` is seeded per process, so its values may not leave it; these may.
/// Source: Fowler, Noll, Vo; parameters of draft-eastlake-fnv.
package struct StableHash: Sendable {
  /// The hash of everything combined so far.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of no bytes.
  package init() {}

  /// Adds one byte.
  package mutating func combine(byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// Adds the eight bytes of `word`, least significant first.
  package mutating func combine(_ word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      combine(byte: UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  /// Adds the bit pattern of `number`; -0 counts as 0, since they compare equal.
  package mutating func combine(_ number: Double) {
    combine(number == 0 ? UInt64(0) : number.bitPattern)
  }

  /// Adds the UTF-8 bytes of `text` and its length, so that neighbouring texts cannot run together.
  package mutating func combine(_ text: String) {
    var length: UInt64 = 0
    for byte in text.utf8 {
      combine(byte: byte)
      length += 1
    }
    combine(length)
  }
}
