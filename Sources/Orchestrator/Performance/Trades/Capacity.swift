// How many contracts an edge carries before its own orders move the price as far as it earns.

package import TradingDomain

/// Size at which impact takes what a trade earns, by the square-root law.
///
/// An order of Q contracts moves the price against itself by sigma sqrt(Q / V), with V the contracts and sigma the
/// standard deviation of the price change of a session. A trade pays that twice. With e the net result a contract:
///
///     break-even   V (e / 2 sigma)^2          most profit   4/9 of it, of which a third of e a contract is left
///
/// Source: B. Tóth et al., "Anomalous price impact and the critical nature of liquidity" (Phys. Rev. X 1, 2011). The
/// law's coefficient is about 1 and known to perhaps a factor of two; a size counts with its square.
package struct Capacity: Hashable, Sendable {
  /// Contracts a trade at which nothing is left.
  package let breakEven: Double
  /// Contracts a trade with the largest profit.
  package let mostProfitable: Double
  /// The same with the result a contract at either end of its 95 % range; the lower end is 0 where that is a loss.
  package let range: ClosedRange<Double>
  /// Mean of contracts and standard deviation of the price change, in BRL a contract, of a session.
  package let sessionVolume: Double
  package let sessionDeviationBRL: Double

  /// Nil without an edge to be eaten, with fewer than 30 trades, or where the market's volume or movement is unknown.
  ///
  /// - Parameters:
  ///   - volumes: Contracts that traded in each session.
  ///   - changesBRL: Each session's price change from open to close, in BRL a contract.
  package init?(_ trades: [ClosedTrade], volumes: [Double], changesBRL: [Double]) {
    guard trades.count >= 30, volumes.count >= 2, changesBRL.count >= 2 else { return nil }
    let nets = trades.map { $0.netProfit.brl / Double(max(1, $0.quantity.contracts)) }
    let mean = nets.reduce(0, +) / Double(nets.count)
    let squares = nets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(nets.count - 1) / Double(nets.count)).squareRoot()
    let volume = volumes.reduce(0, +) / Double(volumes.count)
    let deviation = (changesBRL.reduce(0) { $0 + $1 * $1 } / Double(changesBRL.count)).squareRoot()
    guard mean > 0, volume > 0, deviation > 0 else { return nil }
    func size(_ edge: Double) -> Double {
      let ratio = max(0, edge) / (2 * deviation)
      return volume * ratio * ratio
    }
    breakEven = size(mean)
    mostProfitable = 4 / 9 * breakEven
    range = size(mean - 1.96 * error)...size(mean + 1.96 * error)
    sessionVolume = volume
    sessionDeviationBRL = deviation
  }
}
