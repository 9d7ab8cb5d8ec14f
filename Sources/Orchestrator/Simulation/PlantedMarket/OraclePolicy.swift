// The trader who knows how the market was made, though not what it will do: the measure for all who must learn it.

import TradingDomain

/// Trades a planted market on the forecast of ``SignalFilter``: at most one contract, flat at the end of every session.
///
/// It decides at the close of a bar and is filled at the open of the next, which is the same price in these markets,
/// plus costs. The forecast is that of the whole move to the session's end, mean * reach(bars left), so that no
/// position is taken that has no time left to pay for itself.
package struct OraclePolicy: Hashable, Sendable {
  package var edge: PlantedEdge
  /// Standard deviation of the market's order-flow imbalance.
  package var flowDeviation: Double
  /// Ticks per contract and side: spread, slippage and fees.
  package var costPerSide: Double
  package var band: TradingBand

  /// One tick of spread and slippage per side and BRL 1.30 of fees at BRL 5 a tick.
  package static let defaultCostPerSide = 1.26

  package init(
    market: PlantedMarket, band: TradingBand, costPerSide: Double = OraclePolicy.defaultCostPerSide
  ) {
    precondition(
      costPerSide.isFinite && costPerSide >= 0, "cost per side \(costPerSide) is out of range: 0 or more ticks")
    edge = market.edge
    flowDeviation = market.flowDeviation
    self.costPerSide = costPerSide
    self.band = band
  }

  /// E[s_t | bars up to t] at the close of each bar, [bars].
  package func means(of path: PlantedPath) -> [Double] {
    var filter = SignalFilter(edge: edge, flowDeviation: flowDeviation)
    return path.returns.indices.map { bar in
      filter.update(return: path.returns[bar], flow: path.flows[bar], deviation: path.deviations[bar])
      return filter.mean
    }
  }

  /// The session as this policy trades it, on unrounded prices.
  package func trade(_ path: PlantedPath) -> OracleSession {
    trade(means: means(of: path), moves: path.returns)
  }

  /// The session as this policy trades it, on the ticks that the bars show.
  package func trade(_ day: PlantedDay) -> OracleSession {
    trade(means: means(of: day.path), moves: day.bars.map { Double($0.close.ticks - $0.open.ticks) })
  }

  /// `means` [bars] at each bar's close, `moves` [bars] from each bar's open to its close, in ticks.
  func trade(means: [Double], moves: [Double]) -> OracleSession {
    let count = means.count
    let reaches = (0...count).map { edge.reach(bars: $0) }
    var session = OracleSession(count: count)
    var held = 0
    for bar in 0..<count {
      // What is held during this bar was decided at the close of the one before.
      session.positions.append(held)
      let wanted = bar + 1 < count ? band.position(held: held, forecast: means[bar] * reaches[count - 1 - bar]) : 0
      session.forecasts.append(means[bar] * reaches[count - 1 - bar])
      let cost = costPerSide * Double(abs(wanted - held))
      session.net[bar] += Double(held) * moves[bar]
      // A change is paid for in the bar at whose open it happens; the last one happens at the session's close.
      session.net[bar + 1 < count ? bar + 1 : bar] -= cost
      session.expected += Double(wanted) * means[bar] - cost
      if wanted != 0, wanted != held { session.entries += 1 }
      held = wanted
    }
    return session
  }
}

/// What the oracle did in one session; every array is [bars].
package struct OracleSession: Sendable {
  /// Expected move from the close of the bar to the session's end, in ticks.
  package internal(set) var forecasts: [Double] = []
  /// Contracts held during the bar.
  package internal(set) var positions: [Int] = []
  /// Profit after costs made during the bar, in ticks.
  package internal(set) var net: [Double]
  /// Profit after costs that the forecasts promised: the mean of the day's profit, with less noise.
  package internal(set) var expected = 0.0
  /// Positions taken; a reversal takes one.
  package internal(set) var entries = 0

  init(count: Int) {
    net = [Double](repeating: 0, count: count)
    forecasts.reserveCapacity(count)
    positions.reserveCapacity(count)
  }

  /// Profit of the day after costs, in ticks.
  package var profit: Double { net.reduce(0, +) }
}
