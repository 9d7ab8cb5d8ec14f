// P25, P28, O5: no entries unless the whole way to the venue stands.

package import TradingDomain

/// Refuses entries while the link, its state, routing or market data are not ready, or were never reported.
package enum ConnectionGate {
  static let description = ControlDescription(
    .linkResynchronising, "Connection (P25, P28, O5)", rule: "the source has reported itself ready",
    onBreach: "refuse entries; exits pass")

  package static func evaluate(_ connection: ConnectionState?) -> RiskRefusal? {
    switch connection {
    case .ready: return nil
    case .resynchronising: return RiskRefusal(.linkResynchronising, .linkNotSynchronised)
    case .routingDown: return RiskRefusal(.brokerRouting, .routingDown)
    case .marketDataDown: return RiskRefusal(.staleMarketData, .marketDataDown)
    case .linkDown: return RiskRefusal(.gatewayLost, .linkDown)
    case nil: return RiskRefusal(.gatewayLost, .connectionUnknown)
    }
  }
}
