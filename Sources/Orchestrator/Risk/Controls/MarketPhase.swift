// P26: entries only in continuous trading.

package import TradingDomain

/// Refuses entries in every phase but the open one, and when the phase was never reported.
package enum MarketPhase {
  static let description = ControlDescription(
    .marketPhase, "Market phase", rule: "the instrument is in continuous trading (state 0, opened)",
    onBreach: "refuse entries; on leaving the open phase cancel resting entries")

  package static func evaluate(_ phase: TradingPhase) -> RiskRefusal? {
    if phase == .opened { return nil }
    return RiskRefusal(
      .marketPhase, phase == .unknown ? .phaseUnknown : .phaseNotOpen, value: Int64(phase.rawValue))
  }
}
