// When a trial is stopped before its last fold.

import Glibc

/// Stops trials that are behind. A pure function: the same trial is stopped at the same fold, whoever asks.
package enum Pruner: Hashable, Sendable {
  case none
  /// Behind the middle of the trials before, at the same fold.
  case median(startup: Int = 5, warmUp: Int = 1)
  /// Asynchronous successive halving: at folds 1, eta, eta^2 ... only the best 1 / eta of those that came so far go on.
  /// Source: L. Li et al., "A system for massively parallel hyperparameter tuning" (MLSys 2020).
  case halving(eta: Int = 3)
  /// Halving in brackets that begin to stop trials later and later, taken in turn: what is slow to show is not lost.
  /// Trials are compared within their bracket. Source: L. Li et al., "Hyperband" (JMLR 18, 2018).
  case hyperband(eta: Int = 3, brackets: Int = 3)
  /// Worse than the best trial by a one-sided signed-rank test on the folds that both have run.
  /// Source: F. Wilcoxon, "Individual comparisons by ranking methods" (1945).
  case wilcoxon(p: Double = 0.1, warmUp: Int = 3)

  /// Whether a trial is compared with another one.
  package func compares(_ number: Int, with other: Int) -> Bool {
    guard case .hyperband(_, let brackets) = self else { return true }
    return number % brackets == other % brackets
  }

  /// Whether a trial with these losses, fold by fold, is stopped now.
  ///
  /// - Parameters:
  ///   - number: Of the trial; says its bracket.
  ///   - history: Losses of the trials that it may know and is compared with, fold by fold.
  package func stops(_ number: Int = 0, after losses: [Double], history: [[Double]]) -> Bool {
    let count = losses.count
    switch self {
    case .none: return false
    case .median(let startup, let warmUp):
      let others = history.filter { $0.count >= count }.map { Self.mean($0.prefix(count)) }.sorted()
      guard count >= max(1, warmUp), others.count >= max(1, startup) else { return false }
      return Self.mean(losses[...]) > others[(others.count - 1) / 2]
    case .halving(let eta):
      guard eta >= 2, Self.isRung(count, eta) else { return false }
      let others = history.filter { $0.count >= count }.map { Self.mean($0.prefix(count)) }
      guard others.count >= eta else { return false }
      let own = Self.mean(losses[...])
      return others.count { $0 < own } >= (others.count + 1) / eta
    case .hyperband(let eta, let brackets):
      var first = 1
      for _ in 0..<(number % max(1, brackets)) { first *= max(2, eta) }
      return count >= first && Pruner.halving(eta: eta).stops(after: losses, history: history)
    case .wilcoxon(let p, let warmUp):
      let whole = history.map(\.count).max() ?? 0
      let finished = history.filter { $0.count == whole }
      guard count >= max(1, warmUp), whole > count,
        let best = finished.min(by: { Self.mean($0[...]) < Self.mean($1[...]) })
      else { return false }
      return Self.signedRank(zip(losses, best).map { $0 - $1 }) < p
    }
  }

  private static func isRung(_ count: Int, _ eta: Int) -> Bool {
    var rung = 1
    while rung < count { rung *= eta }
    return rung == count
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Probability of so large a sum of ranks of the positive differences if both signs are equally likely; exact.
  package static func signedRank(_ differences: [Double]) -> Double {
    let kept = differences.filter { $0 != 0 }
    guard !kept.isEmpty else { return 1 }
    let order = kept.indices.sorted { abs(kept[$0]) < abs(kept[$1]) }
    // Ranks doubled, so that ties share whole numbers.
    var ranks = [Int](repeating: 0, count: kept.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, abs(kept[order[last + 1]]) == abs(kept[order[first]]) { last += 1 }
      for place in first...last { ranks[order[place]] = first + last + 2 }
      first = last + 1
    }
    let total = ranks.reduce(0, +)
    var ways = [Double](repeating: 0, count: total + 1)
    ways[0] = 1
    for rank in ranks {
      for sum in stride(from: total, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
    }
    let seen = kept.indices.filter { kept[$0] > 0 }.reduce(0) { $0 + ranks[$1] }
    return ways[seen...].reduce(0, +) / pow(2, Double(kept.count))
  }
}
