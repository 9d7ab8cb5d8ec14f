// Prices and quantities: exact integers, so that no comparison or sum in the trading path can round.

/// A price, or a price difference, in whole ticks of one instrument.
///
/// Ticks of different instruments are not comparable; conversion to points needs the ``Instrument``.
@frozen package struct Price: Hashable, Comparable, Sendable {
  /// The number of ticks; negative only for differences.
  package var ticks: Int64

  @inlinable package init(ticks: Int64) { self.ticks = ticks }

  @inlinable package static func < (left: Price, right: Price) -> Bool { left.ticks < right.ticks }
  @inlinable package static func + (left: Price, right: Price) -> Price { Price(ticks: left.ticks + right.ticks) }
  @inlinable package static func - (left: Price, right: Price) -> Price { Price(ticks: left.ticks - right.ticks) }
  @inlinable package static prefix func - (price: Price) -> Price { Price(ticks: -price.ticks) }
}

/// A number of contracts (or shares); never negative in orders and trades.
@frozen package struct Quantity: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
  /// The number of contracts.
  package var contracts: Int64

  @inlinable package init(_ contracts: Int64) { self.contracts = contracts }
  @inlinable package init(integerLiteral value: Int64) { contracts = value }

  package static let zero = Quantity(0)

  @inlinable package static func < (left: Quantity, right: Quantity) -> Bool { left.contracts < right.contracts }
  @inlinable package static func + (left: Quantity, right: Quantity) -> Quantity {
    Quantity(left.contracts + right.contracts)
  }
  @inlinable package static func - (left: Quantity, right: Quantity) -> Quantity {
    Quantity(left.contracts - right.contracts)
  }
  @inlinable package static func += (left: inout Quantity, right: Quantity) { left.contracts += right.contracts }
  @inlinable package static func -= (left: inout Quantity, right: Quantity) { left.contracts -= right.contracts }
}
