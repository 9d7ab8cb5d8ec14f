// The best thresholds of the oracle, found on a market of its own, and the strength that gives a wanted Sharpe ratio.

/// Finds thresholds by trying a grid of them on sessions that no result is measured on.
///
/// What is maximised is the profit that the forecasts promise (``OracleSession/expected``): its mean is that of the
/// profit itself, without the noise of the returns, so that a few hundred sessions settle it.
package struct OracleSearch: Hashable, Sendable {
  /// Sessions in the sample.
  package var days = 400
  /// The sample's seed; not that of any market that is measured.
  package var seed: UInt64 = 0x0bac_1e00_5eed
  package var costPerSide = OraclePolicy.defaultCostPerSide

  package init() {}

  /// Thresholds tried, as multiples of the cost per side.
  static let enters = stride(from: 0.25, through: 8, by: 0.25)
  static let exits = stride(from: -4.0, through: 4, by: 0.5)

  /// The policy with the best thresholds for markets like `market`, whose seed and days do not matter.
  ///
  /// Without costs every forecast is worth trading; where nothing pays, the band stays closed.
  package func policy(for market: PlantedMarket) -> OraclePolicy {
    var sample = market
    sample.seed = seed
    sample.dayCount = days
    var policy = OraclePolicy(market: sample, band: .closed, costPerSide: costPerSide)
    let tape = ForecastTape(policy, on: sample)
    let unit = max(costPerSide, 1e-9)
    var best = 0.0
    var band = TradingBand.closed
    for enter in OracleSearch.enters {
      for exit in OracleSearch.exits where abs(exit) <= enter {
        let tried = TradingBand(enter: enter * unit, exit: exit * unit)
        let promised = tape.promise(tried, costPerSide: costPerSide)
        if promised > best { (best, band) = (promised, tried) }
      }
    }
    policy.band = band
    return policy
  }

  /// The strength at which the oracle's Sharpe ratio after costs is `sharpe`, by bisection up to `limit` ticks.
  ///
  /// The thresholds are found anew for each strength tried; the ratio is then measured on `measuredDays` sessions of
  /// the next seed, with the promised profit above the line. Nil where even `limit` does not reach it.
  package func strength(
    sharpe: Double, like market: PlantedMarket, measuredDays: Int = 20_000, limit: Double = 1
  ) -> Double? {
    func reached(_ strength: Double) -> Double {
      var tried = market
      tried.edge.strength = strength
      let policy = policy(for: tried)
      tried.seed = seed &+ 1
      tried.dayCount = measuredDays
      return OracleResult(policy, on: tried).expectedSharpe ?? 0
    }
    guard reached(limit) >= sharpe else { return nil }
    // Fourteen halvings leave a sixteen-thousandth of the limit, which is less than what the sample can tell apart.
    var (low, high) = (0.0, limit)
    for _ in 0..<14 {
      let middle = (low + high) / 2
      if reached(middle) < sharpe { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// The forecasts of a sample, laid out one session after the other.
private struct ForecastTape {
  /// E[s_t] and the forecast of the move to the session's end, each [bars of all sessions].
  var means: [Double] = []
  var forecasts: [Double] = []
  /// Bars of a session.
  let length: Int

  init(_ policy: OraclePolicy, on market: PlantedMarket) {
    length = market.barsPerDay
    let reaches = (0..<length).map { policy.edge.reach(bars: length - 1 - $0) }
    for path in market.paths {
      let means = policy.means(of: path)
      self.means += means
      forecasts += zip(means, reaches).map { $0 * $1 }
    }
  }

  /// The profit after costs that `band` promises over all sessions, in ticks.
  func promise(_ band: TradingBand, costPerSide: Double) -> Double {
    var promised = 0.0
    for start in stride(from: 0, to: means.count, by: length) {
      var held = 0
      for bar in start..<(start + length) {
        let wanted = bar + 1 < start + length ? band.position(held: held, forecast: forecasts[bar]) : 0
        promised += Double(wanted) * means[bar] - costPerSide * Double(abs(wanted - held))
        held = wanted
      }
    }
    return promised
  }
}
