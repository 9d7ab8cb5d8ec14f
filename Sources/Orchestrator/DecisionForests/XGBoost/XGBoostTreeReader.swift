// One tree of an XGBoost model: columns of numbers, one value a node.

/// Reads XGBoost's trees.
struct XGBoostTreeReader {
  private let left: [Int64]
  private let right: [Int64]
  private let features: [Int64]
  private let conditions: [Float]
  private let defaultLeft: [Int64]
  private let splitTypes: [Int64]
  private let gains: [Float]
  private let covers: [Float]
  private let weight: Float?
  private let categories: Categories

  /// The categories of all splits behind each other, and where each node's begin.
  private struct Categories {
    let numbers: [Int64]
    let nodes: [Int64]
    let segments: [Int64]
    let sizes: [Int64]
  }

  /// Reads, checks and appends one tree. `weight` scales its leaves, for dart.
  static func read(
    _ tree: ModelDocument, group: Int, weight: Float?, into assembler: inout ForestAssembler
  ) throws(ForestError) {
    let parameters = try tree.member("tree_param")
    let count = try parameters.member("num_nodes").integerParameter()
    let leafSize = try parameters.member("size_leaf_vector").integerParameter()
    guard leafSize <= 1 else {
      throw ForestError(
        .unsupported, "leaves of \(leafSize) values", mend: "train with multi_strategy=one_output_per_tree")
    }
    let reader = try XGBoostTreeReader(tree, count: count, weight: weight)
    let sets = try reader.addSets(to: &assembler).sorted { $0.node < $1.node }[...]
    let looseCount = try parameters.member("num_deleted").integerParameter()
    let featureCount = assembler.featureCount
    try assembler.appendTree(count: count, group: group, looseCount: looseCount) { number throws(ForestError) in
      try reader.node(number, sets: sets, featureCount: featureCount)
    }
  }

  private init(_ tree: ModelDocument, count: Int, weight: Float?) throws(ForestError) {
    // The first column's length is checked before anything is reserved for the announced count.
    left = try tree.member("left_children").integers(count: count)
    right = try tree.member("right_children").integers(count: count)
    features = try tree.member("split_indices").integers(count: count)
    conditions = try tree.member("split_conditions").floats(count: count)
    defaultLeft = try tree.member("default_left").integers(count: count)
    splitTypes = try tree.member("split_type").integers(count: count)
    gains = try tree.member("loss_changes").floats(count: count)
    covers = try tree.member("sum_hessian").floats(count: count)
    self.weight = weight
    let nodes = try tree.member("categories_nodes").integers()
    categories = Categories(
      numbers: try tree.member("categories").integers(), nodes: nodes,
      segments: try tree.member("categories_segments").integers(count: nodes.count),
      sizes: try tree.member("categories_sizes").integers(count: nodes.count))
  }

  /// The bit set of one node.
  private struct NodeSet {
    let node: Int64
    let start: UInt32
    let words: UInt32
  }

  private func addSets(to assembler: inout ForestAssembler) throws(ForestError) -> [NodeSet] {
    var sets: [NodeSet] = []
    for (index, node) in categories.nodes.enumerated() {
      let (start, size) = (categories.segments[index], categories.sizes[index])
      let total = Int64(categories.numbers.count)
      guard start >= 0, size >= 0, start <= total, size <= total - start else {
        throw ForestError(
          .inconsistent, "categories \(start) to \(start) + \(size) of \(total)", node: Int(node))
      }
      let set = try assembler.addCategories(numbers: categories.numbers[Int(start)..<Int(start + size)])
      sets.append(NodeSet(node: node, start: set.start, words: set.words))
    }
    return sets
  }

  private func node(_ number: Int, sets: ArraySlice<NodeSet>, featureCount: Int) throws(ForestError) -> LinkedNode {
    if left[number] == -1 {
      let value = weight.map { conditions[number] * $0 } ?? conditions[number]
      return LinkedNode(
        node: DecisionNode(
          kind: .leaf, defaultLeft: false, missing: .nan, value: Double(value), left: 0, feature: 0, setStart: 0,
          setWords: 0, gain: 0, cover: covers[number]),
        leftLink: 0, rightLink: 0)
    }
    guard (0..<Int64(featureCount)).contains(features[number]) else {
      throw ForestError(
        .inconsistent, "feature \(features[number]) is not in 0 to \(featureCount - 1)", node: number)
    }
    guard (0...1).contains(defaultLeft[number]), (0...1).contains(splitTypes[number]) else {
      throw ForestError(
        .inconsistent, "default_left \(defaultLeft[number]) or split_type \(splitTypes[number]) is not 0 or 1",
        node: number)
    }
    let isCategorical = splitTypes[number] == 1
    let set = isCategorical ? try find(number, in: sets) : nil
    return LinkedNode(
      node: DecisionNode(
        kind: isCategorical ? .categorical : .numerical, defaultLeft: defaultLeft[number] == 1, missing: .nan,
        value: isCategorical ? 0 : Double(conditions[number]), left: 0, feature: UInt32(features[number]),
        setStart: set?.start ?? 0, setWords: set?.words ?? 0, gain: gains[number], cover: covers[number]),
      leftLink: Int(left[number]), rightLink: Int(right[number]))
  }

  private func find(_ number: Int, in sets: ArraySlice<NodeSet>) throws(ForestError) -> NodeSet {
    var (low, high) = (sets.startIndex, sets.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if sets[middle].node < Int64(number) { low = middle + 1 } else { high = middle }
    }
    guard low < sets.endIndex, sets[low].node == Int64(number) else {
      throw ForestError(.inconsistent, "a categorical split that categories_nodes does not list", node: number)
    }
    guard low + 1 >= sets.endIndex || sets[low + 1].node != Int64(number) else {
      throw ForestError(.inconsistent, "categories_nodes lists the node twice", node: number)
    }
    return sets[low]
  }
}
