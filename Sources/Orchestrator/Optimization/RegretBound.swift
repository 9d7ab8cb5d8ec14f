// How much better than the best trial any other could still be.

import Glibc
import QuantMath

/// An upper bound on what a search can still gain, by a Gaussian process over its trials.
///
/// The bound is the lowest upper confidence bound of a known trial minus the lowest lower confidence bound anywhere,
/// for losses. A search whose bound is below the error of its best score cannot be expected to gain by going on.
/// Source: A. Makarova et al., "Automatic termination for hyperparameter optimization" (2022), with their confidence.
package enum RegretBound {
  /// Trials below which nothing is bounded.
  package static let startup = 20
  /// Points besides the trials at which the bound is looked for.
  private static let looked = 512

  /// The bound in units of the score; nil for too few scored trials, or none that keeps the constraints.
  package static func value(_ trials: [Trial], _ study: Study) -> Double? {
    let known = trials.filter { $0.score != nil && study.violation($0) <= 0 }
    guard known.count >= startup else { return nil }
    let losses = known.map { study.losses($0)[0] }
    let mean = losses.reduce(0, +) / Double(losses.count)
    let deviation = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(losses.count)).squareRoot()
    guard deviation > 0 else { return 0 }
    let cube = CubeColumns(study.space)
    // The newest are enough where there are very many: a kernel over all of them would take minutes.
    let rows = Array(known.indices.suffix(300))
    let points = rows.map { cube.point(known[$0].parameters) }
    let targets = rows.map { (losses[$0] - mean) / deviation }
    let fitted = Array(rows.indices.suffix(96))
    let kernel = KernelFit(fitted.map { points[$0] }, cube, targets: fitted.map { targets[$0] }).best(evaluations: 30)
    guard let process = GaussianProcess(kernel, points, cube, targets: targets) else { return nil }
    let (count, dimensions) = (Double(known.count), Double(study.space.parameters.count))
    let beta = 2 * log(dimensions * count * count * .pi * .pi / (6 * 0.1)) / 5
    var scratch = process.scratch
    func bounds(_ point: [Double]) -> (low: Double, high: Double) {
      let (mean, variance) = process.prediction(point, &scratch)
      let width = (beta * variance).squareRoot()
      return (mean - width, mean + width)
    }
    var (lowest, best) = (Double.infinity, Double.infinity)
    for point in points {
      let (low, high) = bounds(point)
      (lowest, best) = (min(lowest, low), min(best, high))
    }
    for index in 0..<looked {
      let set = SobolSampler().parameters(ofTrial: index, in: study.space, seed: study.seed)
      lowest = min(lowest, bounds(cube.point(set)).low)
    }
    return max(0, best - lowest) * deviation
  }
}

extension Study {
  /// Whether trial `number` need not be begun: what it may know bounds all further gain by the error of the best score.
  ///
  /// A pure function of the trials that it may know, asked at every eighth trial, so that a search ends after the same
  /// trial whoever works on it.
  package func isCertain(before number: Int) -> Bool {
    guard number % 8 == 0 else { return false }
    let known = visible(number)
    var best: (score: Double, error: Double)?
    for trial in known where violation(trial) <= 0 {
      guard let score = trial.score, let error = trial.standardError else { continue }
      if best.map({ direction.isBetter(score, than: $0.score) }) ?? true { best = (score, error) }
    }
    guard let best, best.error > 0, let bound = RegretBound.value(known, self) else { return false }
    return bound < best.error
  }
}
