// Eight bytes at a time: searching and converting digits inside one machine word.

/// Eight consecutive bytes, the first one lowest.
///
/// Source of the digit conversion: D. Lemire, "Quickly parsing eight digits" (2018); of the byte search: H. S. Warren,
/// "Hacker's Delight", 6-1.
struct ByteWord {
  let value: UInt64

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  @inline(__always)
  init(_ value: UInt64) { self.value = value }

  /// The eight bytes at `cursor`, all of which must be readable.
  @inline(__always)
  init(at cursor: UnsafePointer<UInt8>) { value = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self) }

  /// Index of the first byte equal to `byte`; 8 when there is none.
  @inline(__always)
  func firstIndex(of byte: UInt8) -> Int {
    let difference = value ^ (UInt64(byte) &* ByteWord.ones)
    // A borrow can only disturb bytes above the first match, which is the only one asked for.
    let matches = (difference &- ByteWord.ones) & ~difference & ByteWord.highs
    return matches.trailingZeroBitCount &>> 3
  }

  /// The byte at `index`, 0 to 7.
  @inline(__always)
  func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: value &>> UInt64(8 &* index)) }

  /// The first `count` bytes, 0 to 8, the others zero.
  @inline(__always)
  func prefix(_ count: Int) -> UInt64 { count == 8 ? value : value & ((1 &<< UInt64(8 &* count)) &- 1) }

  /// High bit set in each byte that is not a digit.
  @inline(__always)
  var nonDigits: UInt64 {
    let digits = value ^ 0x3030_3030_3030_3030
    return (((digits & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | digits) & ByteWord.highs
  }

  /// The number written by the first `count` bytes, 1 to 8, all digits.
  @inline(__always)
  func number(digits count: Int) -> UInt64 {
    // Shifting moves the digits to the end of an eight-digit number whose leading digits are the zero bytes shifted in.
    var pairs = (value ^ 0x3030_3030_3030_3030) &<< UInt64(64 &- 8 &* count)
    pairs = pairs &* 10 &+ (pairs &>> 8)
    let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let high = ((pairs &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (low &+ high) &>> 32
  }
}
