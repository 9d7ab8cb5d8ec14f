// The oracle's band against the exact optimum by dynamic programming: that nobody could have earned more.

import QuantMath
import Simulation
import Testing

/// The largest expected profit of a session, by value iteration over the filter's mean.
///
/// With a known volatility the filter's variance is known in advance, and its mean is a Markov chain:
/// m_{t+1} ~ N(phi m_t, Var[s_{t+1} | t] - Var[s_{t+1} | t + 1]). The value of holding q contracts is linear
/// interpolation between grid points, which overstates a convex function a little: the optimum is an upper bound.
private struct DynamicProgram {
  let market: PlantedMarket
  let cost: Double
  let half = 1_000
  /// Equiprobable draws of a standard normal, scaled to variance 1.
  let draws: [Double] = {
    let raw = (0..<31).map { normalQuantile((Double($0) + 0.5) / 31) }
    let scale = (raw.reduce(0) { $0 + $1 * $1 } / 31).squareRoot()
    return raw.map { $0 / scale }
  }()

  /// Deviations of the mean's step into each bar's close, [bars].
  func steps(_ deviations: [Double]) -> [Double] {
    var filter = SignalFilter(edge: market.edge, flowDeviation: market.flowDeviation)
    let persistence = market.edge.persistence
    let stationary = market.edge.strength * market.edge.strength
    var before = stationary
    return deviations.map { deviation in
      // The variance does not depend on what is observed.
      filter.update(return: 0, flow: 0, deviation: deviation)
      let ahead = persistence * persistence * before + stationary * (1 - persistence * persistence)
      before = filter.variance
      return max(0, ahead - filter.variance).squareRoot()
    }
  }

  func optimum(_ deviations: [Double]) -> Double {
    let steps = steps(deviations)
    let unit = 6 * market.edge.strength / Double(half)
    let size = 2 * half + 1
    // Value after the last close, by contracts held (-1, 0, 1): they are sold.
    var value = (-1...1).map { [Double](repeating: -cost * Double(abs($0)), count: size) }
    for bar in stride(from: deviations.count - 2, through: 0, by: -1) {
      let ahead = value.map { expected($0, step: steps[bar + 1], unit: unit) }
      for held in -1...1 {
        value[held + 1] = (0..<size).map { point in
          let mean = Double(point - half) * unit
          return (-1...1).map { wanted in
            ahead[wanted + 1][point] + Double(wanted) * mean - cost * Double(abs(wanted - held))
          }.reduce(-Double.infinity, max)
        }
      }
    }
    // The first mean is the first step away from 0, with nothing held.
    return expected(value[1], step: steps[0], unit: unit)[half]
  }

  /// E[values(phi m + step z)] at every grid point.
  private func expected(_ values: [Double], step: Double, unit: Double) -> [Double] {
    values.indices.map { point in
      let mean = market.edge.persistence * Double(point - half)
      var sum = 0.0
      for draw in draws {
        let place = min(max(mean + step * draw / unit + Double(half), 0), Double(values.count) - 1.000_001)
        let left = Int(place)
        let share = place - Double(left)
        sum += values[left] * (1 - share) + values[left + 1] * share
      }
      return sum / Double(draws.count)
    }
  }
}

@Test func theOraclesBandEarnsAllButThreeHundredthsOfTheOptimum() throws {
  for rung in PlantedMarket.ladder {
    var market = PlantedMarket(edge: rung.edge, seed: 51, dayCount: 4_000)
    // One volatility for all days makes one program solve all of them.
    market.volatilityDeviation = 0
    let deviations = market.dayShape.map { $0 * market.deviation }
    let optimum = DynamicProgram(market: market, cost: OraclePolicy.defaultCostPerSide).optimum(deviations)
    let result = OracleResult(OracleSearch().policy(for: market), on: market)
    let share = try #require(result.expectedTicksPerDay) / optimum
    #expect(share > 0.96 && share < 1.01, "rung \(rung.sharpe): \(share) of \(optimum) ticks a day")
  }
}
