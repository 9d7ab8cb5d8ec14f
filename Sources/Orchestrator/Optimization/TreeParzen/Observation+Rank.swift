// Which of two trials is the better one, when some break constraints and some fail.

extension Observation {
  /// Trials that keep the constraints by loss, then those that break them by how much, then those that failed.
  var rank: Rank {
    guard let loss, !loss.isNaN else { return Rank(tier: 2, value: 0) }
    return violation > 0 ? Rank(tier: 1, value: violation) : Rank(tier: 0, value: loss)
  }

  /// Lower is better.
  struct Rank: Comparable {
    let tier: Int
    let value: Double

    static func < (left: Rank, right: Rank) -> Bool {
      left.tier != right.tier ? left.tier < right.tier : left.value < right.value
    }
  }
}
