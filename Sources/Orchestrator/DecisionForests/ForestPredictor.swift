// The fast side of a forest: its C layout and the calls that predict with it. Nothing here allocates after init.

import CHotPath

/// Predicts with a forest.
///
/// The object is immutable after `init`: any number of threads may use one. Callers give the memory for the answers, so
/// prediction allocates nothing.
package final class ForestPredictor: @unchecked Sendable {
  /// How the trees are walked; both walks give the same bits.
  package enum Walk: Int32, Sendable {
    /// A branch a split: categorical splits and other irregular forests.
    case plain = 1
    /// Sixteen trees side by side, without branches.
    case interleaved = 2
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
  private let memory: UnsafeMutableRawPointer
  private let handle: OpaquePointer

  /// Lays the forest out for the kernel; takes a few milliseconds for a thousand trees.
  package init(_ forest: Forest) throws(ForestError) {
    featureCount = forest.featureCount
    marginCount = forest.groupCount
    outputCount = forest.outputCount
    link = forest.link
    arithmetic = forest.arithmetic
    marginDivisor = forest.marginDivisor
    guard let built = Self.build(forest) else {
      throw ForestError(
        .tooLarge, "the forest does not fit the kernel: \(forest.trees.count) trees, \(forest.nodes.count) nodes")
    }
    memory = built
    handle = OpaquePointer(built)
    guard let walk = Walk(rawValue: hp_forest_walk(handle)) else {
      preconditionFailure("the kernel names a walk that this type does not know")
    }
    self.walk = walk
  }

  deinit {
    memory.deallocate()
  }

  private static func build(_ forest: Forest) -> UnsafeMutableRawPointer? {
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
                return place(&description)
              }
            }
          }
        }
      }
    }
  }

  private static func place(_ description: inout hp_forest_description) -> UnsafeMutableRawPointer? {
    let size = hp_forest_size(&description)
    guard size > 0 else { return nil }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Int(HP_FOREST_ALIGNMENT))
    guard hp_forest_init(memory, size, &description) == 0 else {
      memory.deallocate()
      return nil
    }
    return memory
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

  /// Margins of one row by the obvious walk, whatever `walk` is: the twin for checks.
  package func plainMargins(_ row: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
    hp_forest_predict_plain(handle, row, margins)
  }

  /// The prediction of one row: the link applied to its margins.
  ///
  /// `output` must have room for `marginCount` values, because the margins are computed in it; the first `outputCount`
  /// are the answer.
  package func predict(_ row: UnsafePointer<Float>, into output: UnsafeMutablePointer<Double>) {
    hp_forest_predict(handle, row, output)
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
