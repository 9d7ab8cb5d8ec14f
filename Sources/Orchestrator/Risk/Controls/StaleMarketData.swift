// P23: no entries on old or late data.

package import TradingDomain

/// Refuses entries when the newest market update is too old, or when more than half of the last second's came late.
package enum StaleMarketData {
  static let description = ControlDescription(
    .staleMarketData, "Stale market data",
    rule: "newest update at most `marketDataAgeMilliseconds` old; median lag of the last second at most "
      + "`exchangeLagMilliseconds`; market data connected",
    onBreach:
      "refuse entries; after `cancelEntriesAgeMilliseconds` cancel entries; after `exitAgeMilliseconds` with a "
      + "position flatten and page")

  package static func evaluate(_ freshness: MarketDataFreshness, now: Timestamp, maximumAge: Nanoseconds)
    -> RiskRefusal?
  {
    guard let age = freshness.age(at: now) else {
      return RiskRefusal(.staleMarketData, .noMarketDataYet, limit: maximumAge.count)
    }
    // A negative age means that time went backwards: as bad as old data.
    if maximumAge < age || age.count < 0 {
      return RiskRefusal(.staleMarketData, .marketDataStale, limit: maximumAge.count, value: age.count)
    }
    if freshness.isMedianLate(at: now) { return RiskRefusal(.staleMarketData, .marketDataLate) }
    return nil
  }
}
