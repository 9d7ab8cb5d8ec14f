// Trials chosen where a model of the objective expects the largest improvement.

import Glibc
import QuantMath

/// Bayesian optimisation: a Gaussian process over the trials, and the point of largest expected improvement.
///
/// Scores are made normal first, so that a few terrible trials do not flatten the rest. The improvement is over the
/// lowest mean at a known trial, not over the luckiest score. Trials being worked on count as if they had scored what
/// is expected of them. Violated constraints have a model of their own; failed trials count as the worst score.
/// Numbers, countable or not, categories and conditional parameters share one kernel (``CubeColumns``). The first
/// trials are Sobol points, and beyond ``limit`` trials, where the model would cost more than it gives,
/// ``TreeParzenSampler`` takes over.
/// Sources: J. Snoek, H. Larochelle, R. Adams, "Practical Bayesian optimization of machine learning algorithms" (2012);
/// for trials being worked on, D. Ginsbourger, R. Le Riche, L. Carraro, "Kriging is well-suited to parallelize
/// optimization" (2010); for constraints, J. Gardner et al. (2014).
package struct GaussianProcessSampler: Sampler {
  /// Known trials below which Sobol points are tried.
  package let startup: Int
  /// Known trials above which the model hands over.
  package let limit: Int
  /// Most trials that the kernel is fitted to: the best half of them and others spread evenly.
  private static let fitted = 96
  /// Points that are looked at before the best are improved.
  private static let screened = 192

  /// - Precondition: `startup` is at least 2 and not above `limit`.
  package init(startup: Int = 10, limit: Int = 500) {
    precondition(startup >= 2 && startup <= limit, "a model needs two trials, and some room")
    self.startup = startup
    self.limit = limit
  }

  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet {
    let scored = history.count { $0.loss != nil }
    guard scored >= startup else {
      return SobolSampler().parameters(ofTrial: number, in: space, seed: seed, history: [])
    }
    guard history.count <= limit else {
      return TreeParzenSampler().parameters(ofTrial: number, in: space, seed: seed, history: history)
    }
    let cube = CubeColumns(space)
    let points = history.map { cube.point($0.parameters) }
    guard let acquisition = acquisition(history, points, pending.map { cube.point($0) }, cube) else {
      return SobolSampler().parameters(ofTrial: number, in: space, seed: seed, history: [])
    }
    var random = CounterRandom(seed: seed, purpose: "optimization.gaussianprocess", index: UInt64(number))
    let candidates = candidates(history, points, cube, seed: random.next(), &random)
    let tried = Set(history.map(\.parameters)).union(pending)
    return improved(candidates, acquisition, cube, tried: tried, &random)
  }

  // MARK: the model

  private func acquisition(
    _ history: [Observation], _ points: [[Double]], _ pending: [[Double]], _ cube: CubeColumns
  ) -> Acquisition? {
    let worst = history.compactMap(\.loss).max() ?? 0
    let targets = PowerTransform.standardised(history.map { $0.loss ?? worst })
    guard let (known, objective) = model(points, targets, pending, cube) else { return nil }
    let breaks = history.map { $0.loss == nil ? 0 : $0.violation }
    var constraint: GaussianProcess?
    if breaks.contains(where: { $0 > 0 }) {
      let sizes = breaks.map(abs).filter { $0 > 0 }.sorted()
      let middle = sizes[sizes.count / 2]
      constraint = model(points, breaks.map { asinh($0 / middle) }, pending, cube)?.full
    }
    var scratch = known.scratch
    let best = points.indices.filter { history[$0].loss != nil && history[$0].violation <= 0 }
      .map { known.prediction(points[$0], &scratch).mean }.min()
    guard best != nil || constraint != nil else { return nil }
    return Acquisition(objective: objective, constraint: constraint, best: best)
  }

  /// The process after the trials, and after those being worked on, too.
  private func model(
    _ points: [[Double]], _ targets: [Double], _ pending: [[Double]], _ cube: CubeColumns
  ) -> (known: GaussianProcess, full: GaussianProcess)? {
    let rows = Self.subset(targets)
    let kernel = KernelFit(rows.map { points[$0] }, cube, targets: rows.map { targets[$0] }).best(evaluations: 20)
    guard let known = GaussianProcess(kernel, points, cube, targets: targets) else { return nil }
    if pending.isEmpty { return (known, known) }
    var scratch = known.scratch
    let expected = pending.map { known.prediction($0, &scratch).mean }
    return GaussianProcess(kernel, points + pending, cube, targets: targets + expected).map { (known, $0) }
  }

  /// The best half of ``fitted`` and others at even distances; ascending.
  private static func subset(_ targets: [Double]) -> [Int] {
    guard targets.count > fitted else { return Array(targets.indices) }
    let order = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    let rest = Array(order[(fitted / 2)...])
    let spread = (0..<(fitted / 2)).map { rest[$0 * rest.count / (fitted / 2)] }
    return (order[..<(fitted / 2)] + spread).sorted()
  }

  // MARK: the choice

  /// Sobol points, and steps from the best trials.
  private func candidates(
    _ history: [Observation], _ points: [[Double]], _ cube: CubeColumns, seed: UInt64, _ random: inout CounterRandom
  ) -> [[Double]] {
    var result = (0..<Self.screened).map { index in
      cube.point(SobolSampler().parameters(ofTrial: index, in: cube.space, seed: seed, history: []))
    }
    let ranks = history.map(\.rank)
    let best = points.indices.sorted { ranks[$0] < ranks[$1] || (ranks[$0] == ranks[$1] && $0 < $1) }.prefix(5)
    for index in best {
      for reach in [0.2, 0.1, 0.05, 0.02, 0.01, 0.003] {
        for _ in 0..<2 {
          var point = points[index]
          for group in 0..<cube.groups {
            let start = cube.starts[group]
            if !cube.axes[group].isCategorical {
              point[start] = min(1, max(0, point[start] + reach * random.nextGaussian()))
            } else if random.nextUniform() < reach {
              choose(Int(random.next() % UInt64(cube.axes[group].levels)), group, cube, &point)
            }
          }
          result.append(cube.point(cube.set(point)))
        }
      }
    }
    // In a small countable space many of them are the same.
    var seen = Set<[Double]>()
    return result.filter { seen.insert($0).inserted }
  }

  private func choose(_ level: Int, _ group: Int, _ cube: CubeColumns, _ point: inout [Double]) {
    for column in cube.starts[group]..<cube.starts[group + 1] {
      point[column] = column - cube.starts[group] == level ? 0.5.squareRoot() : 0
    }
  }

  /// The best set that descents from the most promising candidates lead to; one not yet tried, if there is one.
  private func improved(
    _ candidates: [[Double]], _ acquisition: Acquisition, _ cube: CubeColumns, tried: Set<ParameterSet>,
    _ random: inout CounterRandom
  ) -> ParameterSet {
    var scratch = acquisition.scratch(columns: cube.count)
    let values = candidates.map { acquisition.value($0, &scratch) }
    let order = candidates.indices.sorted { values[$0] > values[$1] || (values[$0] == values[$1] && $0 < $1) }
    let isContinuous = (0..<cube.count).map { cube.isContinuous($0) }
    var best: (set: ParameterSet, value: Double, isNew: Bool)?
    func offer(_ set: ParameterSet, _ value: Double) {
      let isNew = !tried.contains(set)
      if best.map({ isNew == $0.isNew ? value > $0.value : isNew }) ?? true { best = (set, value, isNew) }
    }
    for index in order.prefix(4) {
      let start = candidates[index]
      let found = ProjectedDescent.minimise(
        from: start, low: start.indices.map { isContinuous[$0] ? 0 : start[$0] },
        high: start.indices.map { isContinuous[$0] ? 1 : start[$0] }, evaluations: 30, tolerance: 1e-4
      ) { point, gradient in
        let value = acquisition.value(point, gradient: &gradient, &scratch)
        for column in gradient.indices { gradient[column] = isContinuous[column] ? -gradient[column] : 0 }
        return -value
      }
      var (set, point) = (cube.set(found.point), cube.point(cube.set(found.point)))
      var value = acquisition.value(point, &scratch)
      offer(set, value)
      // Countable parameters, one after the other, each with all the others as they are.
      for group in 0..<cube.groups where cube.axes[group].levels > 1 {
        for neighbour in neighbours(point, group, cube) {
          let other = cube.set(neighbour)
          let canonical = cube.point(other)
          let otherValue = acquisition.value(canonical, &scratch)
          offer(other, otherValue)
          if otherValue > value { (set, point, value) = (other, canonical, otherValue) }
        }
      }
    }
    for index in order.prefix(24) { offer(cube.set(candidates[index]), values[index]) }
    guard let best else { preconditionFailure("there are always candidates") }
    return best.set
  }

  /// The point with other values of one countable parameter: the next ones of a number, all of few categories.
  private func neighbours(_ point: [Double], _ group: Int, _ cube: CubeColumns) -> [[Double]] {
    let (axis, start) = (cube.axes[group], cube.starts[group])
    if axis.isCategorical {
      return (0..<min(8, axis.levels)).map { level in
        var other = point
        choose(level, group, cube, &other)
        return other
      }
    }
    return [-1.0, 1].map { direction in
      var other = point
      other[start] = min(1, max(0, other[start] + direction / Double(axis.levels)))
      return other
    }
  }
}
