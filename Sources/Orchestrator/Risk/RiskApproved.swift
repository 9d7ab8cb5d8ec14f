// The proof that a request passed the gate.

public import TradingDomain

/// A request that the risk gate let through; only this module can make one.
///
/// Whoever sends requests to a venue takes this type, so that no path can skip the gate.
@frozen public struct RiskApproved<Request: Sendable>: Sendable {
  /// The request as it may be sent; it can differ from what was asked when the gate tightened it.
  public let request: Request

  /// Internal on purpose: the gate alone mints approvals.
  init(minted request: Request) { self.request = request }
}

/// The gate's answer to a request.
@frozen public enum RiskVerdict<Request: Sendable>: Sendable {
  /// May be sent as it is.
  case approved(RiskApproved<Request>)
  /// May be sent in the tightened form given; the finding says what was changed and why.
  case clamped(RiskApproved<Request>, RiskRefusal)
  /// Must not be sent.
  case refused(RiskRefusal)

  /// What may be sent; nil when refused.
  @inlinable public var approval: RiskApproved<Request>? {
    switch self {
    case .approved(let approval), .clamped(let approval, _): return approval
    case .refused: return nil
    }
  }

  /// What was found, unless everything was in order.
  @inlinable public var finding: RiskRefusal? {
    switch self {
    case .approved: return nil
    case .clamped(_, let finding), .refused(let finding): return finding
    }
  }
}

extension RiskApproved where Request == NewOrder {
  /// The command for the gateway.
  @inlinable public var command: OrderCommand { .new(request) }
}

extension RiskApproved where Request == ChangeOrder {
  /// The command for the gateway.
  @inlinable public var command: OrderCommand { .change(request) }
}

extension RiskApproved where Request == CancelOrder {
  /// The command for the gateway.
  @inlinable public var command: OrderCommand { .cancel(request) }
}

/// A request to withdraw everything that works for the account.
@frozen public struct CancelAllOrders: Hashable, Sendable {
  /// Engine time at which it was decided.
  public var decisionTime: Timestamp

  /// Every field as given.
  @inlinable public init(decisionTime: Timestamp) { self.decisionTime = decisionTime }
}

extension RiskApproved where Request == CancelAllOrders {
  /// The command for the gateway.
  @inlinable public var command: OrderCommand { .cancelAll(decisionTime: request.decisionTime) }
}
