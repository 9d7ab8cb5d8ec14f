// What a part of a network's outputs means, and how it is judged.

/// Consecutive outputs of a network with their own loss.
package struct LossHead: Hashable, Sendable {
  /// How outputs are compared with what came.
  package enum Kind: Hashable, Sendable {
    /// Logits of classes, one class weight each; the target is the class, 0, 1, 2... `focus` is focal loss's gamma: 0
    /// is cross-entropy, larger values care less about rows that are right already.
    case classes(weights: [Double], focus: Double = 0)
    /// Means of that many numbers, by squared error.
    case means(Int)
    /// Means of that many numbers, by squared error up to `delta` and linear beyond.
    case robustMeans(Int, delta: Double)
    /// The quantiles of one number at those levels, each in 0..<1 and above 0.
    case quantiles([Double])
  }

  package let kind: Kind
  /// Factor of this head's loss in the sum.
  package let weight: Double

  /// - Precondition: there is an output, weights of classes and the head's are not negative, `focus` is not, `delta` is
  ///   positive, levels lie strictly between 0 and 1.
  package init(_ kind: Kind, weight: Double = 1) {
    precondition(weight >= 0, "a head's weight may not be negative")
    switch kind {
    case .classes(let weights, let focus):
      precondition(
        weights.count > 1 && weights.allSatisfy { $0 >= 0 }, "classes need two weights that are not negative")
      precondition(focus >= 0, "a focus may not be negative")
    case .means(let count): precondition(count > 0, "a head needs an output")
    case .robustMeans(let count, let delta): precondition(count > 0 && delta > 0, "a head needs an output, delta > 0")
    case .quantiles(let levels):
      precondition(!levels.isEmpty && levels.allSatisfy { $0 > 0 && $0 < 1 }, "levels lie strictly between 0 and 1")
    }
    self.kind = kind
    self.weight = weight
  }

  /// Outputs that this head takes.
  package var outputs: Int {
    switch kind {
    case .classes(let weights, _): weights.count
    case .means(let count), .robustMeans(let count, _): count
    case .quantiles(let levels): levels.count
    }
  }

  /// Columns of targets that this head takes.
  package var targets: Int {
    switch kind {
    case .classes, .quantiles: 1
    case .means(let count), .robustMeans(let count, _): count
    }
  }
}
