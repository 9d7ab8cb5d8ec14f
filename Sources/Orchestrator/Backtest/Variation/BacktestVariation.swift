// The same sessions under other assumptions: what stress tests and sensitivity curves are made of.

import Accounting
import Engine
import Ensemble
package import Performance
package import Simulation
package import TradingDomain

/// One change of a backtest's assumptions.
package struct BacktestVariation: Sendable {
  package var name: String
  /// Factor on all fees.
  package var feeFactor: Double
  /// A scenario that the market goes through; nil for the market as recorded.
  package var stress: MarketStress?
  /// Whether the model is told everything one bar late.
  package var isLate: Bool
  /// Changes the assumptions of every session.
  package var change: @Sendable (inout SimulationConfiguration) -> Void

  package init(
    name: String, feeFactor: Double = 1, stress: MarketStress? = nil, isLate: Bool = false,
    change: @escaping @Sendable (inout SimulationConfiguration) -> Void = { _ in }
  ) {
    self.name = name
    self.feeFactor = feeFactor
    self.stress = stress
    self.isLate = isLate
    self.change = change
  }

  /// All features one bar late: how much of the result was made within one bar, honestly or not.
  package static let lateFeatures = BacktestVariation(name: "features one bar late", isLate: true)

  /// The scenario as a variation.
  package init(_ stress: MarketStress) {
    self.init(name: stress.name, feeFactor: Double(stress.feeFactor), stress: stress) { stress.change(&$0) }
  }

  /// `session` under the variation.
  package func applied(to session: BacktestSession, seed: UInt64) -> BacktestSession {
    var session = session
    change(&session.simulation)
    guard let stress else { return session }
    let (open, hours) = (session.openMarket, session.session)
    session.openMarket = { stress.applied(to: try open(), session: hours, seed: seed) }
    return session
  }
}

/// What a variation came to.
package struct VariationOutcome: Hashable, Sendable {
  package var name: String
  package var net: Money
  package var trades: Int
  package var drawdown: Money
  /// Orders that the risk gate refused.
  package var refusals: Int
  /// Net result of each session, in BRL.
  package var sessionsBRL: [Double]

  /// Every field as given.
  package init(name: String, net: Money, trades: Int, drawdown: Money, refusals: Int, sessionsBRL: [Double]) {
    self.name = name
    self.net = net
    self.trades = trades
    self.drawdown = drawdown
    self.refusals = refusals
    self.sessionsBRL = sessionsBRL
  }

  /// The range that covers the net result of as many sessions like these with 95 %; nil for fewer than two.
  package var interval: ClosedRange<Double>? {
    guard sessionsBRL.count > 1 else { return nil }
    let count = Double(sessionsBRL.count)
    let mean = sessionsBRL.reduce(0, +) / count
    let squares = sessionsBRL.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let half = 1.959_963_984_540_054 * (squares / (count - 1) * count).squareRoot()
    return net.brl - half...net.brl + half
  }

  /// As a row of the report's stress table.
  package var stressOutcome: StressOutcome {
    StressOutcome(scenario: name, profitBRL: net.brl, trades: trades, drawdownBRL: drawdown.brl)
  }
}

extension VariationOutcome {
  /// What `result` came to.
  package init(_ name: String, _ result: BacktestResult) throws {
    self.init(
      name: name, net: result.curve.profit, trades: result.trades.count,
      drawdown: MaximumDrawdown(result.curve).amount, refusals: Int(result.audit.refusals),
      sessionsBRL: try result.curve.profits(sessions: result.sessions.map(\.date)).map(\.profit.brl))
  }
}

extension AdvancedMLBacktester {
  /// Runs `sessions` under a variation. Facts go to nobody: only the outcome is kept. The same arguments give the same
  /// outcome.
  package func outcome(
    of variation: BacktestVariation, sessions: [BacktestSession], warmUp: [Bar], seed: UInt64
  ) throws -> VariationOutcome {
    var configuration = configuration
    configuration.fees = configuration.fees.scaled(by: variation.feeFactor)
    let backtester = AdvancedMLBacktester(
      configuration: configuration, forecaster: variation.isLate ? LateForecaster(forecaster) : forecaster,
      capital: capital)
    return try VariationOutcome(
      variation.name,
      backtester.run(
        sessions.map { variation.applied(to: $0, seed: seed) }, warmUp: warmUp, journal: DiscardedJournal()))
  }
}
