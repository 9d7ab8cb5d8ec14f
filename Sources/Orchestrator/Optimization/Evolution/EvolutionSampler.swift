// Trials drawn by an evolution strategy that learns the shape of the valley.

import QuantMath

/// The covariance matrix adaptation evolution strategy (CMA-ES) over the numeric parameters that every trial has.
///
/// From the cube's centre, or from the best of some random trials, each run of lambda trial numbers is a generation.
/// The sampler has no memory: it replays all generations before the trial's own from the history, each with those of
/// its trials that are known, so that the same history gives the same trial. Trials that break constraints or fail rank
/// last. Draws outside the cube are drawn again, and after several attempts moved to its nearest side. Parameters with
/// categories, and those that some trials lack, are drawn at random.
/// Source: N. Hansen, "The CMA evolution strategy: a tutorial" (2016); for countable parameters, whose steps must not
/// fall below the distance of two values, N. Hansen, "A CMA-ES for mixed-integer nonlinear optimization" (2011).
package struct EvolutionSampler: Sampler {
  /// Trials drawn at random before the first generation.
  package let startup: Int
  /// Standard deviation of the first generation, as a part of each parameter's range.
  package let spread: Double

  /// - Precondition: `startup` is at least 0 and `spread` lies in (0, 1].
  package init(startup: Int = 0, spread: Double = 0.3) {
    precondition(startup >= 0, "there cannot be fewer than no random trials")
    precondition(spread > 0 && spread <= 1, "the spread is a part of the range")
    self.startup = startup
    self.spread = spread
  }

  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet {
    let axes = space.parameters.filter { parameter in
      parameter.condition == nil && !parameter.domain.isCategorical && parameter.domain.count != 1
    }.map { UnitAxis($0) }
    guard number >= startup, !axes.isEmpty else {
      return RandomSampler().parameters(ofTrial: number, in: space, seed: seed, history: [])
    }
    let population = CovarianceAdaptation.population(dimensions: axes.count)
    let generation = (number - startup) / population
    let state = replay(history, axes, population: population, before: generation)
    var random = CounterRandom(seed: seed, purpose: "optimization.evolution", index: UInt64(number))
    let point = Self.draw(state, axes, &random)
    return space.assemble { parameter in
      if let place = axes.firstIndex(where: { $0.parameter.name == parameter.name }) {
        return axes[place].value(point[place])
      }
      let purpose = "optimization.evolution." + parameter.name
      var random = CounterRandom(seed: seed, purpose: purpose, index: UInt64(number))
      return parameter.domain.value(position: random.nextUniform())
    }
  }

  /// The distribution after all generations before `generation`.
  private func replay(
    _ history: [Observation], _ axes: [UnitAxis], population: Int, before generation: Int
  ) -> CovarianceAdaptation {
    let points = Self.points(history, axes)
    let ranks = history.map(\.rank)
    let first = points.indices.filter { history[$0].number < startup && !points[$0].isEmpty }
    let start = first.min { ranks[$0] < ranks[$1] }.map { points[$0] } ?? axes.map { _ in 0.5 }
    var state = CovarianceAdaptation(mean: start, step: spread)
    var next = history.firstIndex { $0.number >= startup } ?? history.count
    for past in 0..<generation {
      let end = startup + (past + 1) * population
      var members: [Int] = []
      while next < history.count, history[next].number < end {
        if !points[next].isEmpty { members.append(next) }
        next += 1
      }
      // One trial alone cannot be better than another.
      guard members.count >= 2 else { continue }
      members.sort { ranks[$0] < ranks[$1] || (ranks[$0] == ranks[$1] && $0 < $1) }
      state.update(members.map { points[$0] })
    }
    return state
  }

  /// Positions of each observation on the axes; empty where one is missing.
  private static func points(_ history: [Observation], _ axes: [UnitAxis]) -> [[Double]] {
    history.map { observation in
      let entries = observation.parameters.entries
      var next = 0
      var point: [Double] = []
      point.reserveCapacity(axes.count)
      for axis in axes {
        while next < entries.count, entries[next].name != axis.parameter.name { next += 1 }
        guard next < entries.count else { return [] }
        let position = axis.position(of: entries[next].value)
        if position.isNaN { return [] }
        point.append(position)
      }
      return point
    }
  }

  private static func draw(
    _ state: CovarianceAdaptation, _ axes: [UnitAxis], _ random: inout CounterRandom
  ) -> [Double] {
    var point: [Double] = []
    for _ in 0..<10 {
      point = state.draw(&random)
      for (place, axis) in axes.enumerated() where axis.levels > 0 {
        // Noise makes up what the distribution is narrower than a third of the distance of two values.
        let least = 0.3 / Double(axis.levels)
        let missing = least * least - state.deviation(place) * state.deviation(place)
        if missing > 0 { point[place] += missing.squareRoot() * random.nextGaussian() }
      }
      if point.allSatisfy({ $0 >= 0 && $0 <= 1 }) { return point }
    }
    return point.map { min(1, max(0, $0)) }
  }
}
