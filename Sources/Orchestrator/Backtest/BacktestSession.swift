// One session to be replayed: its hours, its market, and what the gate must know of the day.
package import Risk
package import Simulation
package import TradingDomain

/// Everything needed to run one session against the simulated venue.
package struct BacktestSession {
  package var session: TradingSession
  package var simulation: SimulationConfiguration
  /// The contract that the day's orders name.
  package var contract: ContractStanding
  /// Opens the day's market from its start.
  package var openMarket: () throws -> MarketFeed

  package init(
    session: TradingSession, simulation: SimulationConfiguration, contract: ContractStanding,
    openMarket: @escaping () throws -> MarketFeed
  ) {
    self.session = session
    self.simulation = simulation
    self.contract = contract
    self.openMarket = openMarket
  }
}
