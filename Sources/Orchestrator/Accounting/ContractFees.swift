// What one contract of one instrument costs to trade: plain amounts, ready for the hot path.

package import TradingDomain

/// Costs per contract, already in reais.
@frozen package struct ContractFees: Hashable, Sendable {
  /// Exchange fee per contract and side of a day trade.
  package var exchange: Money
  /// Broker fee per contract and side, before tax.
  package var broker: Money
  /// Municipal service tax (ISS) on the broker fee.
  package var serviceTax: Money
  /// Exchange fee per contract when a position is settled in cash at expiry.
  package var settlement: Money

  @inlinable package init(exchange: Money, broker: Money, serviceTax: Money, settlement: Money) {
    self.exchange = exchange
    self.broker = broker
    self.serviceTax = serviceTax
    self.settlement = settlement
  }

  /// Everything due for one contract on one side of a trade.
  @inlinable package var perSide: Money { exchange + broker + serviceTax }

  /// No costs at all, for tests and for instruments outside the exchange.
  package static let free = ContractFees(exchange: .zero, broker: .zero, serviceTax: .zero, settlement: .zero)
}
