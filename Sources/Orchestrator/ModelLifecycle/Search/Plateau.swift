// The winner that does not stand on a peak.

package import Optimization

/// Among trials as good as the best within a standard error, the one whose neighbours are good, too.
///
/// A single peak in a response surface is luck more often than a plateau is.
/// Source of the rule of one standard error: L. Breiman et al., "Classification and regression trees" (1984).
package enum Plateau {
  /// Trials that count as neighbours.
  package static let neighbours = 5

  /// The pick with the mean score of its neighbours; nil without scored trials. Scores are maximised.
  package static func pick(_ study: Study) -> (trial: Trial, neighbourhood: Double)? {
    let scored = study.history.filter { $0.score != nil }
    guard let best = study.best, let score = best.score else { return nil }
    let least = score - (best.standardError ?? 0)
    var pick: (trial: Trial, neighbourhood: Double)?
    for trial in scored where (trial.score ?? -.infinity) >= least && study.violation(trial) <= 0 {
      let mean = neighbourhood(of: trial, study)
      if pick.map({ mean > $0.neighbourhood }) ?? true { pick = (trial, mean) }
    }
    return pick
  }

  /// Mean score of a trial and its nearest.
  package static func neighbourhood(of trial: Trial, _ study: Study) -> Double {
    let scored = study.history.filter { $0.score != nil }
    let near = scored.map { (distance($0, trial, study.space), $0.number, $0.score ?? 0) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(neighbours + 1)
    return near.reduce(0) { $0 + $1.2 } / Double(max(1, near.count))
  }

  /// Squared distance in the unit cube; a parameter that only one of them has, or another category, counts 1.
  static func distance(_ left: Trial, _ right: Trial, _ space: SearchSpace) -> Double {
    space.parameters.reduce(0) { sum, parameter in
      sum + parameter.squaredDistance(left.parameters[parameter.name], right.parameters[parameter.name])
    }
  }
}
