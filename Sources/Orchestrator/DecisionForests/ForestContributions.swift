// SHAP values of a forest: each column's part in one prediction. For explanation, not for the hot path.

/// Exact contributions of the columns to the margins of a row.
///
/// They add up: base values plus contributions are the margins, to rounding. XGBoost calls them `pred_contribs`.
package struct ForestContributions: Sendable {
  /// Mean margins over the training rows, one a group: what a forest says that knows nothing of the row.
  package let baseValues: [Double]
  private let forest: Forest
  private let contributions: TreeContributions

  /// - Throws: A forest whose file counts no training rows at some split.
  package init(_ forest: Forest) throws(ForestError) {
    for node in forest.nodes where node.kind != .leaf && !(node.cover > 0) {
      throw ForestError(
        .unsupported, "a split of column \(node.feature) has cover \(node.cover), so contributions cannot be weighed",
        mend: "save the model with its statistics")
    }
    self.forest = forest
    contributions = TreeContributions(
      nodes: forest.nodes.map {
        TreeContributions.Node(
          feature: Int($0.feature), left: Int($0.left), value: $0.value, cover: Double($0.cover))
      })
    var base = forest.baseMargins
    for tree in forest.trees {
      base[tree.group] += contributions.expectation(root: tree.firstNode) / forest.marginDivisor
    }
    baseValues = base
  }

  /// Contributions to the margins of `row`, (groups, columns), row-major.
  package func contributions(of row: [Float]) -> [Double] {
    precondition(row.count == forest.featureCount, "the row must have \(forest.featureCount) values")
    var sums = [Double](repeating: 0, count: forest.groupCount * forest.featureCount)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      for tree in forest.trees {
        contributions.add(
          root: tree.firstNode, goesLeft: { forest.goesLeft(forest.nodes[$0], row) },
          to: start + tree.group * forest.featureCount)
      }
    }
    return forest.marginDivisor == 1 ? sums : sums.map { $0 / forest.marginDivisor }
  }
}

extension Forest {
  /// Whether a row goes left at a split; the obvious twin of the kernel's walks.
  func goesLeft(_ node: DecisionNode, _ row: [Float]) -> Bool {
    let value = row[Int(node.feature)]
    switch arithmetic {
    case .xgboost:
      if value.isNaN { return node.defaultLeft }
      if node.kind == .categorical {
        return !(value >= 0 && value < 16_777_216) || !contains(node, category: UInt32(value))
      }
      return value < Float(node.value)
    case .lightGBM:
      if node.kind == .categorical {
        return value > -1 && value < 2_147_483_648 && contains(node, category: UInt32(Int32(value)))
      }
      // The library's bound is a single-precision constant.
      let isZero = abs(value) <= 1e-35 || (value.isNaN && node.missing != .nan)
      let isMissing: Bool
      switch node.missing {
      case .zeroAndNaN: isMissing = isZero
      case .nan: isMissing = value.isNaN
      case .none: isMissing = false
      }
      return isMissing ? node.defaultLeft : (isZero ? 0 : Double(value)) <= node.value
    }
  }

  private func contains(_ node: DecisionNode, category: UInt32) -> Bool {
    let word = category / 32
    return word < node.setWords && categoryWords[Int(node.setStart + word)] >> (category % 32) & 1 != 0
  }
}

extension BinnedForest {
  /// Mean absolute contribution of each column over the rows at `positions`; 0 without rows.
  package func meanAbsoluteContributions(_ rows: BinnedRows, at positions: [Int32]) -> [Double] {
    let trees = TreeContributions(
      nodes: nodes.map {
        TreeContributions.Node(
          feature: Int($0.feature), left: Int($0.left), value: Double($0.value), cover: Double($0.cover))
      })
    var totals = [Double](repeating: 0, count: columnCount)
    var sums = [Double](repeating: 0, count: columnCount)
    for position in positions {
      for column in sums.indices { sums[column] = 0 }
      sums.withUnsafeMutableBufferPointer { sums in
        guard let start = sums.baseAddress else { return }
        for root in roots {
          trees.add(
            root: Int(root),
            goesLeft: { rows[Int(position), Int(nodes[$0].feature)] <= nodes[$0].threshold }, to: start)
        }
      }
      for column in sums.indices { totals[column] += abs(sums[column]) }
    }
    return totals.map { $0 / Double(max(1, positions.count)) }
  }
}
