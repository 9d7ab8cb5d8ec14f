// Whether probabilities still mean what they say, outcome by outcome.

import Glibc

/// Reliability of forecasts over K classes, over all outcomes with exponential forgetting.
///
/// For each class the forecasts fall into equal bins of probability; a bin keeps how often the class happened and what
/// had been said. The expected calibration error is the mean over classes and outcomes of |happened - said| of the bin.
/// Nothing is allocated after initialisation.
/// Source of the error: M. Pakdaman Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning"
/// (AAAI 2015).
package final class CalibrationMonitor {
  /// One bin of a reliability diagram.
  package struct Bin: Hashable, Sendable {
    /// Weight of the outcomes in it.
    package var weight: Double
    /// Mean probability that was said, and share that happened; nil for an empty bin.
    package var said: Double?
    package var happened: Double?
  }

  package let classes: Int
  package let bins: Int
  /// What is left of an outcome's weight after the next one.
  private let keep: Double
  /// (K, bins, 3): weight, sum of what was said, sum of what happened.
  private let sums: UnsafeMutablePointer<Double>
  private var logLossSum = 0.0
  private var squareSum = 0.0
  private var weight = 0.0

  /// - Parameter halfLife: Outcomes after which one counts half; nil to forget nothing.
  package init(classes: Int, bins: Int = 10, halfLife: Double? = nil) {
    precondition(classes >= 2 && bins >= 1 && halfLife ?? 1 > 0, "a monitor needs two classes, a bin and a half-life")
    self.classes = classes
    self.bins = bins
    keep = halfLife.map { exp2(-1 / $0) } ?? 1
    sums = .allocate(capacity: classes * bins * 3)
    sums.initialize(repeating: 0, count: classes * bins * 3)
  }

  deinit { sums.deallocate() }

  /// Forgets everything.
  package func reset() {
    sums.update(repeating: 0, count: classes * bins * 3)
    (logLossSum, squareSum, weight) = (0, 0, 0)
  }

  /// Takes a forecast (K) and what happened.
  package func observe(_ probabilities: UnsafePointer<Double>, outcome: Int) {
    precondition(outcome >= 0 && outcome < classes, "no such class")
    if keep < 1 {
      for index in 0..<(classes * bins * 3) { sums[index] *= keep }
    }
    for place in 0..<classes {
      let said = probabilities[place]
      let bin = sums + (place * bins + min(bins - 1, max(0, Int(said * Double(bins))))) * 3
      let happened = place == outcome ? 1.0 : 0.0
      bin[0] += 1
      bin[1] += said
      bin[2] += happened
    }
    var squares = 0.0
    for place in 0..<classes {
      let miss = probabilities[place] - (place == outcome ? 1 : 0)
      squares += miss * miss
    }
    logLossSum = keep * logLossSum - log(max(probabilities[outcome], CalibrationMap.margin))
    squareSum = keep * squareSum + squares
    weight = keep * weight + 1
  }

  /// Weight of all outcomes.
  package var observations: Double { weight }
  /// Nats an outcome; nil before the first.
  package var logLoss: Double? { weight > 0 ? logLossSum / weight : nil }
  /// Sum over classes of the squared miss, a mean over outcomes. Source: G. Brier (1950).
  package var brier: Double? { weight > 0 ? squareSum / weight : nil }
  /// Mean over classes and outcomes of the distance between said and happened.
  package var expectedError: Double? {
    guard weight > 0 else { return nil }
    var sum = 0.0
    for index in 0..<(classes * bins) { sum += abs(sums[3 * index + 1] - sums[3 * index + 2]) }
    return sum / weight / Double(classes)
  }

  /// The reliability diagram of one class, lowest probabilities first.
  package func diagram(of place: Int) -> [Bin] {
    (0..<bins).map { bin in
      let at = sums + (place * bins + bin) * 3
      return Bin(
        weight: at[0], said: at[0] > 0 ? at[1] / at[0] : nil, happened: at[0] > 0 ? at[2] / at[0] : nil)
    }
  }
}
