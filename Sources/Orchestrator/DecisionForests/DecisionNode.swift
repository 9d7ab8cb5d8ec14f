// The parts of a forest as plain values: node, tree and what counts as missing.

/// Which values a numerical split treats as missing.
package enum MissingValues: UInt8, Sendable {
  /// NaN takes the default direction.
  case nan = 0
  /// NaN and values within 1e-35 of zero take the default direction (LightGBM).
  case zeroAndNaN = 1
  /// Nothing is missing: NaN is read as zero (LightGBM).
  case none = 2
}

/// One node of a tree: a split or a leaf.
package struct DecisionNode: Equatable, Sendable {
  /// What the node does with a row.
  package enum Kind: UInt8, Sendable {
    /// Gives `value`.
    case leaf
    /// Compares a feature with the threshold `value`; how, is the forest's arithmetic.
    case numerical
    /// Asks whether a feature, cut to an integer, is in a set of categories.
    case categorical
  }

  package let kind: Kind
  /// Direction of a missing value.
  package let defaultLeft: Bool
  /// What is missing.
  package let missing: MissingValues
  /// Leaf: what it adds to the margin. Numerical split: the threshold, exactly as the model has it;
  /// infinite in LightGBM where only missing values are parted from the rest. Categorical: 0.
  package let value: Double
  /// Index of the left child among the forest's nodes; the right child lies directly behind it. Leaf: 0.
  package internal(set) var left: UInt32
  /// Column of the row. Leaf: 0.
  package let feature: UInt32
  /// Categorical split: first word of its set in `Forest.categoryWords`.
  package let setStart: UInt32
  /// Categorical split: words of its set, 32 categories a word, least significant bit first.
  package let setWords: UInt32
  /// Loss reduction of the split, in the units of the trainer's objective. Leaf: 0.
  package let gain: Float
  /// Sum of hessians of the training rows that reached the node.
  package let cover: Float
}

/// One tree: a run of `Forest.nodes` in breadth-first order, the root first.
package struct DecisionTree: Equatable, Sendable {
  package let firstNode: Int
  package let nodeCount: Int
  /// Which margin the tree adds to: the class, target or quantile.
  package let group: Int

  /// Indices of its nodes in `Forest.nodes`.
  package var nodeRange: Range<Int> { firstNode..<(firstNode + nodeCount) }
}
