// Which features are better than chance: a contest with features that are nothing but chance.

import Glibc

/// The contest of features with probes over many block bootstraps.
///
/// Every bootstrap shows the learner each feature beside a probe: the same column with its blocks of rows exchanged, as
/// persistent as the feature and blind to the label. A feature wins a bootstrap when it matters more than the best
/// probe of all and more than nothing; its selection frequency is the share of bootstraps that it wins.
///
/// With as many probes as features, the best of all useless features beats the best probe at most every second time.
/// A feature is therefore kept from the number of wins w on at which
///
///     P(Binomial(bootstraps, 1/2) >= w) <= alpha
///
/// and alpha bounds the chance of keeping any useless feature, however many there are. Bootstraps draw from the same
/// rows and so are not quite the independent throws of that law; the level is therefore also measured, on noise.
/// Sources: M. Kursa, W. Rudnicki (2010), "Feature selection with the Boruta package", J. Stat. Softw. 36(11) (shadow
/// features, binomial law); P. Westfall, S. Young (1993), "Resampling-Based Multiple Testing" (the best of all as the
/// opponent); N. Meinshausen, P. Buehlmann (2010), "Stability selection", J. R. Stat. Soc. B 72(4).
package struct ProbeControl: Hashable, Sendable, Codable {
  /// Share of the bootstraps that each feature won.
  package let frequency: [Double]
  /// Mean over the bootstraps of each feature's share of all importance.
  package let importance: [Double]
  /// Mean over the bootstraps of the best probe's share of all importance.
  package let threshold: Double
  /// Least frequency at which a feature is kept; above 1, so that nothing is kept, with too few bootstraps.
  package let leastFrequency: Double

  /// - Parameters:
  ///   - bootstraps: Importance per bootstrap: first each feature, then each probe, equally many; below 0 where a
  ///     column harms.
  ///   - alpha: Chance of keeping any useless feature.
  package init(bootstraps: [[Double]], alpha: Double) {
    let features = (bootstraps.first?.count ?? 0) / 2
    var wins = [Double](repeating: 0, count: features)
    var shares = [Double](repeating: 0, count: features)
    var best = 0.0
    for bootstrap in bootstraps {
      let total = max(bootstrap.reduce(0) { $0 + max(0, $1) }, .leastNormalMagnitude)
      // A feature that harms beats nobody, not even where every probe harms more.
      let opponent = max(0, bootstrap[features...].max() ?? 0)
      best += opponent / total
      for feature in 0..<features {
        if bootstrap[feature] > opponent { wins[feature] += 1 }
        shares[feature] += max(0, bootstrap[feature]) / total
      }
    }
    let count = Double(max(1, bootstraps.count))
    frequency = wins.map { $0 / count }
    importance = shares.map { $0 / count }
    threshold = best / count
    leastFrequency = Self.leastFrequency(bootstraps: bootstraps.count, alpha: alpha)
  }

  /// Whether the feature is kept.
  package func isKept(_ feature: Int) -> Bool { frequency[feature] >= leastFrequency - 1e-9 }

  /// The share of `bootstraps` fair throws that is reached with a chance of at most `alpha`; 2 where none is.
  package static func leastFrequency(bootstraps: Int, alpha: Double) -> Double {
    var chance = scalbn(1.0, -bootstraps)
    var tail = 0.0
    var wins = bootstraps
    while wins >= 0, tail + chance <= alpha {
      tail += chance
      // P(wins - 1) from P(wins).
      chance *= Double(wins) / Double(bootstraps - wins + 1)
      wins -= 1
    }
    return bootstraps > 0 && wins < bootstraps ? Double(wins + 1) / Double(bootstraps) : 2
  }
}
