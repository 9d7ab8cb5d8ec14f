// Whether a file writes 5,553.5 or 5.553,5, decided once for the whole file from its first rows.

/// Infers the marks of a file's numbers.
enum NumberStyleDetector {
  private static let numeric: Set<ColumnRole> = [
    .open, .high, .low, .close, .volume, .tradeCount, .bid, .bidQuantity, .ask, .askQuantity, .price, .quantity,
  ]

  /// The style under which the sample's numbers can all be read.
  ///
  /// A comma that does not separate columns makes it the comma style unless a point follows it in the same number.
  /// Without any comma, points are decimal marks, except where some number has two of them.
  static func detect(_ rows: [[ArraySlice<UInt8>]], _ columns: [ColumnRole], delimiter: UInt8) -> NumberStyle {
    let point = UInt8(ascii: ".")
    let comma = UInt8(ascii: ",")
    guard delimiter != comma else { return .decimalPoint }
    for row in rows {
      for (field, role) in zip(row, columns) where numeric.contains(role) || role == .skip {
        // A skipped column may be text: only fields of digits and marks tell anything.
        let trimmed = FormatDetector.trimmed(field)
        guard trimmed.allSatisfy({ $0 &- 48 < 10 || $0 == point || $0 == comma || $0 == 45 }) else { continue }
        let lastComma = trimmed.lastIndex(of: comma)
        let lastPoint = trimmed.lastIndex(of: point)
        if let lastComma, let lastPoint { return lastPoint > lastComma ? .decimalPoint : .decimalComma }
        if lastComma != nil {
          // `1,234,567` can only be thousands; `55,01` can only be decimals.
          return trimmed.filter { $0 == comma }.count > 1 ? .decimalPoint : .decimalComma
        }
        if trimmed.filter({ $0 == point }).count > 1 { return .decimalComma }
      }
    }
    return .decimalPoint
  }
}
