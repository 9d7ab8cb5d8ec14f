// Everything the gate remembers, in one place that is allocated once.

import Accounting
import TradingDomain

/// Limits in the units in which they are compared, so that no conversion happens per order.
struct GateLimits {
  let instrument: InstrumentID
  let exchangeIsFutures: Bool
  let lot: Quantity
  let tickValue: Money
  let maxOrder: Int64
  let maxOrderCeiling: Int64
  let maxOrderValue: Money
  let maxPosition: Int64
  let maxWorking: Int64
  let maxWorkingCeiling: Int64
  let expirySessions: Int64
  let collar: DynamicCollarLimits
  let inset: Int64
  let settlementBand: Int64
  let sessionOpenBand: Int64
  let dataAge: Nanoseconds
  let exchangeLag: Nanoseconds
  let cancelEntriesAge: Nanoseconds
  let exitAge: Nanoseconds
  let afterOpen: Nanoseconds
  let beforeClose: Nanoseconds
  let dailyLoss: Money
  let reduceOnlyPercent: Int64
  let instrumentBreaches: Int64
  let fieldBreaches: Int64
  let flattensOnKill: Bool

  init(_ limits: RiskLimits, instrument: Instrument) {
    self.instrument = instrument.id
    exchangeIsFutures = instrument.exchange == "F"
    lot = instrument.lot
    tickValue = instrument.tickValue
    maxOrder = limits.maxOrderContracts
    maxOrderCeiling = GateLimits.ceiling("maxOrderContracts", instrument)
    maxOrderValue = Money(microBRL: limits.maxOrderValueBRL * 1_000_000)
    maxPosition = limits.maxPositionContracts
    maxWorking = limits.maxWorkingOrders
    maxWorkingCeiling = GateLimits.ceiling("maxWorkingOrders", instrument)
    expirySessions = limits.expirySessions
    collar = DynamicCollarLimits(
      passive: limits.passiveCollarTicks, entryThrough: limits.entryThroughTicks, exitThrough: limits.exitThroughTicks,
      stopDistance: limits.stopDistanceTicks)
    inset = limits.priceLimitInsetTicks
    settlementBand = limits.settlementBandBasisPoints
    sessionOpenBand = limits.sessionOpenBandBasisPoints
    dataAge = .milliseconds(limits.marketDataAgeMilliseconds)
    exchangeLag = .milliseconds(limits.exchangeLagMilliseconds)
    cancelEntriesAge = .milliseconds(limits.cancelEntriesAgeMilliseconds)
    exitAge = .milliseconds(limits.exitAgeMilliseconds)
    afterOpen = .minutes(limits.entryAfterOpenMinutes)
    beforeClose = .minutes(limits.entryBeforeCloseMinutes)
    dailyLoss = Money(microBRL: limits.dailyLossBRL * 1_000_000)
    reduceOnlyPercent = limits.dailyLossReduceOnlyPercent
    instrumentBreaches = limits.instrumentBreachesBeforeHalt
    fieldBreaches = limits.fieldBreachesBeforeHalt
    flattensOnKill = limits.flattensOnKill != 0
  }

  private static func ceiling(_ name: String, _ instrument: Instrument) -> Int64 {
    guard let setting = RiskSetting.named(name) else { preconditionFailure("no risk setting is named \(name)") }
    return setting.bounds(for: instrument).upperBound
  }
}

/// The gate's memory. Not copyable: exactly one engine owns it, behind a pointer, so that no access is tracked at run
/// time.
struct GateState: ~Copyable {
  let limits: GateLimits
  var market = MarketView()
  var freshness = MarketDataFreshness()
  var machine = TradingStateMachine()
  var rate: OrderRate
  var identifiers = DuplicateIdentifier()
  var session: TradingSession?
  var standing = ContractStanding(isTradable: false, sessionsLeft: nil)
  var flatSchedule: EndOfDayFlat.Schedule?
  var openingProfit = ProfitAndLoss.zero
  var instrumentBreaches: Int64 = 0
  var fieldBreaches: Int64 = 0
  /// Stages already acted on, so that each asks for its action once.
  var lossStage = DailyLossStage.within
  var flatStage: UInt8 = 0
  var staleStage: UInt8 = 0
  var positionIsExceeded = false
  /// How hard the position must be closed at present; nil when it may stay.
  var obligation: FlattenUrgency?
  /// Whether the action of the present KILLED state was handed out.
  var killIsDelivered = false

  init(limits: RiskLimits, instrument: Instrument) {
    self.limits = GateLimits(limits, instrument: instrument)
    rate = OrderRate(limits: limits)
  }
}
