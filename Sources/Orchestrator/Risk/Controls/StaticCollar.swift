// P10: prices inside the exchange's limits of the day.

package import TradingDomain

/// Keeps limit prices inside the day's price limits, `inset` ticks from each.
///
/// Where the limits are unknown or make no sense, the previous settlement stands in with a band; where that is
/// unknown too, the session's first price with its own band, if one is configured (for sources of bars). Where
/// nothing is known, entries are refused and exits pass.
package enum StaticCollar {
  static let description = ControlDescription(
    .staticCollar, "Static price collar",
    rule: "limit inside the day's price limits by `priceLimitInsetTicks`; else within `settlementBandBasisPoints` of "
      + "settlement; else within `sessionOpenBandBasisPoints` of the session's first price",
    onBreach: "refuse entries, also when no limit is known; exits are clamped, and pass when nothing is known")

  package static func evaluate(
    _ intent: OrderIntent, market: MarketView, inset: Int64, settlementBand: Int64, sessionOpenBand: Int64
  ) -> CollarFinding {
    let isExit = intent.purpose.isReduceOnly
    guard let price = intent.limit,
      let (lower, upper) = bounds(
        market, inset: inset, settlementBand: settlementBand, sessionOpenBand: sessionOpenBand)
    else { return isExit ? .within : .refuse(RiskRefusal(.staticCollar, .priceLimitsUnknown)) }
    if price.ticks >= lower && price.ticks <= upper { return .within }
    let bound = price.ticks < lower ? lower : upper
    let refusal = RiskRefusal(.staticCollar, .outsidePriceLimits, limit: bound, value: price.ticks)
    return isExit ? .clamp(to: Price(ticks: bound), refusal) : .refuse(refusal)
  }

  /// Lowest and highest limit price in ticks; nil when nothing is known.
  private static func bounds(
    _ market: MarketView, inset: Int64, settlementBand: Int64, sessionOpenBand: Int64
  ) -> (Int64, Int64)? {
    if let limits = market.limits {
      if limits.lower.ticks > 0, limits.upper.ticks <= FieldSanity.largestTicks {
        let (lower, upper) = (limits.lower.ticks + inset, limits.upper.ticks - inset)
        if lower <= upper { return (lower, upper) }
      }
      if let settlement = limits.settlement, let band = band(around: settlement, basisPoints: settlementBand) {
        return band
      }
    }
    guard sessionOpenBand > 0, let open = market.sessionOpen else { return nil }
    return band(around: open, basisPoints: sessionOpenBand)
  }

  private static func band(around price: Price, basisPoints: Int64) -> (Int64, Int64)? {
    guard price.ticks > 0, price.ticks <= FieldSanity.largestTicks else { return nil }
    let width = price.ticks * basisPoints / 10_000
    return (price.ticks - width, price.ticks + width)
  }
}
