// The loss of a whole network: the weighted sum over its heads.

/// Heads side by side over a network's outputs, in their order.
///
///     L = sum over heads of weight(head) * sum over rows of w(row) l(head, row) / W(head)
///
/// w(row) is the row's sample weight, for classes times the weight of its class; W(head) is their sum over the whole
/// batch. A batch in chunks therefore gives the sums that it gives at once: ``totals(targets:weights:rows:)`` of the
/// whole batch goes into every chunk's call.
package struct SequenceLoss: Hashable, Sendable {
  package let heads: [LossHead]

  /// - Precondition: there is a head.
  package init(_ heads: [LossHead]) {
    precondition(!heads.isEmpty, "a loss needs a head")
    self.heads = heads
  }

  /// O, outputs of all heads.
  package var outputs: Int { heads.reduce(0) { $0 + $1.outputs } }
  /// K, columns of targets of all heads.
  package var targets: Int { heads.reduce(0) { $0 + $1.targets } }

  /// W of every head over `rows` rows.
  ///
  /// - Parameters:
  ///   - targets: (rows, K); classes as whole numbers.
  ///   - weights: (rows) sample weights, not negative; nil for ones.
  package func totals<Scalar: NetworkScalar>(
    targets: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>?, rows: Int
  ) -> [Double] {
    var totals = [Double](repeating: 0, count: heads.count)
    let columns = self.targets
    for row in 0..<rows {
      let weight = Double(weights?[row] ?? 1)
      var column = row * columns
      for (index, head) in heads.enumerated() {
        totals[index] += weight * Self.classWeight(head, targets[column])
        column += head.targets
      }
    }
    return totals
  }

  /// These rows' part of the loss, and its gradient.
  ///
  /// - Parameters:
  ///   - outputs: (rows, O).
  ///   - targets: (rows, K); classes as whole numbers within their head's range.
  ///   - weights: (rows) sample weights, not negative; nil for ones.
  ///   - totals: W of every head over the whole batch; a head of total 0 has no loss.
  ///   - gradient: (rows, O), overwritten.
  package func evaluate<Scalar: NetworkScalar>(
    outputs: UnsafePointer<Scalar>, targets: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>?, totals: [Double],
    gradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) -> Double {
    precondition(totals.count == heads.count, "totals belong to other heads")
    let (width, columns) = (self.outputs, self.targets)
    var loss = 0.0
    for row in 0..<rows {
      var (output, column) = (row * width, row * columns)
      for (head, total) in zip(heads, totals) {
        let weight = Double(weights?[row] ?? 1) * Self.classWeight(head, targets[column])
        let share = total > 0 ? head.weight * weight / total : 0
        loss +=
          share
          * Double(
            Self.row(head, outputs + output, targets + column, share: Scalar(share), gradient: gradient + output))
        output += head.outputs
        column += head.targets
      }
    }
    return loss
  }

  private static func row<Scalar: NetworkScalar>(
    _ head: LossHead, _ outputs: UnsafePointer<Scalar>, _ targets: UnsafePointer<Scalar>, share: Scalar,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar {
    switch head.kind {
    case .classes(let weights, let focus):
      return RowLoss.classes(
        outputs, target: Int(targets[0]), focus: Scalar(focus), share: share, gradient: gradient, count: weights.count)
    case .means(let count):
      return RowLoss.means(outputs, targets: targets, delta: nil, share: share, gradient: gradient, count: count)
    case .robustMeans(let count, let delta):
      return RowLoss.means(
        outputs, targets: targets, delta: Scalar(delta), share: share, gradient: gradient, count: count)
    case .quantiles(let levels):
      return RowLoss.quantiles(outputs, target: targets[0], levels: levels, share: share, gradient: gradient)
    }
  }

  private static func classWeight<Scalar: NetworkScalar>(_ head: LossHead, _ target: Scalar) -> Double {
    guard case .classes(let weights, _) = head.kind else { return 1 }
    guard let index = Int(exactly: target), weights.indices.contains(index) else {
      preconditionFailure("target \(target) is none of \(weights.count) classes")
    }
    return weights[index]
  }
}
