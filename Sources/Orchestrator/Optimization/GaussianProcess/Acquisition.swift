// How promising a point is under a model of the objective and one of its constraint.

import Glibc
import QuantMath

/// log of the expected improvement times the probability of keeping the constraint.
struct Acquisition {
  let objective: GaussianProcess
  /// Of what breaks a constraint: kept where it is 0 or less. Nil if no trial broke one.
  let constraint: GaussianProcess?
  /// The lowest mean of the objective at a point that keeps the constraint; nil if none does.
  let best: Double?

  struct Scratch {
    var objective: GaussianProcess.Scratch
    var constraint: GaussianProcess.Scratch?
    var byMean: [Double]
    var byVariance: [Double]
  }

  func scratch(columns: Int) -> Scratch {
    let zeros = [Double](repeating: 0, count: columns)
    return Scratch(objective: objective.scratch, constraint: constraint?.scratch, byMean: zeros, byVariance: zeros)
  }

  func value(_ point: [Double], _ scratch: inout Scratch) -> Double {
    var value = 0.0
    if let best {
      let (mean, variance) = objective.prediction(point, &scratch.objective)
      value += ExpectedImprovement.logarithm(mean: mean, deviation: variance.squareRoot(), best: best).value
    }
    if let constraint, var own = scratch.constraint {
      let (mean, variance) = constraint.prediction(point, &own)
      value += ExpectedImprovement.logProbabilityBelowZero(mean: mean, deviation: variance.squareRoot()).value
      scratch.constraint = own
    }
    return value
  }

  /// The same with the gradient.
  func value(_ point: [Double], gradient: inout [Double], _ scratch: inout Scratch) -> Double {
    for column in point.indices { gradient[column] = 0 }
    var value = 0.0
    func add(
      _ term: (value: Double, byMean: Double, byDeviation: Double), deviation: Double, _ scratch: Scratch
    ) {
      value += term.value
      for column in point.indices {
        gradient[column] +=
          term.byMean * scratch.byMean[column] + term.byDeviation * scratch.byVariance[column] / (2 * deviation)
      }
    }
    if let best {
      let (mean, variance) = objective.prediction(
        point, &scratch.objective, byMean: &scratch.byMean, byVariance: &scratch.byVariance)
      let deviation = variance.squareRoot()
      add(
        ExpectedImprovement.logarithm(mean: mean, deviation: deviation, best: best), deviation: deviation, scratch)
    }
    if let constraint, var own = scratch.constraint {
      let (mean, variance) = constraint.prediction(
        point, &own, byMean: &scratch.byMean, byVariance: &scratch.byVariance)
      let deviation = variance.squareRoot()
      add(
        ExpectedImprovement.logProbabilityBelowZero(mean: mean, deviation: deviation), deviation: deviation, scratch)
      scratch.constraint = own
    }
    return value
  }
}
