// What determines an order-by-order market.

package import TradingDomain

/// Parameters of ``OrderFlowMarket``; the defaults look roughly like the mini dollar future.
package struct OrderFlowConfiguration: Hashable, Sendable {
  package var instrument: Instrument
  package var session: TradingSession
  package var seed: UInt64
  /// First best bid in ticks; the first offer is one tick above.
  package var startPrice = Price(ticks: 10_900)
  /// Limits of the day, as a share of the first price to both sides.
  package var limitShare = 0.06

  /// Spontaneous market orders of each side per second, at activity 1.
  package var marketRate = 1.5
  /// Spontaneous limit orders of each side per second, at activity 1.
  package var limitRate = 4.0
  /// Withdrawals per second of an order that stands one tick from the other side's best price, at activity 1.
  package var cancelRate = 0.028
  /// Exponent with which withdrawals become rarer by distance d: cancelRate d^(-patience).
  package var patience = 0.35
  /// Share of withdrawals that take only half of the order.
  package var partialShare = 0.1
  /// How arrivals excite each other.
  package var kernel = HawkesKernel(
    sameSide: [[0.50, 0.02, 0], [0.30, 0.28, 0.10], [0.03, 0.10, 0.30]],
    otherSide: [[0.02, 0.01, 0], [0.12, 0.02, 0.06], [0.20, 0.04, 0.02]],
    decays: [8, 0.1], shares: [0.6, 0.4])

  /// Exponent of the distance d of limit orders from the other side's best price: likelihood d^(-concentration).
  package var concentration = 1.3
  /// Largest such distance; what comes to stand further away is withdrawn. 2 to 512.
  package var reach = 40
  package var marketSizes = OrderFlowSizes(scale: 18, tail: 2.4, most: 400)
  package var limitSizes = OrderFlowSizes(scale: 24, tail: 2.4, most: 300)
  /// Share of market orders that take no more than the best price has.
  package var touchShare = 0.9
  /// Most orders that can rest; more are refused and counted.
  package var orderCapacity = 8192

  /// Hidden states; the first is that of the session's open.
  package var regimes: [OrderFlowRegime] = [.calm, .trend, .stress]
  /// The planted edge.
  package var signal = OrderFlowSignal.none
  /// Activity at the open, in the middle and at the close of the session, joined by two half parabolas.
  package var dayShape = OrderFlowDayShape(open: 1.8, middle: 0.8, close: 1.0)
  /// Whether levels are published besides quotes and trades.
  package var publishesDepth = true

  package init(instrument: Instrument, session: TradingSession, seed: UInt64) {
    self.instrument = instrument
    self.session = session
    self.seed = seed
  }

  /// A session of the mini dollar future: 09:00 in Sao Paulo to 18:30, or shorter.
  package static func wdo(
    date: SessionDate, seed: UInt64, length: Nanoseconds = .minutes(570)
  ) -> OrderFlowConfiguration {
    let open = BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60))
    return OrderFlowConfiguration(
      instrument: .wdo, session: TradingSession(date: date, open: open, close: open + length), seed: seed)
  }

  /// The plain model: Poisson arrivals of orders for one contract, one mood, a flat day.
  ///
  /// Source: E. Smith, J. D. Farmer, L. Gillemot, S. Krishnamurthy, "Statistical theory of the continuous double
  /// auction", Quantitative Finance 3(6) (2003).
  package static func zeroIntelligence(
    date: SessionDate, seed: UInt64, length: Nanoseconds = .minutes(570)
  ) -> OrderFlowConfiguration {
    var plain = OrderFlowConfiguration.wdo(date: date, seed: seed, length: length)
    plain.kernel = .independent
    plain.regimes = [OrderFlowRegime(name: "calm", activity: 1, meanSeconds: 3600, weight: 1)]
    plain.dayShape = OrderFlowDayShape(open: 1, middle: 1, close: 1)
    plain.marketSizes = .unit
    plain.limitSizes = .unit
    plain.concentration = 0
    plain.patience = 0
    plain.partialShare = 0
    return plain
  }

  /// Stops the program where a number is out of range: a market is made by code, not by input.
  func check() {
    precondition(
      marketRate > 0 && limitRate > 0 && cancelRate > 0 && marketRate + limitRate < 1e6,
      "arrival rates \(marketRate), \(limitRate), \(cancelRate) are out of range: above 0, below a million")
    precondition((2...512).contains(reach), "reach of \(reach) ticks is out of range: 2 to 512")
    precondition(
      (64...1 << 20).contains(orderCapacity), "capacity of \(orderCapacity) orders is out of range: 64 to 2^20")
    precondition(!regimes.isEmpty && regimes.count <= 255, "a market needs 1 to 255 regimes")
    precondition(session.close > session.open, "a session must close after it opens")
    precondition(
      limitShare > 0 && limitShare < 1 && Double(startPrice.ticks) * limitShare > Double(2 * reach),
      "price limits of \(limitShare) around \(startPrice.ticks) ticks leave no room for a reach of \(reach)")
  }

  /// The day's price limits.
  package var limits: PriceLimits {
    let band = Int64(Double(startPrice.ticks) * limitShare)
    return PriceLimits(
      lower: Price(ticks: max(1, startPrice.ticks - band)), upper: Price(ticks: startPrice.ticks + band),
      settlement: startPrice)
  }
}

/// How busy the hours of a day are.
package struct OrderFlowDayShape: Hashable, Sendable {
  package var open: Double
  package var middle: Double
  package var close: Double

  package init(open: Double, middle: Double, close: Double) {
    precondition(
      open > 0 && middle > 0 && close > 0, "a day shape of \(open), \(middle), \(close) is out of range: all above 0")
    self.open = open
    self.middle = middle
    self.close = close
  }

  /// Activity at `progress` (0...1) of the session.
  package func activity(_ progress: Double) -> Double {
    let centred = 2 * progress - 1
    return middle + ((centred < 0 ? open : close) - middle) * centred * centred
  }
}
