// When a bar is complete: by the clock, or by what was traded.

package import TradingDomain

/// When a bar is complete.
@frozen package enum BarRule: Hashable, Sendable {
  /// At each multiple of the duration since the aggregator's anchor.
  case time(Nanoseconds)
  /// After this many trades.
  case trades(UInt32)
  /// With the trade that brings the volume to at least this many contracts; trades are not split.
  case volume(Quantity)
  /// With the trade that brings the traded value, the sum of price in ticks times contracts, to at least this many
  /// tick-contracts. Exact where money would round; one tick-contract is worth the instrument's tick value.
  ///
  /// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), 2.3.1.4 (dollar bars).
  case value(Int64)
  /// With the trade that brings buyer-initiated minus seller-initiated contracts to at least this magnitude.
  ///
  /// Source: the same, 2.3.2.2 (volume imbalance bars), with a constant threshold: one that follows the data makes the
  /// bars of today depend on where the history began.
  case imbalance(Quantity)
  /// With the trade that brings either the buyer-initiated or the seller-initiated contracts, each summed over the
  /// whole bar, to at least this many: a run in this sense may be interrupted by trades of the other side.
  ///
  /// Source: the same, 2.3.2.4 (volume runs bars), with a constant threshold.
  case run(Quantity)

  /// The fault in the rule's number, or nil.
  @inlinable var fault: StaticString? {
    switch self {
    case .time(let duration): duration.count > 0 ? nil : "a time bar needs a positive duration"
    case .trades(let count): count > 0 ? nil : "a trade bar needs at least one trade"
    case .value(let threshold): threshold > 0 ? nil : "a value bar needs a positive number of tick-contracts"
    case .volume(let threshold), .imbalance(let threshold), .run(let threshold):
      threshold.contracts > 0 ? nil : "a bar's threshold is a positive number of contracts"
    }
  }

  /// Whether the clock completes the bars.
  @inlinable var isTime: Bool {
    if case .time = self { return true }
    return false
  }
}
