// The fast side of a forest: its C layout and the calls that predict with it. Nothing here allocates after init.

import CHotPath

/// Predicts with a forest.
///
/// The object is immutable after `init`: any number of threads may use one. Callers give the memory for the answers, so
/// prediction allocates nothing.
package final class ForestPredictor: @unchecked Sendable {
  /// How the trees are walked; all walks give the same bits.
  package enum Walk: Int32, Sendable {
    /// A branch a split: categorical splits and other irregular forests.
    case plain = 1
    /// Sixteen trees side by side, without branches.
    case interleaved = 2
    /// Thirty-two trees in the bytes of a register, on a quantised row; needs AVX2.
    case lanes = 3
  }

  /// Values a row.
  package let featureCount: Int
  /// Margins a row.
  package let marginCount: Int
  /// Values of a prediction; never more than `marginCount`.
  package let outputCount: Int
  /// The walk that was chosen for this forest.
  package let walk: Walk
  private let link: ForestLink
  private let arithmetic: ForestArithmetic
  private let marginDivisor: Double
  private let handle: OpaquePointer

  /// Lays the forest out for the kernel; takes a few milliseconds for a thousand trees.
  package init(_ forest: Forest) throws(ForestError) {
    featureCount = forest.featureCount
    marginCount = forest.groupCount
    outputCount = forest.outputCount
    link = forest.link
    arithmetic = forest.arithmetic
    marginDivisor = forest.marginDivisor
    guard let handle = Self.build(forest) else {
      throw ForestError(
        .tooLarge, "the forest does not fit the kernel: \(forest.trees.count) trees, \(forest.nodes.count) nodes")
    }
    self.handle = handle
    guard let walk = Walk(rawValue: hp_forest_walk(handle)) else {
      preconditionFailure("the kernel names a walk that this type does not know")
    }
    self.walk = walk
  }

  deinit {
    hp_forest_destroy(handle)
  }

  private static func build(_ forest: Forest) -> OpaquePointer? {
    let nodes = forest.nodes.map(hp_forest_node.init)
    let trees = forest.trees.map(hp_forest_tree.init)
    // The kernel takes no null pointers: an empty list still has an address.
    let words = forest.categoryWords.isEmpty ? [0] : forest.categoryWords
    return nodes.withUnsafeBufferPointer { nodes in
      trees.withUnsafeBufferPointer { trees in
        words.withUnsafeBufferPointer { words in
          forest.baseMargins.withUnsafeBufferPointer { base in
            var none = hp_forest_node()
            var noTree = hp_forest_tree()
            return withUnsafePointer(to: &none) { none in
              withUnsafePointer(to: &noTree) { noTree in
                guard let wordStart = words.baseAddress, let baseStart = base.baseAddress else { return nil }
                var description = hp_forest_description(
                  nodes: nodes.baseAddress ?? none, trees: trees.baseAddress ?? noTree, set_words: wordStart,
                  base: baseStart, node_count: UInt32(nodes.count), tree_count: UInt32(trees.count),
                  set_word_count: UInt32(forest.categoryWords.count), feature_count: UInt32(forest.featureCount),
                  group_count: UInt32(base.count), arithmetic: UInt32(forest.arithmetic.rawValue))
                var built: OpaquePointer?
                return hp_forest_create(&description, &built) == 0 ? built : nil
              }
            }
          }
        }
      }
    }
  }

  /// Margins of one row: sums of leaves on the base margins, before the link.
  ///
  /// `row` holds `featureCount` values, NaN where one is missing; `margins` receives `marginCount` values. XGBoost's
  /// sums are single precision, widened.
  package func margins(_ row: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
    hp_forest_predict(handle, row, margins)
  }

  /// Margins of `count` rows that lie behind each other.
  package func margins(rows: UnsafePointer<Float>, count: Int, into margins: UnsafeMutablePointer<Double>) {
    hp_forest_predict_rows(handle, rows, count, margins)
  }

  /// Margins of one row by a walk of the caller's choice, for comparisons; `plain` is the obvious twin.
  ///
  /// False when the forest has no such walk, or when the row's missing values have no place in it.
  @discardableResult
  package func margins(
    _ row: UnsafePointer<Float>, by walk: Walk, into margins: UnsafeMutablePointer<Double>
  ) -> Bool {
    hp_forest_predict_by(handle, walk.rawValue, row, margins) == 0
  }

  /// The prediction of one row: the link applied to its margins.
  ///
  /// `output` must have room for `marginCount` values, because the margins are computed in it; the first `outputCount`
  /// are the answer.
  package func predict(_ row: UnsafePointer<Float>, into output: UnsafeMutablePointer<Double>) {
    hp_forest_predict(handle, row, output)
    apply(output)
  }

  /// The predictions of `count` rows that lie behind each other, each as ``predict(_:into:)`` gives it, to the bit.
  ///
  /// `outputs` must have room for `marginCount` values a row; the first `outputCount` of each are the answer.
  package func predict(rows: UnsafePointer<Float>, count: Int, into outputs: UnsafeMutablePointer<Double>) {
    hp_forest_predict_rows(handle, rows, count, outputs)
    for row in 0..<count { apply(outputs + row * marginCount) }
  }

  /// From margins to predictions, in place.
  private func apply(_ output: UnsafeMutablePointer<Double>) {
    if marginDivisor != 1 {
      for index in 0..<marginCount { output[index] /= marginDivisor }
    }
    link.apply(output, count: marginCount, arithmetic: arithmetic)
  }
}

extension hp_forest_node {
  /// The kernel's form of a node.
  fileprivate init(_ node: DecisionNode) {
    self.init()
    value = node.value
    left = node.left
    feature = node.feature
    set_start = node.setStart
    set_words = node.setWords
    missing = node.missing.rawValue
    var bits = node.kind == .leaf ? HP_FOREST_LEAF : 0
    if node.defaultLeft { bits |= HP_FOREST_DEFAULT_LEFT }
    if node.kind == .categorical { bits |= HP_FOREST_CATEGORICAL }
    flags = UInt8(bits)
  }
}

extension hp_forest_tree {
  /// The kernel's form of a tree.
  fileprivate init(_ tree: DecisionTree) {
    self.init(
      first_node: UInt32(tree.firstNode), node_count: UInt32(tree.nodeCount), group: UInt32(tree.group))
  }
}
