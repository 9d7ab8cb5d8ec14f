// What the risk gate must know of our orders, counted worst case.
package import Risk
package import TradingDomain

extension SmartExecutionEngine {
  /// Working and doubtful quantities beside `position` (signed contracts).
  ///
  /// An entry counts as in doubt until the venue says that it works; an exit counts as working from the moment it is
  /// decided. `excluded` is left out, as if it did not exist.
  package func exposure(position: Int64, excluding excluded: ClientOrderID? = nil) -> Exposure {
    var exposure = Exposure(position: position)
    for index in 0..<orders.aliveCount {
      let order = orders.aliveOrder(index)
      if order.order.id == excluded { continue }
      exposure.workingOrderCount += 1
      let open = order.openQuantity.contracts
      let side = order.order.intent.side
      switch order.order.intent.purpose {
      case .entry:
        if order.isAcknowledged { exposure[side].entries += open } else { exposure[side].inDoubt += open }
      case .exit, .flatten: exposure[side].exits += open
      case .protectiveStop: exposure[side].stops += open
      case .target: exposure[side].targets += open
      }
    }
    return exposure
  }
}

extension TrackedOrder {
  /// Whether the venue has said that the order is at the market.
  var isAcknowledged: Bool {
    switch life {
    case .working, .pendingCancel, .pendingChange: return true
    case .intent, .sent, .pending, .inDoubt, .ended: return false
    }
  }
}
