// P8: a bound on orders at work.

/// Refuses an order that would be one too many. Exits are held to the compiled ceiling only.
package enum MaxWorkingOrders {
  static let description = ControlDescription(
    .maxWorkingOrders, "Working orders",
    rule: "at most `maxWorkingOrders` orders work or may work; for exits the compiled ceiling", onBreach: "refuse")

  package static func evaluate(working: Int64, limit: Int64) -> RiskRefusal? {
    working >= limit ? RiskRefusal(.maxWorkingOrders, .tooManyWorkingOrders, limit: limit, value: working + 1) : nil
  }
}
