// The values that one hyper-parameter may take, and how a number in [0, 1) picks one of them.

import Glibc

/// The values that one hyper-parameter may take. All bounds are inclusive.
package enum ParameterDomain: Hashable, Sendable {
  /// Any number between the bounds, evenly spread.
  case float(low: Double, high: Double)
  /// Any number between positive bounds, its logarithm evenly spread.
  case logarithmic(low: Double, high: Double)
  /// `low`, `low + step`, ... up to `high`.
  case stepped(low: Double, high: Double, step: Double)
  /// `low`, `low + step`, ... up to `high`.
  case integer(low: Int, high: Int, step: Int = 1)
  /// One of several names; unordered.
  case categorical([String])

  /// What is wrong with the domain; nil if nothing is.
  var problem: String? {
    switch self {
    case .float(let low, let high), .logarithmic(let low, let high), .stepped(let low, let high, _):
      guard low.isFinite, high.isFinite else { return "bounds \(low) and \(high) must be finite" }
      guard low <= high else { return "low (\(low)) exceeds high (\(high))" }
      guard (high - low).isFinite else { return "the distance from \(low) to \(high) overflows: narrow the range" }
      if case .logarithmic = self, low <= 0 { return "a logarithmic range needs a positive low bound, not \(low)" }
      if case .stepped(_, _, let step) = self {
        guard step.isFinite, step > 0 else { return "step (\(step)) must be finite and positive" }
        guard (high - low) / step < 1e9 else { return "step (\(step)) divides the range into over 1e9 values" }
      }
    case .integer(let low, let high, let step):
      guard low <= high else { return "low (\(low)) exceeds high (\(high))" }
      guard step >= 1 else { return "step (\(step)) must be at least 1" }
      guard high.subtractingReportingOverflow(low).overflow == false, high - low < Int.max else {
        return "the distance from \(low) to \(high) overflows: narrow the range"
      }
    case .categorical(let names):
      guard !names.isEmpty else { return "it has no categories" }
      guard Set(names).count == names.count else { return "a category is named twice among \(names)" }
    }
    return nil
  }

  /// Number of values; nil where they are not countable.
  package var count: Int? {
    switch self {
    case .float(let low, let high), .logarithmic(let low, let high): return low == high ? 1 : nil
    // The slack counts 0.3 as the fourth value of 0, 0.1, 0.2, 0.3 although 0.3 / 0.1 rounds below 3.
    case .stepped(let low, let high, let step): return Int((high - low) / step + 1e-9) + 1
    case .integer(let low, let high, let step): return (high - low) / step + 1
    case .categorical(let names): return names.count
    }
  }

  /// Value number `index` of a countable domain, ascending or in the order of declaration.
  ///
  /// - Precondition: the domain is countable and `index` lies below ``count``.
  package func value(index: Int) -> ParameterValue {
    switch self {
    case .float(let low, _), .logarithmic(let low, _): return .float(low)
    case .stepped(let low, let high, let step): return .float(min(high, low + Double(index) * step))
    case .integer(let low, _, let step): return .integer(low + index * step)
    case .categorical(let names): return .category(names[index])
    }
  }

  /// Whether a value is one of the domain's.
  package func contains(_ value: ParameterValue) -> Bool {
    switch (self, value) {
    case (.float(let low, let high), .float(let value)), (.logarithmic(let low, let high), .float(let value)):
      return value >= low && value <= high
    case (.stepped(let low, let high, let step), .float(let value)):
      let place = (value - low) / step
      return value >= low && value <= high && (abs(place - place.rounded()) < 1e-6 || value == high)
    case (.integer(let low, let high, let step), .integer(let value)):
      return value >= low && value <= high && (value - low) % step == 0
    case (.categorical(let names), .category(let name)): return names.contains(name)
    default: return false
    }
  }

  /// Where a value lies: the inverse of ``value(position:)``, the middle of its part for a countable domain.
  package func position(of value: ParameterValue) -> Double {
    func share(_ value: Double, _ low: Double, _ high: Double) -> Double {
      high > low ? min(1, max(0, (value - low) / (high - low))) : 0.5
    }
    func middle(_ index: Int) -> Double { (Double(index) + 0.5) / Double(count ?? 1) }
    switch (self, value) {
    case (.float(let low, let high), .float(let value)): return share(value, low, high)
    case (.logarithmic(let low, let high), .float(let value)): return share(log(value), log(low), log(high))
    case (.stepped(let low, _, let step), .float(let value)): return middle(Int(((value - low) / step).rounded()))
    case (.integer(let low, _, let step), .integer(let value)): return middle((value - low) / step)
    case (.categorical(let names), .category(let name)): return middle(names.firstIndex(of: name) ?? 0)
    default: preconditionFailure("\(value) is no value of \(self)")
    }
  }

  /// Whether its values have no order.
  package var isCategorical: Bool {
    if case .categorical = self { return true }
    return false
  }

  /// The value at `position` in [0, 1] of the range; countable domains are cut into equal parts.
  package func value(position: Double) -> ParameterValue {
    switch self {
    case .float(let low, let high): return .float(min(high, low + position * (high - low)))
    case .logarithmic(let low, let high):
      // The ends are taken as given: exp(log(x)) need not return to x.
      if position == 0 { return .float(low) }
      if position == 1 { return .float(high) }
      return .float(min(high, max(low, exp(log(low) + position * (log(high) - log(low))))))
    case .stepped, .integer, .categorical:
      let values = count ?? 1
      return value(index: min(values - 1, Int(position * Double(values))))
    }
  }
}

extension ParameterDomain: CustomStringConvertible {
  /// `0.001 ... 0.3 (log)`.
  package var description: String {
    switch self {
    case .float(let low, let high): return "\(low) ... \(high)"
    case .logarithmic(let low, let high): return "\(low) ... \(high) (log)"
    case .stepped(let low, let high, let step): return "\(low) ... \(high) step \(step)"
    case .integer(let low, let high, let step):
      return "\(low) ... \(high)" + (step == 1 ? " (integer)" : " step \(step) (integer)")
    case .categorical(let names): return "one of " + names.joined(separator: ", ")
    }
  }
}
