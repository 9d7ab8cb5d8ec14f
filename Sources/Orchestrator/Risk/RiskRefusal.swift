// What a control answers when it does not simply agree.

/// A control's finding: which control, why, its limit and the value that met it.
///
/// Units of `limit` and `value` are the control's own (contracts, ticks, millionths of a real, nanoseconds, counts);
/// 0 where there is nothing to measure.
@frozen public struct RiskRefusal: Hashable, Sendable {
  /// Which control found it.
  public var control: RiskControl
  /// Why.
  public var reason: RiskReason
  /// Limit price.
  public var limit: Int64
  /// The value that met the limit.
  public var value: Int64

  /// Every field as given.
  @inlinable public init(_ control: RiskControl, _ reason: RiskReason, limit: Int64 = 0, value: Int64 = 0) {
    self.control = control
    self.reason = reason
    self.limit = limit
    self.value = value
  }

  /// The number kept in the journal.
  @inlinable public var reasonCode: UInt16 { reason.rawValue }
}

extension RiskRefusal: CustomStringConvertible {
  /// For example `P5 orderTooLarge (10501): 3 against a limit of 2`.
  public var description: String {
    "\(control.code) \(reason) (\(reasonCode)): \(value) against a limit of \(limit)"
  }
}
