// Money: an exact count of millionths of a real, so that books balance to the last fee.

/// An amount of Brazilian reais in whole millionths (1 BRL = 1,000,000); exact in sums, signed.
@frozen package struct Money: Hashable, Comparable, Sendable {
  /// Millionths of a real.
  package var microBRL: Int64

  @inlinable package init(microBRL: Int64) { self.microBRL = microBRL }

  /// Rounds `brl` to the nearest millionth, ties away from zero.
  ///
  /// - Precondition: `brl` is finite and its magnitude is below 9.2e12.
  @inlinable package init(brl: Double) {
    precondition(brl.isFinite && abs(brl) < 9.2e12, "money out of range")
    microBRL = Int64((brl * 1_000_000).rounded(.toNearestOrAwayFromZero))
  }

  package static let zero = Money(microBRL: 0)

  /// The amount in reais, for reports.
  @inlinable package var brl: Double { Double(microBRL) / 1_000_000 }

  @inlinable package static func < (left: Money, right: Money) -> Bool { left.microBRL < right.microBRL }
  @inlinable package static func + (left: Money, right: Money) -> Money {
    Money(microBRL: left.microBRL + right.microBRL)
  }
  @inlinable package static func - (left: Money, right: Money) -> Money {
    Money(microBRL: left.microBRL - right.microBRL)
  }
  @inlinable package static func * (left: Money, right: Int64) -> Money { Money(microBRL: left.microBRL * right) }
  @inlinable package static prefix func - (money: Money) -> Money { Money(microBRL: -money.microBRL) }
  @inlinable package static func += (left: inout Money, right: Money) { left.microBRL += right.microBRL }
  @inlinable package static func -= (left: inout Money, right: Money) { left.microBRL -= right.microBRL }
}
