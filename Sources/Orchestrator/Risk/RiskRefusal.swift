// What a control answers when it does not simply agree.

/// A control's finding: which control, why, its limit and the value that met it.
///
/// Units of `limit` and `value` are the control's own (contracts, ticks, millionths of a real, nanoseconds, counts);
/// 0 where there is nothing to measure.
@frozen package struct RiskRefusal: Hashable, Sendable {
  package var control: RiskControl
  package var reason: RiskReason
  package var limit: Int64
  package var value: Int64

  @inlinable package init(_ control: RiskControl, _ reason: RiskReason, limit: Int64 = 0, value: Int64 = 0) {
    self.control = control
    self.reason = reason
    self.limit = limit
    self.value = value
  }

  /// The number kept in the journal.
  @inlinable package var reasonCode: UInt16 { reason.rawValue }
}

extension RiskRefusal: CustomStringConvertible {
  /// For example `P5 orderTooLarge (10501): 3 against a limit of 2`.
  package var description: String {
    "\(control.code) \(reason) (\(reasonCode)): \(value) against a limit of \(limit)"
  }
}
