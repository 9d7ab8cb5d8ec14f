// Which parameters decided, and which did not matter.

/// How far the best trials differ from all of them in each parameter.
///
/// For every parameter, the distribution of its values among the best part of the trials is held against that among
/// all: the Pearson divergence over equal bins. Shares sum to 1.
/// Source: S. Watanabe et al., "PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary subspaces"
/// (IJCAI 2023), with histograms instead of kernels.
package enum Importance {
  /// Bins of a number; categories are their own.
  private static let bins = 6

  /// Shares by name, in the order of the space; all 0 where nothing differs or there are fewer than ten scored trials.
  package static func shares(_ study: Study, part: Double = 0.2) -> [(name: String, share: Double)] {
    let scored = study.history.filter { $0.score != nil }.sorted {
      (study.direction.loss($0.score ?? 0), $0.number) < (study.direction.loss($1.score ?? 0), $1.number)
    }
    let best = Array(scored.prefix(max(2, Int(Double(scored.count) * part))))
    let divergences = study.space.parameters.map { parameter -> Double in
      guard scored.count >= 10 else { return 0 }
      let (all, good) = (histogram(scored, parameter), histogram(best, parameter))
      return zip(all, good).reduce(0) { sum, pair in
        pair.0 > 0 ? sum + (pair.1 - pair.0) * (pair.1 - pair.0) / pair.0 : sum
      }
    }
    let total = divergences.reduce(0, +)
    return zip(study.space.parameters, divergences).map { ($0.name, total > 0 ? $1 / total : 0) }
  }

  /// Shares of the bins; the last one is of trials without the parameter.
  private static func histogram(_ trials: [Trial], _ parameter: Parameter) -> [Double] {
    let count = parameter.domain.isCategorical ? parameter.domain.count ?? 1 : min(bins, parameter.domain.count ?? bins)
    var counts = [Double](repeating: 0, count: count + 1)
    for trial in trials {
      if let value = trial.parameters[parameter.name] {
        counts[min(count - 1, Int(parameter.domain.position(of: value) * Double(count)))] += 1
      } else {
        counts[count] += 1
      }
    }
    return counts.map { $0 / Double(max(1, trials.count)) }
  }
}
