// Trials drawn from where good ones are dense and bad ones are not.

import QuantMath

/// Tree-structured Parzen estimation with product kernels: it sees how parameters act together.
///
/// The known trials are split into the best tenth, at most 25, and the rest; each part is a density, l(x) and g(x).
/// Several candidates are drawn from l, and the one with the largest l(x) / g(x) is tried: under this model it has the
/// largest expected improvement. Parameters that are present under the same condition form a group with densities of
/// its own, made of the trials that have them; groups are independent of each other. Trials that break constraints or
/// fail rank last. The first trials are drawn at random.
/// Sources: J. Bergstra et al., "Algorithms for hyper-parameter optimization" (2011) for the rule; S. Falkner, A.
/// Klein, F. Hutter, "BOHB" (2018) for product kernels; S. Watanabe, "Tree-structured Parzen estimator: understanding
/// its algorithm components" (2023) for the settings.
package struct TreeParzenSampler: Sampler {
  /// Known trials with a loss below which trials are drawn at random.
  package let startup: Int
  /// Draws among which the best is chosen.
  package let candidates: Int

  /// - Precondition: `startup` is at least 1 and `candidates` is at least 1.
  package init(startup: Int = 10, candidates: Int = 24) {
    precondition(startup >= 1 && candidates >= 1, "Parzen estimators need at least one trial and one candidate")
    self.startup = startup
    self.candidates = candidates
  }

  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet {
    guard history.count(where: { $0.loss != nil }) >= startup else {
      return RandomSampler().parameters(ofTrial: number, in: space, seed: seed, history: [])
    }
    let axes = space.parameters.map { UnitAxis($0) }
    let positions = UnitAxis.positions(history, on: axes)
    let ranks = history.map { $0.rank }
    var chosen = [Double?](repeating: nil, count: axes.count)
    var column = 0
    return space.assemble { parameter in
      while axes[column].parameter.name != parameter.name { column += 1 }
      if let position = chosen[column] { return axes[column].value(position) }
      // The first parameter of a group that is present: its whole group is chosen at once.
      let columns = axes.indices.filter { axes[$0].parameter.condition == parameter.condition }
      let (good, bad) = Self.split(ranks, positions, columns)
      let best = best(
        ofTrial: number, seed: seed, purpose: "optimization.treeparzen." + parameter.name,
        good: ParzenEstimator(axes, positions: positions, stride: history.count, columns: columns, rows: good),
        bad: ParzenEstimator(axes, positions: positions, stride: history.count, columns: columns, rows: bad),
        dimensions: columns.count)
      for (place, column) in columns.enumerated() { chosen[column] = best[place] }
      return axes[column].value(best[columns.firstIndex(of: column) ?? 0])
    }
  }

  /// The best ceil(n / 10) of the n observations that have all parameters of a group, at most 25, and the others; both
  /// in the order of their numbers.
  private static func split(
    _ ranks: [Observation.Rank], _ positions: [Double], _ columns: [Int]
  ) -> (good: [Int], bad: [Int]) {
    let stride = ranks.count
    let members = ranks.indices.filter { row in columns.allSatisfy { !positions[$0 * stride + row].isNaN } }
    let size = min((members.count + 9) / 10, 25)
    // The best so far, best first: cheaper than to sort them all.
    var best: [Int] = []
    for row in members where best.count < size || best.last.map({ ranks[row] < ranks[$0] }) ?? false {
      if best.count == size { best.removeLast() }
      best.insert(row, at: best.firstIndex { ranks[row] < ranks[$0] } ?? best.count)
    }
    best.sort()
    var next = 0
    let bad = members.filter { row in
      guard next < best.count, best[next] == row else { return true }
      next += 1
      return false
    }
    return (best, bad)
  }

  /// The candidate drawn from `good` with the largest ratio of densities.
  private func best(
    ofTrial number: Int, seed: UInt64, purpose: String, good: ParzenEstimator, bad: ParzenEstimator, dimensions: Int
  ) -> [Double] {
    var random = CounterRandom(seed: seed, purpose: purpose, index: UInt64(number))
    var best: (point: [Double], gain: Double) = ([], -.infinity)
    let blocks = max(good.blocks, bad.blocks)
    withUnsafeTemporaryAllocation(of: SIMD4<Double>.self, capacity: blocks) { terms in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: dimensions + good.rowLength) { space in
        let point = UnsafeMutableBufferPointer(rebasing: space[..<dimensions])
        let row = UnsafeMutableBufferPointer(rebasing: space[dimensions...])
        for candidate in 0..<candidates {
          good.draw(into: point, &random)
          let gain =
            good.logDensity(point, terms: terms, row: row) - bad.logDensity(point, terms: terms, row: row)
          if candidate == 0 || gain > best.gain { best = (Array(point), gain) }
        }
      }
    }
    return best.point
  }
}
