// The fields of one row of separated columns, between reading and storing it.

import TradingDomain

/// How a column's field is read; what it means is its role.
enum FieldKind: UInt8 {
  case skip, price, whole, signed, dateTime, date, time, contract, word

  init(_ role: ColumnRole) {
    switch role {
    case .skip: self = .skip
    case .open, .high, .low, .close, .price, .bid, .ask: self = .price
    case .volume, .quantity, .tradeCount, .bidQuantity, .askQuantity, .tradeNumber: self = .whole
    case .signedVolume: self = .signed
    case .dateTime: self = .dateTime
    case .date: self = .date
    case .time: self = .time
    case .contract: self = .contract
    case .aggressor, .rowKind, .metaTraderFlags: self = .word
    }
  }
}

/// The values of one row.
///
/// Numbers lie in slots by role, so that one piece of code reads every price column: the parser's loop must stay small
/// enough for the compiler to inline what it calls.
struct RowValues {
  /// One bit per role that the row told.
  var told: UInt32 = 0
  let slots: UnsafeMutablePointer<Int64>
  var midnight: Int64 = 0
  var timeOfDay: Int64 = 0
  var contract = ContractCode.empty
  var kind = TradeKind.unspecified
  var isOffGrid = false

  @inline(__always) func has(_ role: ColumnRole) -> Bool { told & (1 &<< UInt32(role.rawValue)) != 0 }

  /// The number of a role; 0 when the row did not tell it.
  @inline(__always) subscript(role: ColumnRole) -> Int64 { has(role) ? slots[Int(role.rawValue)] : 0 }
}

/// The slots' memory, released with the parser.
final class RowSlots {
  let base: UnsafeMutablePointer<Int64>
  init() {
    base = .allocate(capacity: 32)
    base.initialize(repeating: 0, count: 32)
  }
  deinit { base.deallocate() }
}
