// The six kinds of messages of which an order book is made.

package import TradingDomain

/// What arrives at the book.
package enum FlowKind: Int, Sendable, CaseIterable {
  case buyMarket = 0
  case sellMarket = 1
  case buyLimit = 2
  case sellLimit = 3
  case buyCancel = 4
  case sellCancel = 5

  /// Whose orders: of buyers or of sellers.
  package var side: Side { rawValue & 1 == 0 ? .buy : .sell }

  /// The three actions, without the side: 0 market order, 1 limit order, 2 cancel.
  var action: Int { rawValue >> 1 }
}

/// One number per ``FlowKind``, by raw value; the last two lanes stay 0.
package typealias FlowVector = SIMD8<Double>

extension SIMD8<Double> {
  /// The number that belongs to `kind`.
  package subscript(_ kind: FlowKind) -> Double {
    get { self[kind.rawValue] }
    set { self[kind.rawValue] = newValue }
  }

  /// The sum over the kinds, always in the same order.
  package var total: Double { ((self[0] + self[1]) + (self[2] + self[3])) + (self[4] + self[5]) }
}
