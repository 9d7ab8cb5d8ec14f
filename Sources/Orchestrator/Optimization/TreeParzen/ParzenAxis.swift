// One axis of a Parzen estimator: how wide its kernels are and what they say of a candidate.

import Glibc
import QuantMath

/// The kernels of one parameter in a mixture of `count` observations and a prior that knows nothing.
///
/// A numeric kernel is a Gaussian cut off at the ends of the axis; on a countable axis of few values it is the mass
/// that the Gaussian gives to each value's part of the axis. The width follows Scott's rule for the number of axes,
/// clipped from below so that few observations do not make the search blind to the rest. A categorical kernel gives its
/// own category 1 + 1 / (count + 1) shares of probability and every other one 1 / (count + 1).
/// Sources: S. Falkner, A. Klein, F. Hutter, "BOHB" (2018) for the product kernels; S. Watanabe, "Tree-structured
/// Parzen estimator: understanding its algorithm components" (2023) for widths, clip and categorical weights.
struct ParzenAxis {
  /// Axes of at most so many values are tabulated: above, a value's part is far narrower than the narrowest kernel.
  static let tabulatedLevels = 256

  /// Kernel width for one observation. The sources have 0.2, but 0.12 found better values on all of Branin, Hartmann,
  /// Ackley, Rastrigin, Schwefel and two spaces with categories, within 60 to 200 trials.
  static let breadth = 0.12

  let levels: Int
  let isTabulated: Bool
  /// Width of an observation's kernel; the prior's is 1.
  let sigma: Double
  private let isCategorical: Bool
  /// Tabulated numeric axes: log mass of the value k parts away from the kernel's, before it is cut off.
  private let logMasses: [Double]
  /// Tabulated numeric axes: log of the kernel's mass between the ends, by the kernel's value.
  private let logTotals: [Double]
  /// Tabulated axes: log probability of each value under the prior.
  private let logPrior: [Double]
  /// Categorical axes: log probabilities of the kernel's own category and of another one.
  private let logOwn: Double
  private let logOther: Double

  /// - Parameters:
  ///   - count: Observations in the mixture.
  ///   - dimensions: Axes of the mixture.
  init(_ axis: UnitAxis, count: Int, dimensions: Int) {
    levels = axis.levels
    isCategorical = axis.isCategorical
    isTabulated = axis.isCategorical || (1...Self.tabulatedLevels).contains(axis.levels)
    let scott = Self.breadth * pow(Double(max(1, count)), -1 / Double(dimensions + 4))
    sigma = min(1, max(scott, 1 / min(100, Double(count) + 2)))
    let share = 1 / Double(count + 1)
    let all = 1 + Double(max(1, levels)) * share
    (logOwn, logOther) = (log((1 + share) / all), log(share / all))
    guard isTabulated, !isCategorical else {
      (logMasses, logTotals) = ([], [])
      logPrior = isTabulated ? Array(repeating: -log(Double(levels)), count: levels) : []
      return
    }
    let sigma = sigma
    let part = 1 / Double(levels)
    logMasses = (0..<levels).map { away in
      log(max(Self.mass(from: (Double(away) - 0.5) * part / sigma, to: (Double(away) + 0.5) * part / sigma), 1e-300))
    }
    logTotals = (0..<levels).map { log(Self.cutMass((Double($0) + 0.5) * part, sigma: sigma)) }
    let priorTotal = Self.cutMass(0.5, sigma: 1)
    logPrior = (0..<levels).map { level in
      log(Self.mass(from: Double(level) * part - 0.5, to: Double(level + 1) * part - 0.5) / priorTotal)
    }
  }

  /// Mass of the standard normal distribution between two points; precise in both tails.
  static func mass(from low: Double, to high: Double) -> Double {
    let root = 0.5.squareRoot()
    if low > 0 { return 0.5 * (erfc(low * root) - erfc(high * root)) }
    return 0.5 * (erf(high * root) - erf(low * root))
  }

  /// Mass within [0, 1] of a Gaussian centred there.
  static func cutMass(_ centre: Double, sigma: Double) -> Double {
    let scale = 0.5.squareRoot() / sigma
    return 0.5 * (erf((1 - centre) * scale) + erf(centre * scale))
  }

  /// The same for four kernels, within 2e-7.
  static func cutMass(_ centre: SIMD4<Double>, sigma: Double) -> SIMD4<Double> {
    let scale = 0.5.squareRoot() / sigma
    let reach = SIMD4<Double>(repeating: 26)
    func within(_ x: SIMD4<Double>) -> SIMD4<Double> { x.replacing(with: reach, where: x .> reach) }
    return 0.5 * (errorFunction(within((1 - centre) * scale)) + errorFunction(within(centre * scale)))
  }

  /// Which of its values a position of a tabulated axis is.
  func level(_ position: Double) -> Int { min(levels - 1, Int(position * Double(levels))) }

  /// log density of the prior at a position, or log probability of its value on a tabulated axis.
  func logPrior(position: Double) -> Double {
    if isTabulated { return logPrior[level(position)] }
    let away = position - 0.5
    return -0.5 * away * away - Self.logPriorScale
  }

  /// log of sqrt(2 pi) times the prior's mass between the ends.
  private static let logPriorScale = log((2 * Double.pi).squareRoot() * cutMass(0.5, sigma: 1))

  /// Fills `row` with the log probability of value `level` under the kernel of each value.
  func fill(_ row: UnsafeMutableBufferPointer<Double>, level: Int) {
    if isCategorical {
      for kernel in 0..<levels { row[kernel] = logOther }
      row[level] = logOwn
    } else {
      for kernel in 0..<levels { row[kernel] = logMasses[abs(level - kernel)] - logTotals[kernel] }
    }
  }

  /// A draw from the kernel at `centre`, or from the prior if that is nil, as a position.
  func draw(_ centre: Double?, _ random: inout CounterRandom) -> Double {
    let uniform = random.nextUniform()
    if isCategorical {
      guard let centre, uniform < exp(logOwn) - exp(logOther) else {
        // What is left of a kernel after its own category's surplus is even, like the prior.
        return (Double(random.nextInteger(below: UInt64(levels))) + 0.5) / Double(levels)
      }
      return centre
    }
    let (centre, sigma) = (centre ?? 0.5, centre == nil ? 1 : sigma)
    let below = 0.5 * erfc(centre / sigma * 0.5.squareRoot())
    let quantile = normalQuantile(below + uniform * Self.cutMass(centre, sigma: sigma))
    let position = min(1, max(0, centre + sigma * quantile))
    guard levels > 0 else { return position }
    return (Double(min(levels - 1, Int(position * Double(levels)))) + 0.5) / Double(levels)
  }
}
