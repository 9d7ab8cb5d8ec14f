// What else might have happened: the same sessions or trades, drawn and ordered anew.

package import Performance
import QuantMath
package import TradingDomain
package import Validation

/// A distribution of outcomes made from one run.
///
/// Only what the run has shown can be drawn again: a market that was never seen is in no resample. The spread is that
/// of chance around this result, and says nothing about whether the result itself was earned honestly.
package struct OutcomeResampling: Hashable, Sendable {
  /// What is drawn.
  package enum Method: Hashable, Sendable {
    /// Whole sessions with replacement, in blocks of random length, so that runs of good and bad days survive.
    /// Source: D. Politis, J. Romano, "The stationary bootstrap", Journal of the American Statistical Association 89
    /// (1994); mean length by Politis and White (2004).
    case sessions(meanBlock: Double)
    /// Every trade once, in random order: the profit stays, the way to it changes.
    case tradeOrder
  }

  package let method: Method
  /// Net profit of each replicate in BRL, ascending.
  package let nets: [Double]
  /// Deepest fall from a peak of each replicate in BRL, ascending, positive.
  package let drawdowns: [Double]
  /// Cumulative net profit in BRL along the first replicates, all of one length.
  package let paths: [[Double]]

  /// Paths that are kept for a chart.
  private static let keptPaths = 200
  /// Fewer steps make no distribution.
  package static let leastSteps = 10

  /// Sessions drawn anew; nil below ``leastSteps`` sessions, or where all are alike.
  package static func sessions(
    _ sessions: [SessionProfit], replicates: Int = 2_000, seed: UInt64
  ) throws(ValidationError) -> OutcomeResampling? {
    let steps = sessions.map(\.profit.brl)
    guard steps.count >= leastSteps, steps.contains(where: { $0 != steps[0] }) else { return nil }
    // Where no length can be estimated the sessions are drawn one by one.
    let length = (try? BlockBootstrap.automaticLengths(steps))?.stationary ?? 1
    let bootstrap = BlockBootstrap(scheme: .stationary(meanLength: length), seed: seed)
    return try OutcomeResampling(.sessions(meanBlock: length), replicates: replicates) {
      number throws(ValidationError) in
      try bootstrap.indices(count: steps.count, replicate: number).map { steps[$0] }
    }
  }

  /// Trades in another order; nil below ``leastSteps`` trades.
  package static func tradeOrder(
    _ trades: [ClosedTrade], replicates: Int = 2_000, seed: UInt64
  ) throws(ValidationError) -> OutcomeResampling? {
    let steps = trades.map(\.netProfit.brl)
    guard steps.count >= leastSteps else { return nil }
    return try OutcomeResampling(.tradeOrder, replicates: replicates) { number in
      var random = CounterRandom(seed: seed, purpose: "backtest.trade-order", index: UInt64(number))
      var order = steps
      random.shuffle(&order)
      return order
    }
  }

  private init(
    _ method: Method, replicates: Int, steps: (Int) throws(ValidationError) -> [Double]
  ) throws(ValidationError) {
    var (nets, drawdowns, paths) = ([Double](), [Double](), [[Double]]())
    for number in 0..<replicates {
      var (net, peak, fall) = (0.0, 0.0, 0.0)
      var path: [Double] = []
      for step in try steps(number) {
        net += step
        peak = max(peak, net)
        fall = max(fall, peak - net)
        if number < Self.keptPaths { path.append(net) }
      }
      nets.append(net)
      drawdowns.append(fall)
      if number < Self.keptPaths { paths.append(path) }
    }
    self.method = method
    self.nets = nets.sorted()
    self.drawdowns = drawdowns.sorted()
    self.paths = paths
  }

  /// Share of replicates that end below zero.
  package var lossShare: Double { Double(nets.count { $0 < 0 }) / Double(nets.count) }

  /// Share of replicates that at some time stand `amount` or more below their peak.
  package func fallShare(_ amount: Money) -> Double {
    Double(drawdowns.count { $0 >= amount.brl }) / Double(drawdowns.count)
  }
}
