// What a trade costs and where it fills when all that is known of the market is bars.

package import Accounting
package import Execution
package import Simulation
package import TradingDomain

/// The bar fill rule of the simulated exchange in closed form, with the costs of a trade.
///
/// The same assumptions as ``FillRule/barPenetration`` under a latency far below a bar: an entry meets the next bar's
/// open worsened by half the spread, a stop the worse of its trigger and the open plus slippage, a target its own price
/// once the bar trades beyond it. Not modelled: volume bounds, partial fills, slippage models that depend on volume,
/// price bands. Costs have no default: a research run without them has to be asked for by ``ContractFees/free``.
@frozen package struct BarFillModel: Hashable, Sendable {
  /// Money per tick and contract.
  package var tickValue: Money
  /// Costs per contract and side.
  package var feePerSide: Money
  /// Ticks between the open and the price met, from half the spread and fixed slippage.
  package var entryTicks: Int64
  /// Ticks that a stop loses beyond its trigger.
  package var stopTicks: Int64
  /// Ticks beyond a target that a bar must trade.
  package var penetrationTicks: Int64
  /// How far an entry's limit reaches through the decision's close.
  package var entryReach: Int64
  /// How far a stop's limit reaches beyond its trigger.
  package var stopReach: Int64

  /// The rule under `assumptions`, with the fees of `instrument`.
  ///
  /// - Throws: ``BarResearchError`` where the assumptions cannot be met bar by bar.
  package init(
    instrument: Instrument, fees: ContractFees, assumptions: SimulationAssumptions,
    execution: ExecutionConfiguration = ExecutionConfiguration()
  ) throws(BarResearchError) {
    var slippage: Int64 = 0
    switch assumptions.slippage {
    case .none: break
    case .fixed(let ticks): slippage = ticks
    case .volumeShare, .squareRoot: throw .slippage(assumptions.slippage.name)
    }
    let simulation = SimulationConfiguration(instruments: [], assumptions: assumptions)
    tickValue = instrument.tickValue
    feePerSide = fees.perSide
    entryTicks = (simulation.barSpreadTicks + 1) / 2 + slippage
    stopTicks = simulation.stopSlippageTicks
    penetrationTicks = simulation.penetrationTicks
    entryReach = execution.entryReach.ticks
    stopReach = execution.stopLimitOffset.ticks
  }
}

/// Why a research run cannot be made.
package enum BarResearchError: Error, Hashable, CustomStringConvertible, Sendable {
  /// Slippage that depends on volume has no closed form bar by bar.
  case slippage(String)
  /// A bar ends no later than the one before it.
  case unsortedBars(index: Int)
  /// Bars of several lengths.
  case mixedDurations(index: Int)
  /// Forecasts do not fit the bars.
  case wrongCount(forecasts: Int, bars: Int)

  package var description: String {
    switch self {
    case .slippage(let name):
      return "bar research cannot charge slippage '\(name)': use none or fixed:TICKS, or the exact engine"
    case .unsortedBars(let index):
      return "bar \(index) ends no later than bar \(index - 1): give bars in order of time, without duplicates"
    case .mixedDurations(let index): return "bar \(index) has another duration than bar 0: give bars of one length"
    case .wrongCount(let forecasts, let bars):
      return "\(forecasts) forecasts for \(bars) bars: give one a bar, NaN where there is none"
    }
  }
}
