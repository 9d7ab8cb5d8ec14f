// A consistent picture of a session at one moment, as a plain value that any thread may hold.

package import TradingDomain

/// A way whose duration is measured.
@frozen package enum LatencyStage: Int, CaseIterable, Sendable {
  /// From the market event at hand to the decision made.
  case decision = 0
  /// From the receipt of the market event to the order handed to the link.
  case tickToOrder
  /// From the order handed to the link to the venue's first report on it.
  case orderToReport
  /// One turn of the engine's loop.
  case dutyCycle

  /// The stage's name in metrics and tables.
  package var name: String {
    switch self {
    case .decision: return "decision"
    case .tickToOrder: return "tick_to_order"
    case .orderToReport: return "order_to_report"
    case .dutyCycle: return "duty_cycle"
    }
  }
}

/// What is known of a session at one moment.
package struct MonitoringSnapshot: Sendable {
  package var instrument: Instrument
  /// Engine time of the newest observation; nil before the first.
  package var engineTime: Timestamp?
  /// Engine time of the first observation.
  package var engineStart: Timestamp?
  /// Monotonic time since monitoring started.
  package var uptime: Nanoseconds
  /// Last price; nil before the first.
  package var price: Price?
  /// Signed contracts.
  package var position: Int64
  /// Realised and open profit after fees.
  package var net: Money
  /// Fees so far; positive.
  package var fees: Money
  package var state: TradingState
  package var connection: ConnectionState?
  /// Indexed by ``EngineCounter``.
  package var counts: [UInt64]
  /// Indexed by ``LatencyStage``; nil where nothing was recorded.
  package var latencies: [LatencySummary?]

  package subscript(_ counter: EngineCounter) -> UInt64 { counts[counter.rawValue] }
  package subscript(_ stage: LatencyStage) -> LatencySummary? { latencies[stage.rawValue] }

  /// The stage that a one-line display shows: tick-to-order once there were orders, else the decision.
  package var headlineLatency: (stage: LatencyStage, summary: LatencySummary)? {
    for stage in [LatencyStage.tickToOrder, .decision] {
      if let summary = self[stage] { return (stage, summary) }
    }
    return nil
  }
}
