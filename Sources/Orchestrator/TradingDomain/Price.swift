// Prices and quantities: exact integers, so that no comparison or sum in the trading path can round.

/// A price, or a price difference, in whole ticks of one instrument.
///
/// Ticks of different instruments are not comparable; conversion to points needs the ``Instrument``.
@frozen public struct Price: Hashable, Comparable, Sendable {
  /// The number of ticks; negative only for differences.
  public var ticks: Int64

  /// Every field as given.
  @inlinable public init(ticks: Int64) { self.ticks = ticks }

  /// Whether the left one comes first.
  @inlinable public static func < (left: Price, right: Price) -> Bool { left.ticks < right.ticks }
  /// The sum; stops the program when it does not fit.
  @inlinable public static func + (left: Price, right: Price) -> Price { Price(ticks: left.ticks + right.ticks) }
  /// The difference; stops the program when it does not fit.
  @inlinable public static func - (left: Price, right: Price) -> Price { Price(ticks: left.ticks - right.ticks) }
  /// The difference; stops the program when it does not fit.
  @inlinable public static prefix func - (price: Price) -> Price { Price(ticks: -price.ticks) }
}

/// A number of contracts (or shares); never negative in orders and trades.
@frozen public struct Quantity: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
  /// The number of contracts.
  public var contracts: Int64

  /// Every field as given.
  @inlinable public init(_ contracts: Int64) { self.contracts = contracts }
  /// Every field as given.
  @inlinable public init(integerLiteral value: Int64) { contracts = value }

  /// No contract.
  @inlinable public static var zero: Quantity { Quantity(0) }

  /// Whether the left one comes first.
  @inlinable public static func < (left: Quantity, right: Quantity) -> Bool { left.contracts < right.contracts }
  /// The sum; stops the program when it does not fit.
  @inlinable public static func + (left: Quantity, right: Quantity) -> Quantity {
    Quantity(left.contracts + right.contracts)
  }
  /// The difference; stops the program when it does not fit.
  @inlinable public static func - (left: Quantity, right: Quantity) -> Quantity {
    Quantity(left.contracts - right.contracts)
  }
  /// Adds in place.
  @inlinable public static func += (left: inout Quantity, right: Quantity) { left.contracts += right.contracts }
  /// Takes away in place.
  @inlinable public static func -= (left: inout Quantity, right: Quantity) { left.contracts -= right.contracts }
}
