// Money: an exact count of millionths of a real, so that books balance to the last fee.

/// An amount of Brazilian reais in whole millionths (1 BRL = 1,000,000); exact in sums, signed.
@frozen public struct Money: Hashable, Comparable, Sendable {
  /// Millionths of a real.
  public var microBRL: Int64

  /// Every field as given.
  @inlinable public init(microBRL: Int64) { self.microBRL = microBRL }

  /// Rounds `brl` to the nearest millionth, ties away from zero.
  ///
  /// - Precondition: `brl` is finite and its magnitude is below 9.2e12.
  @inlinable public init(brl: Double) {
    precondition(brl.isFinite && abs(brl) < 9.2e12, "money out of range")
    microBRL = Int64((brl * 1_000_000).rounded(.toNearestOrAwayFromZero))
  }

  /// Nothing. Computed, not stored: a stored global costs an initialisation check at each use.
  @inlinable public static var zero: Money { Money(microBRL: 0) }

  /// The amount in reais, for reports.
  @inlinable public var brl: Double { Double(microBRL) / 1_000_000 }

  /// Whether the left one comes first.
  @inlinable public static func < (left: Money, right: Money) -> Bool { left.microBRL < right.microBRL }
  /// The sum; stops the program when it does not fit.
  @inlinable public static func + (left: Money, right: Money) -> Money {
    Money(microBRL: left.microBRL + right.microBRL)
  }
  /// The difference; stops the program when it does not fit.
  @inlinable public static func - (left: Money, right: Money) -> Money {
    Money(microBRL: left.microBRL - right.microBRL)
  }
  /// The product; stops the program when it does not fit.
  @inlinable public static func * (left: Money, right: Int64) -> Money { Money(microBRL: left.microBRL * right) }
  /// The difference; stops the program when it does not fit.
  @inlinable public static prefix func - (money: Money) -> Money { Money(microBRL: -money.microBRL) }
  /// Adds in place.
  @inlinable public static func += (left: inout Money, right: Money) { left.microBRL += right.microBRL }
  /// Takes away in place.
  @inlinable public static func -= (left: inout Money, right: Money) { left.microBRL -= right.microBRL }
}
