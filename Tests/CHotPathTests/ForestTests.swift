// The C kernel by itself: random forests through every walk, and descriptions that must be refused.

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

  /// The answer of hp_forest_create; the forest is handed to `body` when it is 0.
  @discardableResult
  func build(_ body: (OpaquePointer) -> Void = { _ in }) -> Int32 {
    with { description in
      var forest: OpaquePointer?
      let answer = hp_forest_create(description, &forest)
      defer { hp_forest_destroy(forest) }
      if let forest { body(forest) }
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

/// A random forest and rows that try it.
private struct Trial {
  var arithmetic: Int
  var trees: Int
  var splits = 40
  var features = 9
  var groups = 1
  var thresholds = edgeThresholds
  var values = edgeValues
  /// By feature, repeated: the rule for missing values of LightGBM splits.
  var missing: [UInt8] = [0, 1, 2]

  /// Compares every walk that the forest has with the plain one; returns how many rows each of them answered.
  func compare(rows rowCount: Int = 300, seed: UInt64) -> [Int: Int] {
    var random = SplitMix(seed: seed)
    var description = Description()
    description.arithmetic = UInt32(arithmetic)
    description.base = (0..<groups).map { Double(Float($0) * 0.3) }
    description.features = UInt32(features)
    let isXGBoost = arithmetic == HP_FOREST_XGBOOST
    let thresholds = isXGBoost ? thresholds.map { Double(Float($0)) }.filter(\.isFinite) : thresholds
    for index in 0..<trees {
      description.appendRandomTree(
        splits: Int(random.next() % UInt64(splits)), group: UInt32(index % groups), random: &random,
        missing: isXGBoost ? [UInt8(HP_FOREST_MISSING_NAN)] : missing, thresholds: thresholds)
    }
    let rows = (0..<rowCount * features).map { _ in values[Int(random.next() % UInt64(values.count))] }
    var answered: [Int: Int] = [:]
    let answer = description.build { forest in
      answered = compare(forest, rows, rowCount)
    }
    #expect(answer == 0)
    return answered
  }

  private func compare(_ forest: OpaquePointer, _ rows: [Float], _ rowCount: Int) -> [Int: Int] {
    var answered: [Int: Int] = [:]
    var batch = [Double](repeating: .nan, count: rowCount * groups)
    hp_forest_predict_rows(forest, rows, rowCount, &batch)
    for index in 0..<rowCount {
      let row = Array(rows[(index * features)..<((index + 1) * features)])
      var plain = [Double](repeating: .nan, count: groups)
      #expect(hp_forest_predict_by(forest, Int32(HP_FOREST_WALK_PLAIN), row, &plain) == 0)
      let expected = plain.map(\.bitPattern)
      for walk in [HP_FOREST_WALK_INTERLEAVED, HP_FOREST_WALK_LANES] {
        var fast = [Double](repeating: .nan, count: groups)
        guard hp_forest_predict_by(forest, Int32(walk), row, &fast) == 0 else { continue }
        answered[walk, default: 0] += 1
        #expect(fast.map(\.bitPattern) == expected, "walk \(walk), row \(row)")
      }
      var chosen = [Double](repeating: .nan, count: groups)
      hp_forest_predict(forest, row, &chosen)
      #expect(chosen.map(\.bitPattern) == expected, "row \(row)")
      #expect(batch[(index * groups)..<((index + 1) * groups)].map(\.bitPattern) == expected, "row \(row) of a batch")
    }
    return answered
  }
}

private let hasLanes = hp_forest_has_lanes() != 0

@Test(arguments: [HP_FOREST_XGBOOST, HP_FOREST_LIGHTGBM], [1, 31, 32, 33, 127, 128, 129, 255, 256, 257, 600])
func everyWalkEqualsThePlainWalkBitForBit(arithmetic: Int, treeCount: Int) {
  let trial = Trial(arithmetic: arithmetic, trees: treeCount, groups: treeCount % 2 == 0 ? 3 : 1)
  let answered = trial.compare(seed: UInt64(treeCount * 2 + arithmetic))
  #expect(answered[HP_FOREST_WALK_INTERLEAVED] == 300)
  // Splits on one value send a missing one to both sides here, so rows with NaN need the second program.
  if hasLanes, treeCount >= 31 { #expect(answered[HP_FOREST_WALK_LANES] == 300) }
}

@Test(arguments: [HP_FOREST_XGBOOST, HP_FOREST_LIGHTGBM], [16, 17, 32, 33, 64, 100, 256])
func rowsOfManyFeaturesTakeTheByteLanesUpToSixtyFour(arithmetic: Int, features: Int) {
  var random = SplitMix(seed: UInt64(features))
  let numbers = (0..<200).map { _ in Double(Int64(random.next() % 2_000) - 1_000) * 0.01 }
  let trial = Trial(
    arithmetic: arithmetic, trees: 200, splits: 60, features: features, thresholds: numbers,
    values: numbers.map(Float.init) + [100, -100])
  let answered = trial.compare(seed: 77)
  // Above, the shuffles that look up a wide row cost more than walking side by side.
  if hasLanes, features <= 64 { #expect(answered[HP_FOREST_WALK_LANES] == 300) }
}

@Test(arguments: [HP_FOREST_XGBOOST, HP_FOREST_LIGHTGBM], [253, 254, 255, 508, 509, 3_000])
func moreThresholdsThanAByteCountsAreSplitOverSlots(arithmetic: Int, thresholds: Int) {
  let numbers = (0..<thresholds).map { Double($0) * 0.25 }
  let trial = Trial(
    arithmetic: arithmetic, trees: 400, features: 1, thresholds: numbers,
    values: numbers.map(Float.init) + [-1, .nan, Float(thresholds), .infinity, -.infinity])
  let answered = trial.compare(rows: 2_000, seed: 3)
  if hasLanes { #expect(answered[HP_FOREST_WALK_LANES] == 2_000) }
}

@Test func treesTooLargeForTheByteLanesTakeTheNextBestWalk() {
  let trial = Trial(arithmetic: HP_FOREST_XGBOOST, trees: 40, splits: 1_500)
  let answered = trial.compare(rows: 100, seed: 5)
  #expect(answered[HP_FOREST_WALK_LANES] == nil)
  #expect(answered[HP_FOREST_WALK_INTERLEAVED] == 100)
}

@Test(arguments: [[UInt8(1)], [1, 0, 2, 1, 2], [2], [0]])
func zerosThatAreMissingTakeTheirDirectionInEveryWalk(missing: [UInt8]) {
  // Features and splits are drawn by chance, so one value meets several rules when the list is longer than a feature.
  let trial = Trial(arithmetic: HP_FOREST_LIGHTGBM, trees: 150, features: 3, missing: missing)
  let answered = trial.compare(seed: UInt64(missing.count))
  if hasLanes { #expect(answered[HP_FOREST_WALK_LANES] == 300) }
}

@Test func aFeatureWhoseZerosAreMissingInSomeSplitsOnlyIsReadByTheByteLanes() {
  var random = SplitMix(seed: 5)
  var description = Description()
  description.arithmetic = UInt32(HP_FOREST_LIGHTGBM)
  description.features = 1
  for missing in [UInt8(HP_FOREST_MISSING_ZERO), UInt8(HP_FOREST_MISSING_NAN), UInt8(HP_FOREST_MISSING_NONE)] {
    for _ in 0..<30 {
      description.appendRandomTree(
        splits: 20, group: 0, random: &random, missing: [missing], thresholds: edgeThresholds)
    }
  }
  description.build { forest in
    #expect(hp_forest_walk(forest) == Int32(hasLanes ? HP_FOREST_WALK_LANES : HP_FOREST_WALK_PLAIN))
    for value in edgeValues {
      var (plain, chosen) = (0.0, 0.0)
      _ = hp_forest_predict_by(forest, Int32(HP_FOREST_WALK_PLAIN), [value], &plain)
      hp_forest_predict(forest, [value], &chosen)
      #expect(plain.bitPattern == chosen.bitPattern, "value \(value)")
    }
  }
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
  #expect(none.build() == -22, "no groups")
}
