// From what a model says to what it ought to say, given how often it was right.

import Glibc

/// A way of correcting probabilities.
package enum CalibrationMethod: String, CaseIterable, Codable, Sendable {
  /// Nothing is changed.
  case identity
  /// All log probabilities are divided by one number. Source: C. Guo et al., "On calibration of modern neural networks"
  /// (ICML 2017).
  case temperature
  /// A logistic curve on each class's log odds. Source: J. Platt, "Probabilistic outputs for support vector machines"
  /// (1999).
  case platt
  /// A logistic curve on both log probabilities of each class. Source: M. Kull et al., "Beta calibration" (AISTATS
  /// 2017).
  case beta
  /// Any rising curve for each class. Source: B. Zadrozny, C. Elkan, "Transforming classifier scores into accurate
  /// multiclass probability estimates" (KDD 2002).
  case isotonic
}

/// A fitted correction of probabilities over K classes; immutable, and applied without taking memory.
///
/// The curves of one class against the rest are scaled to a sum of 1 afterwards.
package enum CalibrationMap: Hashable, Sendable, Codable {
  case identity
  case temperature(Double)
  /// a and b of each class: sigmoid(a logit(p) + b).
  case platt([LogisticCurve])
  /// a, b and c of each class: sigmoid(a ln p - b ln(1 - p) + c).
  case beta([BetaCurve])
  case isotonic([RisingCurve])

  /// sigmoid(slope x + shift), with x the log odds.
  package struct LogisticCurve: Hashable, Sendable, Codable {
    package var slope: Double
    package var shift: Double
  }

  /// sigmoid(rise ln p - fall ln(1 - p) + shift).
  package struct BetaCurve: Hashable, Sendable, Codable {
    package var rise: Double
    package var fall: Double
    package var shift: Double
  }

  /// Straight lines between points that rise both ways; level outside them.
  package struct RisingCurve: Hashable, Sendable, Codable {
    package var x: [Double]
    package var y: [Double]
  }

  /// Probabilities are held this far from 0 and 1 before logarithms are taken.
  static let margin = 1e-12

  /// Replaces the `classes` probabilities by the corrected ones; they sum to 1.
  ///
  /// - Precondition: the map was fitted for as many classes.
  package func apply(_ p: UnsafeMutablePointer<Double>, classes: Int) {
    switch self {
    case .identity: return
    case .temperature(let temperature):
      var largest = -Double.infinity
      for index in 0..<classes {
        p[index] = log(max(p[index], Self.margin)) / temperature
        largest = max(largest, p[index])
      }
      for index in 0..<classes { p[index] = exp(p[index] - largest) }
    case .platt(let curves):
      precondition(curves.count == classes, "the map was fitted for other classes")
      for index in 0..<classes {
        p[index] = Self.sigmoid(curves[index].slope * Self.logOdds(p[index]) + curves[index].shift)
      }
    case .beta(let curves):
      precondition(curves.count == classes, "the map was fitted for other classes")
      for index in 0..<classes {
        let held = Self.held(p[index])
        let curve = curves[index]
        p[index] = Self.sigmoid(curve.rise * log(held) - curve.fall * log(1 - held) + curve.shift)
      }
    case .isotonic(let curves):
      precondition(curves.count == classes, "the map was fitted for other classes")
      for index in 0..<classes { p[index] = curves[index].value(at: p[index]) }
    }
    var sum = 0.0
    for index in 0..<classes { sum += p[index] }
    // All classes may come to 0 under rising curves: then nothing is known.
    for index in 0..<classes { p[index] = sum > 0 ? p[index] / sum : 1 / Double(classes) }
  }

  /// Whether it is a correction of so many classes that can be applied.
  package func fits(classes: Int) -> Bool {
    func areFinite(_ values: [Double]) -> Bool { values.allSatisfy(\.isFinite) }
    switch self {
    case .identity: return true
    case .temperature(let temperature): return temperature.isFinite && temperature > 0
    case .platt(let curves): return curves.count == classes && areFinite(curves.flatMap { [$0.slope, $0.shift] })
    case .beta(let curves):
      return curves.count == classes && areFinite(curves.flatMap { [$0.rise, $0.fall, $0.shift] })
    case .isotonic(let curves):
      return curves.count == classes
        && curves.allSatisfy { !$0.x.isEmpty && $0.x.count == $0.y.count && areFinite($0.x + $0.y) }
    }
  }

  static func held(_ p: Double) -> Double { min(max(p, margin), 1 - margin) }

  static func logOdds(_ p: Double) -> Double {
    let held = held(p)
    return log(held) - log(1 - held)
  }

  static func sigmoid(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }
}

extension CalibrationMap.RisingCurve {
  /// The curve at `at`.
  package func value(at place: Double) -> Double {
    guard let first = x.first, let last = x.last else { return place }
    if !(place > first) { return y[0] }
    if place >= last { return y[y.count - 1] }
    var (low, high) = (0, x.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if x[middle] <= place { low = middle } else { high = middle }
    }
    return y[low] + (y[high] - y[low]) * (place - x[low]) / (x[high] - x[low])
  }
}
