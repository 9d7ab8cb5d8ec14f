// From margins to predictions: the inverse link of an objective, in the arithmetic of the library that trained it.

import Glibc

/// Whose number formats and comparisons a forest follows.
package enum ForestArithmetic: UInt8, Sendable {
  /// `x < threshold` and sums in single precision.
  case xgboost = 1
  /// `x <= threshold` and sums in double precision.
  case lightGBM = 2
}

/// The function that turns the margins of a row into its prediction.
package enum ForestLink: Equatable, Sendable {
  /// The margins themselves.
  case identity
  /// 1 / (1 + exp(-scale * margin)), for each margin by itself.
  case sigmoid(scale: Double)
  /// exp(margin).
  case exponential
  /// log(1 + exp(margin)).
  case softplus
  /// sign(margin) * margin^2, where the labels' square root was learnt.
  case signedSquare
  /// exp(margin) over the sum of all of them: one probability a class.
  case softmax
  /// The number of the largest margin, the first of equals: one value.
  case argmax
  /// 1 for a positive margin, else 0.
  case step

  /// Values a prediction has for `marginCount` margins.
  package func outputCount(marginCount: Int) -> Int {
    self == .argmax ? 1 : marginCount
  }

  /// Turns `count` margins into the prediction, in place; with `argmax` the first value is the answer.
  package func apply(_ values: UnsafeMutablePointer<Double>, count: Int, arithmetic: ForestArithmetic) {
    switch self {
    case .identity: return
    case .sigmoid(let scale):
      for index in 0..<count {
        values[index] =
          arithmetic == .xgboost ? Self.singleSigmoid(values[index]) : 1 / (1 + exp(-scale * values[index]))
      }
    case .exponential:
      for index in 0..<count {
        values[index] = arithmetic == .xgboost ? Double(expf(Float(values[index]))) : exp(values[index])
      }
    case .softplus:
      for index in 0..<count { values[index] = log1p(exp(values[index])) }
    case .signedSquare:
      for index in 0..<count { values[index] *= abs(values[index]) }
    case .softmax:
      arithmetic == .xgboost ? Self.singleSoftmax(values, count: count) : Self.softmax(values, count: count)
    case .argmax:
      var best = 0
      for index in 1..<max(count, 1) where values[index] > values[best] { best = index }
      values[0] = Double(best)
    case .step:
      for index in 0..<count { values[index] = values[index] > 0 ? 1 : 0 }
    }
  }

  /// XGBoost's own form, with its bound against overflow and its guard against a zero denominator.
  private static func singleSigmoid(_ margin: Double) -> Double {
    let exponent = min(-Float(margin), 88.7)
    return Double(1 / (expf(exponent) + 1 + 1e-16))
  }

  /// Single-precision exponentials, summed in double precision and divided in single precision.
  private static func singleSoftmax(_ values: UnsafeMutablePointer<Double>, count: Int) {
    var largest = values[0]
    for index in 1..<count { largest = max(largest, values[index]) }
    var sum = 0.0
    for index in 0..<count {
      values[index] = Double(expf(Float(values[index]) - Float(largest)))
      sum += values[index]
    }
    for index in 0..<count { values[index] = Double(Float(values[index]) / Float(sum)) }
  }

  private static func softmax(_ values: UnsafeMutablePointer<Double>, count: Int) {
    var largest = values[0]
    for index in 1..<count { largest = max(largest, values[index]) }
    var sum = 0.0
    for index in 0..<count {
      values[index] = exp(values[index] - largest)
      sum += values[index]
    }
    for index in 0..<count { values[index] /= sum }
  }
}
