// Machine-readable reasons: what exactly a control found. The number begins with the control's.

/// Why a control acted: control number x 100 + case. Part of the journal's meaning; values never change.
@frozen public enum RiskReason: UInt16, CaseIterable, Sendable {
  case instrumentNotAllowed = 10101
  case continuousSeriesNotTradable = 10102
  case notOnFuturesExchange = 10103
  case tooNearExpiry = 10201
  case expiryUnknown = 10202
  case quantityNotPositive = 10401
  case quantityNotInLots = 10402
  case limitMissing = 10403
  case limitUnexpected = 10404
  case stopMissing = 10405
  case stopUnexpected = 10406
  case priceOutOfRange = 10407
  case identifierInvalid = 10408
  case timeInvalid = 10409
  case stopLimitBehindTrigger = 10410
  case exposureImpossible = 10411
  case orderTooLarge = 10501
  case orderValueTooLarge = 10601
  case positionWouldExceedLimit = 10701
  case positionExceededByFills = 10702
  case tooManyWorkingOrders = 10801
  case noReferencePrice = 10901
  case tooFarFromLastTrade = 10902
  case tooFarThroughTouch = 10903
  case triggerTooFarFromLastTrade = 10904
  case stopLimitTooFarBeyondTrigger = 10905
  case priceLimitsUnknown = 11001
  case outsidePriceLimits = 11002
  case marketOrderConverted = 11101
  case marketOrderWithoutReference = 11102
  case tooManyOrdersPerSecond = 11601
  case tooManyOrdersPerMinute = 11602
  case tooManyOrdersPerDay = 11603
  case pausedAfterRateBreaches = 11604
  case identifierSeenBefore = 11801
  case identifierMemoryFull = 11802
  case wouldNotReducePosition = 12201
  case quantityCutToPosition = 12202
  case nothingLeftToReduce = 12203
  case noMarketDataYet = 12301
  case marketDataStale = 12302
  case marketDataLate = 12303
  case marketDataDown = 12304
  case linkNotSynchronised = 12501
  case phaseNotOpen = 12601
  case phaseUnknown = 12602
  case sessionUnknown = 12701
  case beforeEntryWindow = 12702
  case afterEntryWindow = 12703
  case routingDown = 12801
  case dailyLossWarning = 20201
  case dailyLossReached = 20202
  case endOfDayFlatten = 21001
  case endOfDayFlattenProtected = 21002
  case endOfDayCloseAll = 21003
  case endOfDayNotFlat = 21004
  case killSwitchPulled = 30101
  case connectionUnknown = 30501
  case linkDown = 30502
  case fillUnknownToBooks = 30801
  case journalFailed = 31501
  case flattenAttemptsUsedUp = 32201
  case stateReduceOnly = 40001
  case stateHalted = 40002
  case stateKilled = 40003
  case operatorHalt = 40011
  case operatorResume = 40012
  case operatorFlatten = 40013
  case operatorKill = 40014
  case resumeRefusedDailyLoss = 40021
  case resumeRefusedKillSwitch = 40022
  case newSession = 40031

  /// The control that gives this reason.
  public var control: RiskControl {
    guard let control = RiskControl(rawValue: rawValue / 100) else {
      preconditionFailure("risk reason \(rawValue) names no control")
    }
    return control
  }
}
