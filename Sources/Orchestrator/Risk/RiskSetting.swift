// Name, unit and compiled bounds of every limit: what a configuration file may say, and what it may not.

package import TradingDomain

/// One adjustable limit.
///
/// The bounds are compiled in: no configuration can pass them. They are the ceilings (and floors) of the controls.
package struct RiskSetting: Sendable {
  /// How the bounds grow with the instrument.
  package enum Scale: Sendable {
    case fixed
    /// Per round lot.
    case lot
    /// Per round lot and mini contract.
    case money
  }

  /// Key in configuration: the property's name.
  package let name: String
  package let unit: String
  package let control: RiskControl
  package let path: any WritableKeyPath<RiskLimits, Int64> & Sendable
  /// Smallest and largest value accepted, before scaling.
  package let bounds: ClosedRange<Int64>
  package let scale: Scale

  /// Mini contracts that one contract of `instrument` is worth.
  package static func minis(of instrument: Instrument) -> Int64 {
    instrument.symbol == "DOL" || instrument.symbol == "IND" ? 5 : 1
  }

  /// The bounds for `instrument`.
  package func bounds(for instrument: Instrument) -> ClosedRange<Int64> {
    switch scale {
    case .fixed: return bounds
    case .lot: return bounds.lowerBound...(bounds.upperBound * instrument.lot.contracts)
    case .money:
      return bounds.lowerBound...(bounds.upperBound * instrument.lot.contracts * RiskSetting.minis(of: instrument))
    }
  }

  private init(
    _ name: String, _ unit: String, _ control: RiskControl, _ path: any WritableKeyPath<RiskLimits, Int64> & Sendable,
    _ bounds: ClosedRange<Int64>, _ scale: Scale = .fixed
  ) {
    self.name = name
    self.unit = unit
    self.control = control
    self.path = path
    self.bounds = bounds
    self.scale = scale
  }

  /// The setting of that name, or nil.
  package static func named(_ name: String) -> RiskSetting? { all.first { $0.name == name } }

  /// All settings in the order of their controls.
  package static let all: [RiskSetting] = [
    .init("instrumentBreachesBeforeHalt", "refusals", .instrumentAllowList, \.instrumentBreachesBeforeHalt, 1...2),
    .init("expirySessions", "sessions", .expiryGuard, \.expirySessions, 1...20),
    .init("fieldBreachesBeforeHalt", "refusals", .fieldSanity, \.fieldBreachesBeforeHalt, 1...3),
    .init("maxOrderContracts", "contracts", .maxOrderQuantity, \.maxOrderContracts, 1...10, .lot),
    .init("maxOrderValueBRL", "reais", .maxOrderValue, \.maxOrderValueBRL, 1...750_000, .money),
    .init("maxPositionContracts", "contracts", .maxPosition, \.maxPositionContracts, 1...5, .lot),
    .init("maxWorkingOrders", "orders", .maxWorkingOrders, \.maxWorkingOrders, 1...20),
    .init("passiveCollarTicks", "ticks", .dynamicCollar, \.passiveCollarTicks, 1...400),
    .init("entryThroughTicks", "ticks", .dynamicCollar, \.entryThroughTicks, 0...20),
    .init("exitThroughTicks", "ticks", .dynamicCollar, \.exitThroughTicks, 1...100),
    .init("stopDistanceTicks", "ticks", .dynamicCollar, \.stopDistanceTicks, 1...600),
    .init("priceLimitInsetTicks", "ticks", .staticCollar, \.priceLimitInsetTicks, 0...100),
    .init("settlementBandBasisPoints", "basis points", .staticCollar, \.settlementBandBasisPoints, 1...1000),
    .init(
      "sessionOpenBandBasisPoints", "basis points (0 = off)", .staticCollar, \.sessionOpenBandBasisPoints, 0...1000),
    .init("ordersPerSecond", "orders", .orderRate, \.ordersPerSecond, 1...20),
    .init("ordersPerMinute", "orders", .orderRate, \.ordersPerMinute, 1...200),
    .init("ordersPerDay", "orders", .orderRate, \.ordersPerDay, 1...2000),
    .init("rateBreachesBeforePause", "breaches in 60 s", .orderRate, \.rateBreachesBeforePause, 1...3),
    .init("ratePauseSeconds", "seconds", .orderRate, \.ratePauseSeconds, 60...86_400),
    .init("marketDataAgeMilliseconds", "ms", .staleMarketData, \.marketDataAgeMilliseconds, 1...7_200_000),
    .init("exchangeLagMilliseconds", "ms", .staleMarketData, \.exchangeLagMilliseconds, 1...60_000),
    .init("cancelEntriesAgeMilliseconds", "ms", .staleMarketData, \.cancelEntriesAgeMilliseconds, 1...10_800_000),
    .init("exitAgeMilliseconds", "ms", .staleMarketData, \.exitAgeMilliseconds, 1...18_000_000),
    .init("entryAfterOpenMinutes", "minutes", .sessionWindow, \.entryAfterOpenMinutes, 0...600),
    .init("entryBeforeCloseMinutes", "minutes", .sessionWindow, \.entryBeforeCloseMinutes, 20...600),
    .init("dailyLossBRL", "reais", .dailyLoss, \.dailyLossBRL, 1...1500, .money),
    .init("dailyLossReduceOnlyPercent", "percent of dailyLossBRL", .dailyLoss, \.dailyLossReduceOnlyPercent, 1...90),
    .init("flattenStartMinutes", "minutes before close", .endOfDayFlat, \.flattenStartMinutes, 18...600),
    .init("flatByMinutes", "minutes before close", .endOfDayFlat, \.flatByMinutes, 16...600),
    .init("pageNotFlatMinutes", "minutes before close", .endOfDayFlat, \.pageNotFlatMinutes, 15...600),
    .init("flattensOnKill", "0 or 1", .killSwitch, \.flattensOnKill, 0...1),
  ]
}
