// A market of one-minute bars whose best possible forecast, and what it earns after costs, can be computed. It is there
// to measure a learning pipeline with, not to resemble a market in its order book: for that see `SyntheticMarket`.

import QuantMath
package import TradingDomain

/// What determines a planted market.
///
/// The unrounded price moves in ticks by r_t = s_{t-1} + sigma_t eps_t, eps_t standard normal: the planted signal and
/// noise that is a U over the day times a slow day volatility. Every session begins anew: the signal from its
/// stationary law, the price after a gap that nobody can hold through, since all are flat at the close. Order flow is
/// f_t = flowDeviation (c s_t / strength + sqrt(1 - c^2) xi_t), c the edge's flow correlation.
///
/// One seed gives one market on every machine whose C library rounds `exp` and `log` alike. Signal, noise, flow and
/// shape of each day have random streams of their own: two markets that differ in the edge alone have equal noise.
package struct PlantedMarket: Hashable, Sendable {
  /// What is traded; its tick value turns ticks into reais.
  package var instrument = Instrument.wdo
  /// The predictable part.
  package var edge: PlantedEdge
  package var seed: UInt64
  /// The first day; a Saturday or Sunday stands for the Monday after.
  package var firstDate: SessionDate
  /// Number of sessions, on consecutive weekdays.
  package var dayCount: Int
  /// Bars of one minute in a session that opens at 09:00 in Sao Paulo.
  package var barsPerDay = 540
  /// Root mean square of sigma, ticks per bar.
  package var deviation = 2.8
  /// Standard deviation of the logarithm of the day volatility, and its correlation from day to day.
  package var volatilityDeviation = 0.25
  package var volatilityPersistence = 0.95
  /// Standard deviation of the order-flow imbalance, as a share of the volume.
  package var flowDeviation = 0.2
  /// Contracts in a bar of average volatility.
  package var meanVolume = 4_300.0
  /// Degrees of freedom of Student noise of equal variance, at least 3; nil for normal noise, for which alone the
  /// oracle's filter is exact.
  package var tailFreedom: Int?
  /// The first price, to which overnight gaps pull back so that years of sessions stay near it.
  package var startPrice = Price(ticks: 10_900)
  /// Standard deviation of the overnight gap in ticks, and the share of the distance to the first price it makes up.
  package var gapDeviation = 25.0
  package var gapReversion = 0.02

  /// 2018-01-01 is a Monday.
  package static let defaultFirstDate = SessionDate(dayNumber: 17_532)

  /// A market with the noise, volume and gaps of the mini dollar future from August 2025 to January 2026: 2.8 ticks a
  /// minute, 4,300 contracts, 25 ticks overnight, 0.25 of log-volatility from day to day.
  package init(
    edge: PlantedEdge, seed: UInt64, dayCount: Int, firstDate: SessionDate = PlantedMarket.defaultFirstDate
  ) {
    precondition(dayCount > 0, "a planted market of \(dayCount) days was asked for: at least 1")
    self.edge = edge
    self.seed = seed
    self.dayCount = dayCount
    self.firstDate = firstDate
  }

  /// Duration of a bar.
  package static let barDuration = Nanoseconds.minutes(1)

  /// The hours of `date`.
  package func session(on date: SessionDate) -> TradingSession {
    let open = BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60))
    return TradingSession(
      date: date, open: open, close: open + Nanoseconds(PlantedMarket.barDuration.count * Int64(barsPerDay)))
  }

  /// The shape of sigma over the day, [barsPerDay]: from 0.7 at noon to 1.6 at both ends, scaled to root mean square 1.
  package var dayShape: [Double] {
    let raw = (0..<barsPerDay).map { bar in
      let centred = (2 * Double(bar) + 1) / Double(barsPerDay) - 1
      return 0.7 + 0.9 * centred * centred
    }
    let scale = (raw.reduce(0) { $0 + $1 * $1 } / Double(barsPerDay)).squareRoot()
    return raw.map { $0 / scale }
  }

  /// A generator for one purpose of one day.
  func random(_ purpose: String, on date: SessionDate) -> CounterRandom {
    CounterRandom(seed: seed, purpose: "planted." + purpose, index: UInt64(bitPattern: Int64(date.dayNumber)))
  }

  /// The sessions without their bars: all that the oracle needs, at a sixth of the work.
  package var paths: PlantedPaths { PlantedPaths(self) }

  /// The sessions with their bars.
  package var days: PlantedDays { PlantedDays(self) }
}
