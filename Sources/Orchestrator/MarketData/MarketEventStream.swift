// Where a replay gets its market from: stored days, a synthetic market, or a list in a test.

package import TradingDomain

/// A finite sequence of market events in the order in which the exchange published them.
package protocol MarketEventStream {
  /// The next event, or nil when the market has ended; times never go backward.
  mutating func next() -> MarketEvent?
}
