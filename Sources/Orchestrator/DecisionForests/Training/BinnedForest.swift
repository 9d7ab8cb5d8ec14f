// A forest on bin numbers: what `HistogramBooster` grows. Not for trading: models that trade are `Forest`s on values.

import Glibc

/// One node of a binned tree.
@frozen package struct BinnedNode: Hashable, Sendable {
  /// Column asked for; -1 for a leaf.
  package var feature: Int32
  /// Index of the left child among the forest's nodes, the right one lies directly behind it; 0 for a leaf.
  package var left: Int32
  /// Leaf: what it adds to the margin. Split: what it would add if it were a leaf.
  package var value: Float
  /// Loss reduction of the split; 0 for a leaf.
  package var gain: Float
  /// Sum of hessians that reached the node.
  package var cover: Float
  /// Rows whose bin is at most this go left.
  package var threshold: UInt8

  /// A leaf until it is split.
  package init(cover: Float) {
    feature = -1
    left = 0
    value = 0
    gain = 0
    self.cover = cover
    threshold = 0
  }
}

/// Boosted trees over bin numbers, for a probability.
package struct BinnedForest: Hashable, Sendable {
  /// Margin before the first tree: the log odds of the base rate.
  package var baseMargin: Float
  /// Columns of the rows that it was grown on.
  package let columnCount: Int
  /// First node of each tree.
  package internal(set) var roots: [Int32] = []
  /// Nodes of all trees.
  package internal(set) var nodes: [BinnedNode] = []

  init(baseMargin: Float, columnCount: Int) {
    self.baseMargin = baseMargin
    self.columnCount = columnCount
  }

  /// Sum of the loss reductions of each column's splits: the mean decrease in impurity, unscaled.
  package func gains() -> [Double] {
    var gains = [Double](repeating: 0, count: columnCount)
    for node in nodes where node.feature >= 0 { gains[Int(node.feature)] += Double(node.gain) }
    return gains
  }

  /// Loss that each column's splits save on rows that the forest was not grown on.
  ///
  /// A split replaces its parent's step by its children's; what that saves, to second order with the margins of the
  /// trees before, is summed over the rows at `positions` and all splits of a column. Gains on the training rows are
  /// above 0 for useless columns too, because splits are chosen for them; these are 0 on average.
  /// Source: X. Li, Y. Wang, S. Basu, K. Kumbier, B. Yu (2019), "A debiased MDI feature importance measure for random
  /// forests", NeurIPS 32, in the form for boosting.
  package func heldOutGains(
    _ rows: BinnedRows, targets: [Float], weights: [Float], at positions: [Int32]
  ) -> [Double] {
    var gains = [Double](repeating: 0, count: columnCount)
    var margins = [Float](repeating: baseMargin, count: positions.count)
    var sums = [SIMD2<Double>](repeating: .zero, count: nodes.count)
    let places = (0..<columnCount).map { rows.place(of: $0) }
    for root in roots {
      for (index, position) in positions.enumerated() {
        let row = Int(position)
        let probability = Self.probability(margins[index])
        let gradient = SIMD2(
          Double(weights[row] * (probability - targets[row])),
          Double(weights[row] * probability * (1 - probability)))
        var node = Int(root)
        sums[node] += gradient
        while nodes[node].feature >= 0 {
          let place = places[Int(nodes[node].feature)]
          let bin = rows.bins[place.offset + row * place.stride]
          node = Int(nodes[node].left) + (bin <= nodes[node].threshold ? 0 : 1)
          sums[node] += gradient
        }
        margins[index] += nodes[node].value
      }
    }
    func loss(_ node: Int) -> Double {
      let step = Double(nodes[node].value)
      return sums[node].x * step + 0.5 * sums[node].y * step * step
    }
    for index in nodes.indices where nodes[index].feature >= 0 {
      let left = Int(nodes[index].left)
      gains[Int(nodes[index].feature)] += loss(index) - loss(left) - loss(left + 1)
    }
    return gains
  }

  /// Columns that each tree asks for, ascending.
  package func columnsByTree() -> [[Int]] {
    roots.indices.map { tree in
      let end = tree + 1 < roots.count ? Int(roots[tree + 1]) : nodes.count
      return Set(nodes[Int(roots[tree])..<end].lazy.filter { $0.feature >= 0 }.map { Int($0.feature) }).sorted()
    }
  }

  /// Margins of the rows at `positions`.
  package func margins(_ rows: BinnedRows, at positions: [Int32]) -> [Float] {
    var margins = [Float](repeating: baseMargin, count: positions.count)
    for tree in roots.indices { add(tree: tree, rows, at: positions, to: &margins) }
    return margins
  }

  /// Adds what one tree says of the rows at `positions` to `margins`, times `sign`.
  ///
  /// - Parameter moved: Columns to be read from another row: bins of column c come from `positions[source[i]]` for the
  ///   i-th position when `isMoved[c]`; nil reads every row as it is.
  package func add(
    tree: Int, _ rows: BinnedRows, at positions: [Int32], moved: (isMoved: [Bool], source: [Int32])? = nil,
    sign: Float = 1, to margins: inout [Float]
  ) {
    let places = (0..<columnCount).map { rows.place(of: $0) }
    let root = Int(roots[tree])
    nodes.withUnsafeBufferPointer { nodes in
      rows.bins.withUnsafeBufferPointer { bins in
        for index in positions.indices {
          var node = nodes[root]
          while node.feature >= 0 {
            let column = Int(node.feature)
            var row = Int(positions[index])
            if let moved, moved.isMoved[column] { row = Int(positions[Int(moved.source[index])]) }
            let bin = bins[places[column].offset + row * places[column].stride]
            node = nodes[Int(node.left) + (bin <= node.threshold ? 0 : 1)]
          }
          margins[index] += sign * node.value
        }
      }
    }
  }

  /// Logistic function of a margin.
  @inlinable package static func probability(_ margin: Float) -> Float { 1 / (1 + expf(-margin)) }
}
