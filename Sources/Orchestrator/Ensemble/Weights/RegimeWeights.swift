// How much each member is believed, in each regime, as its forecasts come true or do not.

import Glibc

/// Settings of ``RegimeWeights``.
package struct WeightPlan: Hashable, Sendable, Codable {
  /// Part of a weight that goes to the other members after each outcome, so that a member that was bad for long can
  /// come back when the market changes: about one over the outcomes between changes.
  package var share: Double
  /// Least weight of a member that is there; at most one over their number.
  package var floor: Double
  /// Age at which a forecast counts half; a fresh one counts whole.
  package var halfLife: Double

  package init(share: Double = 0.005, floor: Double = 0, halfLife: Double = 1) {
    self.share = share
    self.floor = floor
    self.halfLife = halfLife
  }
}

/// Weights of N members in each of R regimes.
///
/// Each regime has weights of its own, learned from the outcomes that fell into it: after an outcome to which the
/// members had given the probabilities p,
///
///     w_i = w_i p_i^r / sum over j of w_j p_j^r          (Bayes; r is the regime's probability)
///     w_i = (1 - a) w_i + a (1 - w_i) / (N - 1)          (fixed share)
///
/// The mixture's probability of an outcome is the weighted mean of the members'. With one regime that is certain, its
/// log loss over T outcomes exceeds that of the best sequence of members with k changes by at most
///
///     ln N + k ln(N - 1) + k ln(1 / a) + (T - 1 - k) ln(1 / (1 - a))
///
/// A member that is absent neither gains nor loses: those that are there share what they had together.
/// Nothing is allocated after initialisation.
/// Sources: M. Herbster, M. Warmuth, "Tracking the best expert" (Machine Learning 32, 1998); Y. Freund et al., "Using
/// and combining predictors that specialize" (STOC 1997).
package final class RegimeWeights {
  package let members: Int
  package let regimes: Int
  package let plan: WeightPlan
  /// (R, N); each row sums to 1.
  private let table: UnsafeMutablePointer<Double>
  /// (N) of the latest mixture.
  private let mixed: UnsafeMutablePointer<Double>

  /// - Parameter prior: (R, N) weights to begin with, as learned from held-out forecasts; nil for equal ones. Rows are
  ///   normalised.
  package init(members: Int, regimes: Int, plan: WeightPlan, prior: [Double]? = nil) throws(WeightError) {
    guard members >= 1, regimes >= 1 else { throw .sizes(members: members, regimes: regimes) }
    guard (0..<1).contains(plan.share), plan.floor >= 0, plan.floor * Double(members) <= 1, plan.halfLife > 0 else {
      throw .plan(plan, members: members)
    }
    let prior = prior ?? Array(repeating: 1, count: members * regimes)
    guard prior.count == members * regimes, prior.allSatisfy({ $0 >= 0 && $0.isFinite }),
      (0..<regimes).allSatisfy({ regime in prior[(regime * members)..<((regime + 1) * members)].reduce(0, +) > 0 })
    else { throw .prior(count: prior.count, needed: members * regimes) }
    self.members = members
    self.regimes = regimes
    self.plan = plan
    table = .allocate(capacity: members * regimes)
    mixed = .allocate(capacity: members)
    mixed.initialize(repeating: 0, count: members)
    for regime in 0..<regimes {
      let row = prior[(regime * members)..<((regime + 1) * members)]
      let sum = row.reduce(0, +)
      for (member, weight) in row.enumerated() {
        (table + regime * members + member).initialize(to: weight / sum)
      }
      if plan.floor > 0 { raise(table + regime * members, least: plan.floor, sum: 1) { _ in true } }
    }
  }

  deinit {
    table.deallocate()
    mixed.deallocate()
  }

  /// Weights in one regime, (N).
  package func weights(regime: Int) -> [Double] {
    precondition(regime >= 0 && regime < regimes, "no such regime")
    return (0..<members).map { table[regime * members + $0] }
  }

  /// Weights (N) for a forecast: the mean over regimes by their `probabilities` (R), less for old forecasts, over the
  /// members that are there.
  ///
  /// - Parameters:
  ///   - ages: (N), in the unit of ``WeightPlan/halfLife``; NaN for a member that is absent.
  /// - Returns: Nil when nobody is there; else good until the next call.
  package func mixture(
    probabilities: UnsafePointer<Double>, ages: UnsafePointer<Double>
  ) -> UnsafePointer<Double>? {
    var sum = 0.0
    for member in 0..<members {
      var weight = 0.0
      for regime in 0..<regimes { weight += probabilities[regime] * table[regime * members + member] }
      let age = ages[member]
      mixed[member] = age >= 0 ? weight * exp2(-age / plan.halfLife) : 0
      sum += mixed[member]
    }
    guard sum > 0 else { return nil }
    for member in 0..<members { mixed[member] /= sum }
    return UnsafePointer(mixed)
  }

  /// Learns from an outcome.
  ///
  /// - Parameters:
  ///   - outcomeProbabilities: (N) what each member had given to what happened; NaN for a member that was absent.
  ///   - probabilities: (R) of the regimes when they forecast.
  package func learn(outcomeProbabilities: UnsafePointer<Double>, probabilities: UnsafePointer<Double>) {
    for regime in 0..<regimes where probabilities[regime] > 0 {
      learn(table + regime * members, outcomeProbabilities, weight: probabilities[regime])
    }
  }

  /// A member that gave nothing to what happened must be able to come back.
  private static let leastProbability = 1e-6

  private func learn(_ row: UnsafeMutablePointer<Double>, _ given: UnsafePointer<Double>, weight: Double) {
    var (before, after, there) = (0.0, 0.0, 0)
    for member in 0..<members where given[member] >= 0 {
      before += row[member]
      after += row[member] * pow(max(given[member], Self.leastProbability), weight)
      there += 1
    }
    guard there > 1, before > 0, after > 0 else { return }
    let scale = before / after
    let share = plan.share * weight
    for member in 0..<members where given[member] >= 0 {
      let posterior = row[member] * pow(max(given[member], Self.leastProbability), weight) * scale
      row[member] = (1 - share) * posterior + share * (before - posterior) / Double(there - 1)
    }
    // Floors are of all the weight that those who are there have together.
    if plan.floor > 0 { raise(row, least: plan.floor * before, sum: before) { given[$0] >= 0 } }
  }

  /// Lifts weights below `least` to it, and takes what that costs from the others in proportion.
  private func raise(
    _ row: UnsafeMutablePointer<Double>, least: Double, sum: Double, among isThere: (Int) -> Bool
  ) {
    // Taking from the others may bring one of them down to the floor in its turn.
    for _ in 0..<members {
      var (low, high) = (0.0, 0.0)
      var isLow = false
      for member in 0..<members where isThere(member) {
        if row[member] <= least {
          isLow = isLow || row[member] < least
          low += least
        } else {
          high += row[member]
        }
      }
      guard isLow, high > 0 else { return }
      for member in 0..<members where isThere(member) {
        row[member] = row[member] <= least ? least : row[member] * (sum - low) / high
      }
    }
  }
}

/// Why weights cannot be made.
package enum WeightError: Error, Hashable, Sendable, CustomStringConvertible {
  case sizes(members: Int, regimes: Int)
  case plan(WeightPlan, members: Int)
  case prior(count: Int, needed: Int)

  package var description: String {
    switch self {
    case .sizes(let members, let regimes):
      return "weights of \(members) members in \(regimes) regimes cannot be: give at least one of each"
    case .plan(let plan, let members):
      return
        "weights with share \(plan.share), floor \(plan.floor) and half-life \(plan.halfLife) cannot be: the share "
        + "lies in 0..<1, the floor between 0 and \(1 / Double(members)), the half-life above 0"
    case .prior(let count, let needed):
      return "\(count) weights to begin with, where \(needed) are needed: one a member and regime, none negative, and "
        + "not all of a regime 0"
    }
  }
}
