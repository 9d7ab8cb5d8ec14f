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
    for trial in scored where (trial.score ?? -.infinity) >= least {
      let near = scored.sorted {
        (distance($0, trial, study.space), $0.number) < (distance($1, trial, study.space), $1.number)
      }.prefix(neighbours + 1)
      let mean = near.reduce(0) { $0 + ($1.score ?? 0) } / Double(near.count)
      if pick.map({ mean > $0.neighbourhood }) ?? true { pick = (trial, mean) }
    }
    return pick
  }

  /// Squared distance in the unit cube; a parameter that only one of them has, or another category, counts 1.
  static func distance(_ left: Trial, _ right: Trial, _ space: SearchSpace) -> Double {
    space.parameters.reduce(0) { sum, parameter in
      sum + parameter.squaredDistance(left.parameters[parameter.name], right.parameters[parameter.name])
    }
  }
}
