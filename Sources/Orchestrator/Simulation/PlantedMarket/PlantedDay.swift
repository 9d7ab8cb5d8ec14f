// The bars that a planted session shows to those who trade it.

import Glibc
import QuantMath
package import TradingDomain

/// One session of a planted market: its bars and the path behind them.
package struct PlantedDay: Sendable {
  /// Hours of the session.
  package var session: TradingSession
  /// One bar a minute, without holes.
  package var bars: [Bar]
  /// What the bars were rounded from.
  package var path: PlantedPath
}

/// Sessions of a planted market with their bars, one after the other.
///
/// A bar walks in `steps` normal steps that sum to its return (a Brownian bridge); highest and lowest are taken over
/// them, and everything is rounded to the nearest tick. A bar opens at the close of the one before. Volume grows with
/// volatility and is lognormal around that; signed volume is the flow times the volume, as near as whole contracts of
/// buyers and sellers come to it.
///
/// Rounding alone makes moves of neighbouring bars lean against each other: a correlation of -1/12 tick squared over
/// the variance of a move, -0.01 by default. It is in every price that has a tick, and far below any cost.
package struct PlantedDays: Sequence, IteratorProtocol, Sendable {
  /// Steps within a bar.
  package static let steps = 12

  private var paths: PlantedPaths
  /// The unrounded price, in ticks.
  private var price: Double

  init(_ market: PlantedMarket) {
    paths = PlantedPaths(market)
    price = Double(market.startPrice.ticks)
  }

  package mutating func next() -> PlantedDay? {
    guard let path = paths.next() else { return nil }
    let market = paths.market
    let session = market.session(on: path.date)
    var random = market.random("shape", on: path.date)
    price += path.gap
    var bars: [Bar] = []
    bars.reserveCapacity(path.returns.count)
    for index in path.returns.indices {
      let walk = PlantedDays.walk(path.returns[index], deviation: path.deviations[index], &random)
      let relative = path.deviations[index] / market.deviation
      let count = (market.meanVolume * relative * lognormal(&random)).rounded()
      let volume = Int64(Swift.min(Swift.max(count, 20), 1e9))
      bars.append(
        Bar(
          start: session.open + Nanoseconds(PlantedMarket.barDuration.count * Int64(index)),
          duration: PlantedMarket.barDuration, open: ticks(price), high: ticks(price + walk.high),
          low: ticks(price + walk.low), close: ticks(price + path.returns[index]), volume: Quantity(volume),
          tradeCount: UInt32(1 + volume / 3), signedVolume: PlantedDays.signed(path.flows[index], of: volume)))
      price += path.returns[index]
    }
    return PlantedDay(session: session, bars: bars, path: path)
  }

  /// Highest and lowest of a bridge of normal steps from 0 to `total`, both ends included.
  private static func walk(
    _ total: Double, deviation: Double, _ random: inout CounterRandom
  ) -> (high: Double, low: Double) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: steps) { draws in
      var sum = 0.0
      for step in 0..<steps {
        draws.initializeElement(at: step, to: random.nextGaussian())
        sum += draws[step]
      }
      let scale = deviation / Double(steps).squareRoot()
      let drift = (total - scale * sum) / Double(steps)
      var (place, high, low) = (0.0, Swift.max(0, total), Swift.min(0, total))
      for step in 0..<(steps - 1) {
        place += drift + scale * draws[step]
        high = Swift.max(high, place)
        low = Swift.min(low, place)
      }
      return (high, low)
    }
  }

  /// Buyers minus sellers nearest to `flow` times `volume`: both are whole contracts, so it is odd when `volume` is.
  private static func signed(_ flow: Double, of volume: Int64) -> Int64 {
    let buyers = ((1 + flow) * Double(volume) / 2).rounded()
    return 2 * Int64(Swift.min(Swift.max(buyers, 0), Double(volume))) - volume
  }

  /// Mean 1, standard deviation of the logarithm 0.5.
  private func lognormal(_ random: inout CounterRandom) -> Double {
    exp(0.5 * random.nextGaussian() - 0.125)
  }

  private func ticks(_ price: Double) -> Price {
    let rounded = price.rounded()
    precondition(
      rounded >= 1,
      "planted prices fell to \(rounded) ticks (start \(paths.market.startPrice.ticks)): raise startPrice or cut noise")
    return Price(ticks: Int64(rounded))
  }
}
