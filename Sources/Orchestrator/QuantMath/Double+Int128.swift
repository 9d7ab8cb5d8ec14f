// The last step of exact sums: from 128-bit integers to floating point.

extension Double {
  /// `value` within two roundings, and exactly below 2^53.
  ///
  /// The library's conversion of a 128-bit integer goes through generic code and costs half a microsecond.
  @inlinable package init(rounding value: Int128) {
    let magnitude = value.magnitude
    let high = UInt64(truncatingIfNeeded: magnitude >> 64)
    let low = UInt64(truncatingIfNeeded: magnitude)
    let rounded = high == 0 ? Double(low) : Double(high) * 0x1p64 + Double(low)
    self = value < 0 ? -rounded : rounded
  }
}
