// The names of all controls, as the reliability reference numbers them; not every one is built yet.

/// A control, by its number in the reference: P = before each order, L = loss and position, O = operation.
///
/// Raw values are 100 + n, 200 + n and 300 + n; they are part of the journal's meaning and never change.
@frozen public enum RiskControl: UInt16, CaseIterable, Sendable {
  case instrumentAllowList = 101
  case expiryGuard = 102
  case environmentMatch = 103
  case fieldSanity = 104
  case maxOrderQuantity = 105
  case maxOrderValue = 106
  case maxPosition = 107
  case maxWorkingOrders = 108
  case dynamicCollar = 109
  case staticCollar = 110
  case noRawMarketOrders = 111
  case stopSanity = 112
  case bracketRule = 113
  case legCollision = 114
  case stopGapWatchdog = 115
  case orderRate = 116
  case messageRate = 117
  case duplicateIdentifier = 118
  case duplicateContent = 119
  case repeatedExecution = 120
  case selfTrade = 121
  case reduceOnlyReduces = 122
  case staleMarketData = 123
  case brokenBook = 124
  case linkResynchronising = 125
  case marketPhase = 126
  case sessionWindow = 127
  case brokerRouting = 128
  case clockOffset = 129
  case modelHealth = 130
  case signalChurn = 131
  case margin = 132
  case riskPerTrade = 201
  case dailyLoss = 202
  case dayDrawdown = 203
  case consecutiveLosses = 204
  case weeklyLoss = 205
  case tradesPerDay = 206
  case holdingTime = 207
  case realisedSlippage = 208
  case brokerDifference = 209
  case endOfDayFlat = 210
  case overnightPosition = 211
  case killSwitch = 301
  case blockedKillPath = 302
  case cancelOnDisconnect = 303
  case orphanPosition = 304
  case gatewayLost = 305
  case loginLost = 306
  case ordersInDoubt = 307
  case unknownOrder = 308
  case rejectStorm = 309
  case positionMismatch = 310
  case singleWriter = 311
  case handshake = 312
  case crashLoop = 313
  case configuration = 314
  case journalFailure = 315
  case diskSpace = 316
  case memoryAndCPU = 317
  case clockStep = 318
  case morningSelfTest = 319
  case endOfDayAudit = 320
  case externalHeartbeat = 321
  case flattenAttempts = 322
  case logFlood = 323
  case newStrategy = 324
  /// The trading state itself, and the operator who changes it; not numbered in the reference.
  case tradingState = 400

  /// The reference's number: `P1` ... `P32`, `L1` ... `L11`, `O1` ... `O24`; `S` for the trading state.
  public var code: String {
    let number = rawValue % 100
    switch rawValue / 100 {
    case 1: return "P\(number)"
    case 2: return "L\(number)"
    case 3: return "O\(number)"
    default: return "S"
    }
  }
}
