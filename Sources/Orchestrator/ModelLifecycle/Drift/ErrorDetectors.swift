// Detectors for streams of mistakes: 1 for a wrong forecast, 0 for a right one, or losses in between.

import Glibc

/// The drift detection method: an error rate that has risen above its best by so many of its standard errors.
///
/// Source: J. Gama et al., "Learning with drift detection" (2004).
package struct ErrorRateDetector: StreamDetector {
  package let warmUp: Int
  private var count = 0
  private var rate = 0.0
  private var (bestRate, bestError) = (0.0, Double.infinity)

  package init(warmUp: Int = 30) { self.warmUp = warmUp }

  package mutating func observe(_ value: Double) -> Double {
    count += 1
    rate += (value - rate) / Double(count)
    let error = (max(0, rate * (1 - rate)) / Double(count)).squareRoot()
    guard count > warmUp else { return 0 }
    if rate + error <= bestRate + bestError { (bestRate, bestError) = (rate, error) }
    let rise = rate + error - bestRate
    return bestError > 0 ? rise / bestError : rise > 0 ? .infinity : 0
  }

  package mutating func settle() { self = ErrorRateDetector(warmUp: warmUp) }
}

/// The early drift detection method: mistakes that come closer together than they did.
///
/// Source: M. Baena-Garcia et al., "Early drift detection method" (2006).
package struct ErrorDistanceDetector: StreamDetector {
  package let warmUp: Int
  private var (count, errors, newest) = (0, 0, 0)
  private var (mean, squares) = (0.0, 0.0)
  private var largest = -1.0
  private var evidence = 0.0

  package init(warmUp: Int = 30) { self.warmUp = warmUp }

  package mutating func observe(_ value: Double) -> Double {
    count += 1
    guard value == 1 else { return evidence }
    errors += 1
    let distance = Double(count - newest)
    newest = count
    let step = distance - mean
    mean += step / Double(errors)
    squares += step * (distance - mean)
    guard count > warmUp else { return evidence }
    let reach = mean + 2 * (errors > 1 ? squares / Double(errors - 1) : 0).squareRoot()
    if reach > largest {
      largest = reach
    } else if errors > warmUp {
      evidence = 1 - reach / largest
    }
    return evidence
  }

  package mutating func settle() { self = ErrorDistanceDetector(warmUp: warmUp) }
}

/// Hoeffding's bound on means before and after a cut; values lie in 0...1. In both directions if wished.
///
/// The evidence is the logarithm of the inverse confidence at which the bound would just be passed.
/// Source: I. Frias-Blanco et al., "Online and non-parametric drift detection methods based on Hoeffding's bounds"
/// (2015), test A.
package struct HoeffdingMeanDetector: StreamDetector {
  package let isTwoSided: Bool
  /// Of the bounds that choose the cut.
  package let confidence: Double
  private var total = (count: 0.0, mean: 0.0)
  private var lowest = (count: 0.0, mean: 0.0)
  private var highest = (count: 0.0, mean: 0.0)

  package init(isTwoSided: Bool = false, confidence: Double = 0.001) {
    self.isTwoSided = isTwoSided
    self.confidence = confidence
  }

  package mutating func observe(_ value: Double) -> Double {
    total.count += 1
    total.mean += (value - total.mean) / total.count
    if lowest.count == 0 { lowest = total }
    if highest.count == 0 { highest = total }
    if lowest.mean + bound(lowest.count) >= total.mean + bound(total.count) { lowest = total }
    if highest.mean - bound(highest.count) <= total.mean - bound(total.count) { highest = total }
    let rise = evidence(total.mean - lowest.mean, since: lowest.count)
    return isTwoSided ? max(rise, evidence(highest.mean - total.mean, since: highest.count)) : rise
  }

  private func bound(_ count: Double) -> Double { (log(1 / confidence) / (2 * count)).squareRoot() }

  private func evidence(_ gap: Double, since count: Double) -> Double {
    guard count < total.count, gap > 0 else { return 0 }
    let share = (total.count - count) / (count * total.count)
    return max(0, 2 * gap * gap / share - log(2))
  }

  package mutating func settle() {
    self = HoeffdingMeanDetector(isTwoSided: isTwoSided, confidence: confidence)
  }
}

/// McDiarmid's bound on exponentially weighted means before and after a cut; values lie in 0...1.
///
/// Source: I. Frias-Blanco et al. (2015), test W.
package struct HoeffdingWeightedDetector: StreamDetector {
  /// Weight of the newest value.
  package let weight: Double
  package let isTwoSided: Bool
  package let confidence: Double
  private var total = Average()
  private var (beforeRise, afterRise) = (Average(), Average())
  private var (beforeFall, afterFall) = (Average(), Average())
  private var (riseCut, fallCut) = (Double.infinity, -Double.infinity)

  package init(weight: Double = 0.05, isTwoSided: Bool = false, confidence: Double = 0.001) {
    self.weight = weight
    self.isTwoSided = isTwoSided
    self.confidence = confidence
  }

  /// A weighted mean with the sum of its squared weights.
  private struct Average: Sendable {
    var mean = 0.0
    var squares = 1.0
    var isEmpty = true

    mutating func update(_ value: Double, _ weight: Double) {
      if isEmpty {
        (mean, squares, isEmpty) = (value, 1, false)
      } else {
        mean += weight * (value - mean)
        squares = weight * weight + (1 - weight) * (1 - weight) * squares
      }
    }
  }

  package mutating func observe(_ value: Double) -> Double {
    total.update(value, weight)
    let bound = (total.squares * log(1 / confidence) / 2).squareRoot()
    if total.mean + bound < riseCut {
      (riseCut, beforeRise, afterRise) = (total.mean + bound, total, Average())
    } else {
      afterRise.update(value, weight)
    }
    let rise = Self.evidence(beforeRise, afterRise)
    guard isTwoSided else { return rise }
    if total.mean - bound > fallCut {
      (fallCut, beforeFall, afterFall) = (total.mean - bound, total, Average())
    } else {
      afterFall.update(value, weight)
    }
    return max(rise, Self.evidence(afterFall, beforeFall))
  }

  private static func evidence(_ low: Average, _ high: Average) -> Double {
    guard !low.isEmpty, !high.isEmpty, high.mean > low.mean else { return 0 }
    return 2 * (high.mean - low.mean) * (high.mean - low.mean) / (low.squares + high.squares)
  }

  package mutating func settle() {
    self = HoeffdingWeightedDetector(weight: weight, isTwoSided: isTwoSided, confidence: confidence)
  }
}
