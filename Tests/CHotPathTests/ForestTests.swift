// The C kernel by itself: random forests through both walks, and descriptions that must be refused.

import CHotPath
import Testing

/// A forest described in arrays that tests may spoil.
private struct Description {
  var nodes: [hp_forest_node] = []
  var trees: [hp_forest_tree] = []
  var words: [UInt32] = [0]
  var base: [Double] = [0]
  var features: UInt32 = 4
  var arithmetic = UInt32(HP_FOREST_XGBOOST)

  /// Hands the C description to `body`; an empty list still has an address.
  func with<Result>(_ body: (UnsafePointer<hp_forest_description>) -> Result) -> Result {
    let nodeList = nodes.isEmpty ? [hp_forest_node()] : nodes
    let treeList = trees.isEmpty ? [hp_forest_tree()] : trees
    let baseList = base.isEmpty ? [0] : base
    var description = hp_forest_description(
      nodes: Self.copy(nodeList), trees: Self.copy(treeList), set_words: Self.copy(words), base: Self.copy(baseList),
      node_count: UInt32(nodes.count), tree_count: UInt32(trees.count), set_word_count: UInt32(words.count),
      feature_count: features, group_count: UInt32(base.count), arithmetic: arithmetic)
    defer {
      description.nodes.deallocate()
      description.trees.deallocate()
      description.set_words.deallocate()
      description.base.deallocate()
    }
    return body(&description)
  }

  private static func copy<Element>(_ list: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: list.count)
    memory.initialize(from: list, count: list.count)
    return UnsafePointer(memory)
  }

  /// The answer of hp_forest_init; the forest is handed to `body` when it is 0.
  @discardableResult
  func build(shortBy missing: Int = 0, _ body: (OpaquePointer) -> Void = { _ in }) -> Int32 {
    with { description in
      let size = hp_forest_size(description)
      let memory = UnsafeMutableRawPointer.allocate(
        byteCount: max(size, 64), alignment: Int(HP_FOREST_ALIGNMENT))
      defer { memory.deallocate() }
      let answer = hp_forest_init(memory, size - missing, description)
      if answer == 0 { body(OpaquePointer(memory)) }
      return answer
    }
  }

  /// Appends a random tree in breadth-first order.
  mutating func appendRandomTree(
    splits: Int, group: UInt32, random: inout SplitMix, missing: [UInt8], thresholds: [Double]
  ) {
    let first = UInt32(nodes.count)
    var left = splits
    var open = 1
    var next = first + 1
    while open > 0 {
      open -= 1
      var node = hp_forest_node()
      // The last open node must split while splits are left, or the tree would end early.
      if left > 0, open == 0 || random.next() % 3 != 0 {
        left -= 1
        open += 2
        node.feature = UInt32(random.next() % UInt64(features))
        node.value = thresholds[Int(random.next() % UInt64(thresholds.count))]
        node.left = next
        node.missing = missing[Int(node.feature) % missing.count]
        node.flags = random.next() % 2 == 0 ? UInt8(HP_FOREST_DEFAULT_LEFT) : 0
        next += 2
      } else {
        node.flags = UInt8(HP_FOREST_LEAF)
        let value = Double(Int64(bitPattern: random.next()) >> 20) * 0x1p-40
        node.value = arithmetic == UInt32(HP_FOREST_XGBOOST) ? Double(Float(value)) : value
      }
      nodes.append(node)
    }
    trees.append(hp_forest_tree(first_node: first, node_count: UInt32(nodes.count) - first, group: group))
  }
}

/// Values that sit on, beside and far from the thresholds.
private let edgeValues: [Float] = [
  0, -0.0, 1, Float(1).nextUp, Float(1).nextDown, -1, 0.5, 1e-35, -1e-35, 1.1e-35, 1e-45, .nan, .infinity, -.infinity,
  .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 3, -3,
]

private let edgeThresholds: [Double] = [
  0, -0.0, 1, -1, 0.5, 0.1, 1e-35, -1e-35, 1e300, -1e300, 3, 1 + 1e-12, 1 - 1e-12, 1e-320, .infinity, -.infinity,
  Double(Float.greatestFiniteMagnitude), -Double(Float.greatestFiniteMagnitude),
]

@Test(arguments: [HP_FOREST_XGBOOST, HP_FOREST_LIGHTGBM], [1, 15, 16, 17, 255, 256, 257, 600])
func theInterleavedWalkEqualsThePlainWalkBitForBit(arithmetic: Int, treeCount: Int) {
  var random = SplitMix(seed: UInt64(treeCount * 2 + arithmetic))
  var description = Description()
  description.arithmetic = UInt32(arithmetic)
  let groups = treeCount % 2 == 0 ? 3 : 1
  description.base = (0..<groups).map { Double(Float($0) * 0.3) }
  description.features = 9
  let isXGBoost = arithmetic == HP_FOREST_XGBOOST
  let missing: [UInt8] = isXGBoost ? [UInt8(HP_FOREST_MISSING_NAN)] : [0, 1, 2]
  let thresholds = isXGBoost ? edgeThresholds.map { Double(Float($0)) }.filter(\.isFinite) : edgeThresholds
  for index in 0..<treeCount {
    description.appendRandomTree(
      splits: Int(random.next() % 40), group: UInt32(index % groups), random: &random, missing: missing,
      thresholds: thresholds)
  }
  let answer = description.build { forest in
    #expect(hp_forest_walk(forest) == Int32(HP_FOREST_WALK_INTERLEAVED))
    for _ in 0..<300 {
      let row = (0..<9).map { _ in edgeValues[Int(random.next() % UInt64(edgeValues.count))] }
      var plain = [Double](repeating: .nan, count: groups)
      var fast = [Double](repeating: .nan, count: groups)
      hp_forest_predict_plain(forest, row, &plain)
      hp_forest_predict(forest, row, &fast)
      #expect(plain.map(\.bitPattern) == fast.map(\.bitPattern), "row \(row)")
    }
  }
  #expect(answer == 0)
}

