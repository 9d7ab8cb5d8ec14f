// Validation and flattening: from the links of a file to nodes in breadth-first order. After this step every index of a
// forest is known to be good.

/// A node as a file describes it: not yet placed.
struct LinkedNode {
  /// The node; its `left` is not set.
  let node: DecisionNode
  /// Numbers of the children within the tree, as the file has them; unused for a leaf.
  let leftLink: Int
  let rightLink: Int
}

/// Collects trees into a forest's flat arrays.
struct ForestAssembler {
  static let maximumTrees = 1 << 20
  static let maximumNodes = 1 << 26
  static let maximumFeatures = 1 << 20
  static let maximumGroups = 1 << 16
  /// Bounds the memory of categorical sets: one category number of eight digits costs a hostile file ten bytes, but
  /// two million bits here.
  static let maximumCategoryWords = 1 << 21

  let featureCount: Int
  let groupCount: Int
  private(set) var nodes: [DecisionNode] = []
  private(set) var trees: [DecisionTree] = []
  private(set) var categoryWords: [UInt32] = []

  init(featureCount: Int, groupCount: Int, treeCount: Int) throws(ForestError) {
    func check(_ value: Int, _ bounds: ClosedRange<Int>, _ what: String) throws(ForestError) {
      guard bounds.contains(value) else {
        throw ForestError(.tooLarge, "\(value) \(what); supported are \(bounds.lowerBound) to \(bounds.upperBound)")
      }
    }
    try check(featureCount, 0...Self.maximumFeatures, "features")
    try check(groupCount, 1...Self.maximumGroups, "margins a row")
    try check(treeCount, 0...Self.maximumTrees, "trees")
    self.featureCount = featureCount
    self.groupCount = groupCount
    trees.reserveCapacity(treeCount)
  }

  /// Makes room for that many more nodes.
  mutating func reserveNodes(_ count: Int) throws(ForestError) {
    guard count <= Self.maximumNodes - nodes.count else {
      throw ForestError(.tooLarge, "more than \(Self.maximumNodes) nodes")
    }
    nodes.reserveCapacity(nodes.count + count)
  }

  /// Keeps a bit set and returns the place of its first word.
  mutating func addCategories(_ words: some Collection<UInt32>) throws(ForestError) -> UInt32 {
    try checkCategoryRoom(words.count)
    defer { categoryWords.append(contentsOf: words) }
    return UInt32(categoryWords.count)
  }

  /// Keeps the bit set of some category numbers and returns the place and number of its words.
  mutating func addCategories(numbers: ArraySlice<Int64>) throws(ForestError) -> (start: UInt32, words: UInt32) {
    guard let largest = numbers.max(), let smallest = numbers.min(), smallest >= 0, largest < 1 << 24 else {
      let outside = numbers.first { $0 < 0 || $0 >= 1 << 24 }
      throw ForestError(
        .inconsistent,
        outside.map { "category \($0) is not in 0 to 16777215" } ?? "a categorical split has no categories")
    }
    let start = categoryWords.count
    let words = Int(largest) / 32 + 1
    try checkCategoryRoom(words)
    categoryWords.append(contentsOf: repeatElement(0, count: words))
    for number in numbers { categoryWords[start + Int(number) / 32] |= 1 << UInt32(number % 32) }
    return (UInt32(start), UInt32(words))
  }

  private func checkCategoryRoom(_ words: Int) throws(ForestError) {
    guard words <= Self.maximumCategoryWords - categoryWords.count else {
      throw ForestError(
        .tooLarge, "the sets of categorical splits need more than \(Self.maximumCategoryWords * 4) bytes",
        mend: "number the categories from 0 without gaps")
    }
  }

  /// Walks a tree of `count` nodes from node 0, breadth first, and appends it.
  ///
  /// `describe` is asked once for each node that can be reached. Refused: a link out of range, a node with two parents
  /// or with itself or the root below it, a feature that does not exist, a number that is not finite, and any other
  /// number of unreachable nodes than `looseCount`.
  mutating func appendTree(
    count: Int, group: Int, looseCount: Int, describe: (Int) throws(ForestError) -> LinkedNode
  ) throws(ForestError) {
    guard (0..<groupCount).contains(group) else {
      throw ForestError(.inconsistent, "group \(group) is not in 0 to \(groupCount - 1)")
    }
    guard count >= 1 else { throw ForestError(.inconsistent, "a tree without nodes") }
    try reserveNodes(count)
    let first = nodes.count
    var isPlaced = [Bool](repeating: false, count: count)
    var order = [0]
    order.reserveCapacity(count)
    isPlaced[0] = true
    var next = 0
    while next < order.count {
      let number = order[next]
      let linked = try describe(number)
      try check(linked.node, number: number)
      var node = linked.node
      if node.kind != .leaf {
        node.left = UInt32(first + order.count)
        for (link, side) in [(linked.leftLink, "left"), (linked.rightLink, "right")] {
          guard (0..<count).contains(link) else {
            throw ForestError(.inconsistent, "\(side) child \(link) is not in 0 to \(count - 1)", node: number)
          }
          guard !isPlaced[link] else {
            throw ForestError(
              .inconsistent, "\(side) child \(link) is the root or already another node's child", node: number)
          }
          isPlaced[link] = true
          order.append(link)
        }
      }
      nodes.append(node)
      next += 1
    }
    guard count - order.count == looseCount else {
      throw ForestError(
        .inconsistent,
        "\(count - order.count) of \(count) nodes cannot be reached from the root, expected \(looseCount)")
    }
    trees.append(DecisionTree(firstNode: first, nodeCount: order.count, group: group))
  }

  private func check(_ node: DecisionNode, number: Int) throws(ForestError) {
    // LightGBM writes an infinite threshold for a split that parts missing values from all others.
    guard node.kind == .numerical ? !node.value.isNaN : node.value.isFinite, node.gain.isFinite, node.cover.isFinite
    else {
      throw ForestError(.inconsistent, "a threshold, leaf, gain or cover is not a number", node: number)
    }
    guard node.kind == .leaf || Int(node.feature) < featureCount else {
      throw ForestError(
        .inconsistent, "feature \(node.feature) is not in 0 to \(featureCount - 1)", node: number)
    }
  }
}

/// Runs `body` and adds the tree's number to what it throws.
func inTree<Result>(_ index: Int, _ body: () throws(ForestError) -> Result) throws(ForestError) -> Result {
  do throws(ForestError) {
    return try body()
  } catch {
    throw error.inTree(index)
  }
}
