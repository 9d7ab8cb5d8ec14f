// The audit of several engines that ran one after the other, as if one had.

import Engine
import TradingDomain

/// Sums what an audit counts; what it states is the newest engine's.
struct AuditRecordTotals {
  private(set) var record = AuditRecord()

  /// Adds the final record of the next engine.
  mutating func add(_ next: AuditRecord) {
    let sum = record
    record = next
    record.net = sum.net + next.net
    record.fees = sum.fees + next.fees
    record.events = sum.events + next.events
    record.marketEvents = sum.marketEvents + next.marketEvents
    record.decisions = sum.decisions + next.decisions
    record.orders = sum.orders + next.orders
    record.refusals = sum.refusals + next.refusals
    record.fills = sum.fills + next.fills
  }
}
