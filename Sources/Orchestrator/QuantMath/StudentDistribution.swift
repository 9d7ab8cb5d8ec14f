// Student's t distribution: how far a mean strays when its error is itself estimated from few values.

import Glibc

/// Student's t distribution with a number of degrees of freedom.
package struct StudentDistribution: Hashable, Sendable {
  /// At least 1; n - 1 for the mean of n values.
  package let degrees: Int

  /// - Precondition: `degrees` is at least 1.
  package init(degrees: Int) {
    precondition(degrees >= 1, "Student's distribution needs a degree of freedom")
    self.degrees = degrees
  }

  /// The probability that a value lies above `t`; absolute error below 1e-13.
  ///
  /// P(T > t) = I_x(v / 2, 1 / 2) / 2 for t >= 0 with x = v / (v + t^2) and the regularised incomplete beta function I.
  /// Source: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.1.
  package func probability(above t: Double) -> Double {
    guard !t.isNaN else { return .nan }
    let v = Double(degrees)
    let square = t * t
    guard square.isFinite else { return t > 0 ? 0 : 1 }
    let tail = regularisedBeta(v / (v + square), complement: square / (v + square), v / 2, 0.5) / 2
    return t >= 0 ? tail : 1 - tail
  }

  /// The value exceeded with `probability`, between 0 and 1 (exclusive), by bisection.
  ///
  /// - Precondition: 0 < probability < 1.
  package func value(exceededWith probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability between 0 and 1")
    if probability > 0.5 { return -value(exceededWith: 1 - probability) }
    if probability == 0.5 { return 0 }
    var high = 1.0
    while self.probability(above: high) > probability, high < 1e300 { high *= 2 }
    var low = high == 1 ? 0 : high / 2
    // Each step halves the bracket; the doubles between its ends run out before the limit.
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if self.probability(above: middle) > probability { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }
}

/// The regularised incomplete beta function I_x(a, b); `complement` is 1 - x, given apart because it may be tiny.
///
/// By the continued fraction, on whichever side of the mean it converges quickly.
/// Source: Abramowitz and Stegun, 26.5.8, evaluated by the modified Lentz method.
private func regularisedBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if complement <= 0 { return 1 }
  let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(complement))
  if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
  return 1 - front * betaFraction(complement, b, a) / b
}

/// The continued fraction of the incomplete beta function.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300
  func safe(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / safe(1 - (a + b) * x / (a + 1))
  var fraction = d
  for step in 1...2000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / safe(1 + even * d)
    c = safe(1 + even / c)
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / safe(1 + odd * d)
    c = safe(1 + odd / c)
    let factor = d * c
    fraction *= factor
    if abs(factor - 1) < 1e-16 { break }
  }
  return fraction
}
