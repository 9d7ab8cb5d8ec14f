// The exact course of a planted session, before anything is rounded to ticks and contracts.

import Glibc
import QuantMath
package import TradingDomain

/// One session of a planted market as its maker knows it; every array is [barsPerDay].
package struct PlantedPath: Sendable {
  /// The day.
  package var date: SessionDate
  /// Overnight gap before the first bar, in ticks.
  package var gap: Double
  /// The signal s_t at the end of each bar: the expected return of the next one, in ticks.
  package var signals: [Double]
  /// The return r_t of each bar, in ticks.
  package var returns: [Double]
  /// The order-flow imbalance f_t of each bar.
  package var flows: [Double]
  /// sigma_t: standard deviation of the unpredictable part of each return, in ticks; public knowledge.
  package var deviations: [Double]
}

/// Sessions of a planted market, one after the other.
package struct PlantedPaths: Sequence, IteratorProtocol, Sendable {
  let market: PlantedMarket
  private let shape: [Double]
  private var date: SessionDate
  private var made = 0
  /// Logarithm of the day volatility over its stationary standard deviation.
  private var volatility = 0.0
  /// The unrounded price at the end of the last session, relative to the first price.
  private var drift = 0.0

  init(_ market: PlantedMarket) {
    self.market = market
    shape = market.dayShape
    date = market.firstDate
  }

  package mutating func next() -> PlantedPath? {
    guard made < market.dayCount else { return nil }
    while date.weekday > 5 { date = date.advanced(by: 1) }
    var random = market.random("day", on: date)
    let persistence = made == 0 ? 0 : market.volatilityPersistence
    volatility = persistence * volatility + (1 - persistence * persistence).squareRoot() * random.nextGaussian()
    let gap = made == 0 ? 0 : market.gapDeviation * random.nextGaussian() - market.gapReversion * drift
    let path = path(gap: gap)
    drift += gap + path.returns.reduce(0, +)
    made += 1
    date = date.advanced(by: 1)
    return path
  }

  private func path(gap: Double) -> PlantedPath {
    let count = market.barsPerDay
    let spread = market.volatilityDeviation
    // Centred so that the mean square of the day volatility is 1.
    let scale = market.deviation * exp(spread * volatility - spread * spread)
    let deviations = shape.map { $0 * scale }

    let edge = market.edge
    let persistence = edge.persistence
    let innovation = edge.innovationVariance.squareRoot()
    var signalRandom = market.random("signal", on: date)
    var noise = market.random("noise", on: date)
    var flowRandom = market.random("flow", on: date)
    let loading = edge.flowLoading(deviation: market.flowDeviation)
    let flowNoise = edge.flowNoiseVariance(deviation: market.flowDeviation).squareRoot()

    var signal = edge.strength * signalRandom.nextGaussian()
    var path = PlantedPath(date: date, gap: gap, signals: [], returns: [], flows: [], deviations: deviations)
    path.signals.reserveCapacity(count)
    path.returns.reserveCapacity(count)
    path.flows.reserveCapacity(count)
    for bar in 0..<count {
      path.returns.append(signal + deviations[bar] * unitNoise(&noise))
      signal = persistence * signal + innovation * signalRandom.nextGaussian()
      path.signals.append(signal)
      path.flows.append(loading * signal + flowNoise * flowRandom.nextGaussian())
    }
    return path
  }

  /// Noise of mean 0 and variance 1: normal, or Student's t as a normal over the root of a chi-square.
  private func unitNoise(_ random: inout CounterRandom) -> Double {
    let normal = random.nextGaussian()
    guard let freedom = market.tailFreedom else { return normal }
    precondition(freedom >= 3, "tail freedom \(freedom) is out of range: 3 or more, for the variance to exist")
    var chiSquare = 0.0
    for _ in 0..<freedom {
      let draw = random.nextGaussian()
      chiSquare += draw * draw
    }
    return normal * (Double(freedom - 2) / chiSquare).squareRoot()
  }
}
