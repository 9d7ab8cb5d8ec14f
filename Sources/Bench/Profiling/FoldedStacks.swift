// Call stacks with weights: what a flame graph is drawn from.

/// Stacks, outermost function first, each with what was spent in its innermost function itself.
package struct FoldedStacks: Equatable {
  package private(set) var weights: [[String]: UInt64] = [:]

  package init() {}

  /// Adds to a stack; one without functions is ignored.
  package mutating func add(_ stack: [String], _ weight: UInt64) {
    guard !stack.isEmpty, weight > 0 else { return }
    weights[stack, default: 0] += weight
  }

  package var total: UInt64 { weights.values.reduce(0, +) }

  /// Functions by what was spent in themselves, the hottest first; equals by name.
  package func hottest(_ count: Int) -> [(name: String, weight: UInt64)] {
    var own: [String: UInt64] = [:]
    for (stack, weight) in weights {
      if let last = stack.last { own[last, default: 0] += weight }
    }
    return own.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { ($0.key, $0.value) }
  }
}
