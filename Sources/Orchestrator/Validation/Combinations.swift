// Choices of k out of n, in lexicographic order.

/// k-element subsets of 0..<n.
enum Combinations {
  /// The binomial coefficient, saturating at `Int.max`; 0 when `k` is not in 0...n.
  static func count(of n: Int, choose k: Int) -> Int {
    guard k >= 0, k <= n else { return 0 }
    var result = 1
    for factor in 0..<min(k, n - k) {
      let (product, overflow) = result.multipliedReportingOverflow(by: n - factor)
      if overflow { return .max }
      result = product / (factor + 1)
    }
    return result
  }

  /// All subsets in lexicographic order.
  static func all(of n: Int, choose k: Int) -> [[Int]] {
    guard k >= 0, k <= n else { return [] }
    var result: [[Int]] = []
    var choice = Array(0..<k)
    while true {
      result.append(choice)
      // The rightmost element that can still move right takes all after it along.
      guard let moving = choice.indices.last(where: { choice[$0] < n - k + $0 }) else { return result }
      choice[moving] += 1
      for index in choice.indices where index > moving { choice[index] = choice[index - 1] + 1 }
    }
  }
}
