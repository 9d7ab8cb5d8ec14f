// The proof that a request passed the gate.

package import TradingDomain

/// A request that the risk gate let through; only this module can make one.
///
/// Whoever sends requests to a venue takes this type, so that no path can skip the gate.
@frozen package struct RiskApproved<Request: Sendable>: Sendable {
  /// The request as it may be sent; it can differ from what was asked when the gate tightened it.
  package let request: Request

  /// Internal on purpose: the gate alone mints approvals.
  init(minted request: Request) { self.request = request }
}

/// The gate's answer to a request.
@frozen package enum RiskVerdict<Request: Sendable>: Sendable {
  /// May be sent as it is.
  case approved(RiskApproved<Request>)
  /// May be sent in the tightened form given; the finding says what was changed and why.
  case clamped(RiskApproved<Request>, RiskRefusal)
  /// Must not be sent.
  case refused(RiskRefusal)

  /// What may be sent; nil when refused.
  @inlinable package var approval: RiskApproved<Request>? {
    switch self {
    case .approved(let approval), .clamped(let approval, _): return approval
    case .refused: return nil
    }
  }

  /// What was found, unless everything was in order.
  @inlinable package var finding: RiskRefusal? {
    switch self {
    case .approved: return nil
    case .clamped(_, let finding), .refused(let finding): return finding
    }
  }
}

extension RiskApproved where Request == NewOrder {
  /// The command for the gateway.
  @inlinable package var command: OrderCommand { .new(request) }
}

extension RiskApproved where Request == ChangeOrder {
  /// The command for the gateway.
  @inlinable package var command: OrderCommand { .change(request) }
}

extension RiskApproved where Request == CancelOrder {
  /// The command for the gateway.
  @inlinable package var command: OrderCommand { .cancel(request) }
}

/// A request to withdraw everything that works for the account.
@frozen package struct CancelAllOrders: Hashable, Sendable {
  package var decisionTime: Timestamp

  @inlinable package init(decisionTime: Timestamp) { self.decisionTime = decisionTime }
}

extension RiskApproved where Request == CancelAllOrders {
  /// The command for the gateway.
  @inlinable package var command: OrderCommand { .cancelAll(decisionTime: request.decisionTime) }
}