@Test func aFeatureWhoseZerosAreSometimesMissingTakesThePlainWalk() {
  var random = SplitMix(seed: 5)
  var description = Description()
  description.arithmetic = UInt32(HP_FOREST_LIGHTGBM)
  description.features = 1
  for missing in [UInt8(HP_FOREST_MISSING_ZERO), UInt8(HP_FOREST_MISSING_NAN)] {
    description.appendRandomTree(splits: 3, group: 0, random: &random, missing: [missing], thresholds: [0.5])
  }
  description.build { #expect(hp_forest_walk($0) == Int32(HP_FOREST_WALK_PLAIN)) }
}

@Test func aForestWithoutTreesGivesItsBase() {
  var description = Description()
  description.base = [1.5, -2]
  let answer = description.build { forest in
    var margins = [0.0, 0.0]
    hp_forest_predict(forest, [0, 0, 0, 0], &margins)
    #expect(margins == [1.5, -2])
  }
  #expect(answer == 0)
}

@Test func categoriesFollowEachLibrarysRule() {
  for (arithmetic, inside, outside) in [(HP_FOREST_XGBOOST, 2.0, 1.0), (HP_FOREST_LIGHTGBM, 1.0, 2.0)] {
    var description = Description()
    description.arithmetic = UInt32(arithmetic)
    description.features = 1
    description.words = [0b1001, 0b10]
    var split = hp_forest_node()
    (split.flags, split.left, split.set_words) = (UInt8(HP_FOREST_CATEGORICAL), 1, 2)
    var leaves = [hp_forest_node(), hp_forest_node()]
    for index in leaves.indices {
      leaves[index].flags = UInt8(HP_FOREST_LEAF)
      leaves[index].value = Double(index + 1)
    }
    description.nodes = [split] + leaves
    description.trees = [hp_forest_tree(first_node: 0, node_count: 3, group: 0)]
    let answer = description.build { forest in
      func margin(_ x: Float) -> Double {
        var margin = 0.0
        hp_forest_predict(forest, [x], &margin)
        return margin
      }
      for x: Float in [0, 0.99, 3, 3.5, 33] { #expect(margin(x) == inside, "category \(x)") }
      for x: Float in [1, 2, 4, 32, 64, 1e6, -1, -5, .infinity, -.infinity, 1e30] {
        #expect(margin(x) == outside, "category \(x)")
      }
      // Values between -1 and 0 cut to category 0 in LightGBM and are invalid in XGBoost; NaN goes right in both, as
      // the split has no default direction.
      #expect(margin(-0.5) == (arithmetic == HP_FOREST_LIGHTGBM ? inside : outside))
      #expect(margin(.nan) == 2)
    }
    #expect(answer == 0)
  }
}

@Test func descriptionsThatDoNotHoldTogetherAreRefused() {
  var random = SplitMix(seed: 9)
  var sound = Description()
  for _ in 0..<3 {
    sound.appendRandomTree(splits: 4, group: 0, random: &random, missing: [0], thresholds: [0.5, 1])
  }
  #expect(sound.build() == 0)
  #expect(sound.build(shortBy: 1) == -22)
  func refused(_ change: (inout Description) -> Void, _ what: Comment) {
    var spoilt = sound
    change(&spoilt)
    #expect(spoilt.build() == -22, what)
  }
  refused({ $0.nodes[0].left = 0 }, "a root that is its own child")
  refused({ $0.nodes[0].left = 2 }, "children that are not breadth first")
  refused({ $0.nodes[0].left = .max }, "a child out of range")
  refused({ $0.nodes[0].feature = 4 }, "a feature out of range")
  refused({ $0.nodes[0].value = .nan }, "a threshold that is not a number")
  refused({ $0.nodes[0].missing = 3 }, "an unknown rule for missing values")
  refused({ $0.nodes[0].missing = 1 }, "a rule for missing values that XGBoost does not have")
  refused({ $0.nodes[8].value = .infinity }, "an infinite leaf")
  refused(
    {
      $0.nodes[0].flags |= UInt8(HP_FOREST_CATEGORICAL); $0.nodes[0].set_words = 2
    }, "a set out of range")
  refused(
    {
      $0.nodes[0].flags |= UInt8(HP_FOREST_CATEGORICAL); $0.nodes[0].set_start = .max
    }, "a set far out of range")
  refused({ $0.trees[1].first_node = 0 }, "trees that overlap")
  refused({ $0.trees[2].node_count -= 1 }, "a tree that ends early")
  refused({ $0.trees[0].node_count = 0 }, "a tree without nodes")
  refused({ $0.trees[0].group = 1 }, "a group out of range")
  refused({ $0.trees.removeLast() }, "nodes without a tree")
  refused({ $0.base = [.nan] }, "a base that is not a number")
  refused({ $0.arithmetic = 3 }, "an unknown arithmetic")
  var none = sound
  none.base = []
  #expect(none.with { hp_forest_size($0) } == 0, "no groups")
}
