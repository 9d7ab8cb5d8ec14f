// A walk-forward under other assumptions.

import Accounting
import Engine
package import TradingDomain

extension WalkForwardBacktest {
  /// The same walk-forward under a variation: models learn from the bars as they were, sessions are traded as varied.
  package func varied(by variation: BacktestVariation, seed: UInt64) throws -> WalkForwardBacktest {
    var engine = engine
    engine.fees = engine.fees.scaled(by: variation.feeFactor)
    let varied = try WalkForwardMarket(
      instrument: market.instrument, bars: market.bars,
      sessions: market.sessions.map { variation.applied(to: $0, seed: seed) }, hasBarsOnly: market.hasBarsOnly,
      stamps: market.stamps)
    return WalkForwardBacktest(varying: self, market: varied, engine: engine, isLate: variation.isLate)
  }

  private init(
    varying backtest: WalkForwardBacktest, market: WalkForwardMarket, engine: EngineConfiguration, isLate: Bool
  ) {
    self.market = market
    self.engine = engine
    plan = backtest.plan
    fills = backtest.fills
    capital = backtest.capital
    self.isLate = isLate
  }
}
