// The share of trades that won.

package import TradingDomain

/// Share of trades with a net profit above 0, with Wilson's 95 % interval.
///
///     centre = (p + z^2 / 2n) / (1 + z^2 / n)     half width = z sqrt(p (1 - p) / n + z^2 / 4n^2) / (1 + z^2 / n)
///
/// Unlike the normal interval it stays inside 0...1 and holds for few trades and for shares near 0 and 1. The standard
/// error given is sqrt(p (1 - p) / n).
/// Source: E. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
package enum HitRate {
  /// Nil without trades.
  package static func fraction(netProfits: [Money]) -> Estimate? {
    guard !netProfits.isEmpty else { return nil }
    return fraction(hits: netProfits.count { $0 > .zero }, of: netProfits.count)
  }

  /// The share for `hits` out of `count` trials.
  ///
  /// - Precondition: 0 <= hits <= count and count > 0.
  package static func fraction(hits: Int, of count: Int) -> Estimate {
    precondition(count > 0 && hits >= 0 && hits <= count, "hits must lie between 0 and a positive count")
    let n = Double(count)
    let p = Double(hits) / n
    let z = ConfidenceInterval.normal95
    let shrink = 1 + z * z / n
    let centre = (p + z * z / (2 * n)) / shrink
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / shrink
    return Estimate(
      value: p, unit: .fraction, standardError: (p * (1 - p) / n).squareRoot(),
      interval: ConfidenceInterval(lower: max(0, centre - half), upper: min(1, centre + half), level: 0.95),
      observations: count)
  }
}
