// The limits of one instrument: plain numbers with defaults. Reading them from files is done elsewhere.

package import TradingDomain

/// Every adjustable limit of the gate, in whole units that its name ends with.
///
/// Defaults are the baseline profile of a two-lot day trader in WDO. ``RiskSetting/all`` names, describes and bounds
/// each.
package struct RiskLimits: Hashable, Sendable {
  // P1, P2, P4
  package var instrumentBreachesBeforeHalt: Int64 = 2
  package var expirySessions: Int64 = 2
  package var fieldBreachesBeforeHalt: Int64 = 3
  // P5 - P8
  package var maxOrderContracts: Int64 = 2
  package var maxOrderValueBRL: Int64 = 150_000
  package var maxPositionContracts: Int64 = 2
  package var maxWorkingOrders: Int64 = 6
  // P9 - P11
  package var passiveCollarTicks: Int64 = 40
  package var entryThroughTicks: Int64 = 4
  package var exitThroughTicks: Int64 = 20
  package var stopDistanceTicks: Int64 = 60
  package var priceLimitInsetTicks: Int64 = 1
  package var settlementBandBasisPoints: Int64 = 100
  package var sessionOpenBandBasisPoints: Int64 = 0
  // P16
  package var ordersPerSecond: Int64 = 5
  package var ordersPerMinute: Int64 = 60
  package var ordersPerDay: Int64 = 500
  package var rateBreachesBeforePause: Int64 = 3
  package var ratePauseSeconds: Int64 = 60
  // P23
  package var marketDataAgeMilliseconds: Int64 = 2_000
  package var exchangeLagMilliseconds: Int64 = 1_000
  package var cancelEntriesAgeMilliseconds: Int64 = 5_000
  package var exitAgeMilliseconds: Int64 = 15_000
  // P27
  package var entryAfterOpenMinutes: Int64 = 5
  package var entryBeforeCloseMinutes: Int64 = 45
  // L2
  package var dailyLossBRL: Int64 = 600
  package var dailyLossReduceOnlyPercent: Int64 = 60
  // L10
  package var flattenStartMinutes: Int64 = 30
  package var flatByMinutes: Int64 = 20
  package var pageNotFlatMinutes: Int64 = 18
  // O1
  package var flattensOnKill: Int64 = 1

  /// The baseline: WDO, two lots.
  package init() {}

  /// The baseline scaled to `instrument` and a largest position of `lots` round lots.
  ///
  /// Quantities scale with the lot, money with the number of mini contracts (DOL and IND count five each). Collars of
  /// index futures are 100 ticks (500 points, about 0.4 % as 20 points are of the dollar), stops 150 ticks.
  package static func baseline(for instrument: Instrument, lots: Int64 = 2) -> RiskLimits {
    var limits = RiskLimits()
    let contracts = lots * instrument.lot.contracts
    let minis = contracts * RiskSetting.minis(of: instrument)
    limits.maxOrderContracts = contracts
    limits.maxPositionContracts = contracts
    limits.maxOrderValueBRL = 75_000 * minis
    limits.dailyLossBRL = 300 * minis
    if instrument.symbol == "WIN" || instrument.symbol == "IND" {
      limits.passiveCollarTicks = 100
      limits.stopDistanceTicks = 150
    }
    return limits
  }

  /// The same limits for a source that publishes only bars of `duration`, where data are never younger than a bar.
  ///
  /// Entries need a bar at most two durations old. Bars carry no price limits either: where none are published,
  /// prices must stay within 5 % of the session's first price.
  package func forBars(of duration: Nanoseconds) -> RiskLimits {
    var limits = self
    let milliseconds = max(1, duration.count / 1_000_000)
    limits.marketDataAgeMilliseconds = 2 * milliseconds
    limits.cancelEntriesAgeMilliseconds = 3 * milliseconds
    limits.exitAgeMilliseconds = 5 * milliseconds
    limits.sessionOpenBandBasisPoints = 500
    return limits
  }
}
