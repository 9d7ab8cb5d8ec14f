// One tree of a LightGBM model: lists of its splits, lists of its leaves. Children are numbers of splits, or of leaves
// as their complement.

/// Reads LightGBM's trees.
struct LightGBMTreeReader {
  /// Bits of `decision_type`.
  private enum Decision {
    static let categorical: Int64 = 1
    static let defaultLeft: Int64 = 2
    static func missing(_ bits: Int64) -> MissingValues? {
      switch bits >> 2 {
      case 0: MissingValues.none
      case 1: .zeroAndNaN
      case 2: .nan
      default: nil
      }
    }
  }

  private let leafValues: [Double]
  private let leafCovers: [Double]?
  private let features: [Int64]
  private let thresholds: [Double]
  private let decisions: [Int64]
  private let left: [Int64]
  private let right: [Int64]
  private let gains: [Double]?
  private let covers: [Double]?
  private let categoryBoundaries: [Int64]
  private let firstCategoryWord: UInt32

  private var splitCount: Int { features.count }

  /// Reads, checks and appends one tree.
  static func read(
    _ section: LightGBMSection, group: Int, into assembler: inout ForestAssembler
  ) throws(ForestError) {
    if section.contains("is_linear"), try section.integer("is_linear") != 0 {
      throw ForestError(.unsupported, "linear models in the leaves", mend: "train with linear_tree=false")
    }
    let leafCount = try section.integer("num_leaves")
    guard leafCount >= 1 else { throw ForestError(.inconsistent, "num_leaves is \(leafCount)") }
    let reader = try LightGBMTreeReader(section, leafCount: leafCount, assembler: &assembler)
    let featureCount = assembler.featureCount
    try assembler.appendTree(count: 2 * leafCount - 1, group: group, looseCount: 0) { number throws(ForestError) in
      number < reader.splitCount
        ? try reader.split(number, featureCount: featureCount) : reader.leaf(number - reader.splitCount)
    }
  }

  private init(
    _ section: LightGBMSection, leafCount: Int, assembler: inout ForestAssembler
  ) throws(ForestError) {
    // The leaves come first: their list bounds what the announced count may be.
    leafValues = try section.doubles("leaf_value", count: leafCount)
    let splits = leafCount - 1
    leafCovers = try Self.optional("leaf_weight", section, count: leafCount, isStump: splits == 0)
    guard splits > 0 else {
      (features, thresholds, decisions, left, right) = ([], [], [], [], [])
      (gains, covers, categoryBoundaries, firstCategoryWord) = (nil, nil, [], 0)
      return
    }
    features = try section.integers("split_feature", count: splits)
    thresholds = try section.thresholds("threshold", count: splits)
    decisions = try section.integers("decision_type", count: splits)
    left = try section.integers("left_child", count: splits)
    right = try section.integers("right_child", count: splits)
    gains = try Self.optional("split_gain", section, count: splits, isStump: false)
    covers = try Self.optional("internal_weight", section, count: splits, isStump: false)
    let setCount = try section.integer("num_cat")
    guard setCount > 0 else {
      (categoryBoundaries, firstCategoryWord) = ([], 0)
      return
    }
    guard setCount <= splits else { throw ForestError(.inconsistent, "num_cat \(setCount) for \(splits) splits") }
    categoryBoundaries = try section.integers("cat_boundaries", count: setCount + 1)
    let words = try section.integers("cat_threshold")
    guard categoryBoundaries.first == 0, categoryBoundaries.last == Int64(words.count),
      zip(categoryBoundaries, categoryBoundaries.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw ForestError(.inconsistent, "cat_boundaries do not divide the \(words.count) words of cat_threshold")
    }
    guard words.allSatisfy({ (0...Int64(UInt32.max)).contains($0) }) else {
      throw ForestError(.inconsistent, "cat_threshold holds a number that is not a 32-bit word")
    }
    firstCategoryWord = try assembler.addCategories(words.map { UInt32($0) })
  }

  /// A list that importances use but prediction does not; older files lack some, and files of single leaves leave them
  /// empty.
  private static func optional(
    _ key: String, _ section: LightGBMSection, count: Int, isStump: Bool
  ) throws(ForestError) -> [Double]? {
    guard section.contains(key), !isStump else { return nil }
    return try section.doubles(key, count: count)
  }

  private func leaf(_ index: Int) -> LinkedNode {
    LinkedNode(
      node: DecisionNode(
        kind: .leaf, defaultLeft: false, missing: .nan, value: leafValues[index], left: 0, feature: 0, setStart: 0,
        setWords: 0, gain: 0, cover: Float(leafCovers?[index] ?? 0)),
      leftLink: 0, rightLink: 0)
  }

  private func split(_ index: Int, featureCount: Int) throws(ForestError) -> LinkedNode {
    guard (0..<Int64(featureCount)).contains(features[index]) else {
      throw ForestError(
        .inconsistent, "split_feature \(features[index]) is not in 0 to \(featureCount - 1)", node: index)
    }
    let decision = decisions[index]
    guard decision >= 0, let missing = Decision.missing(decision) else {
      throw ForestError(.inconsistent, "decision_type \(decision) is not in 0 to 11", node: index)
    }
    let isCategorical = decision & Decision.categorical != 0
    let set = isCategorical ? try categorySet(index) : (start: 0, words: 0)
    return LinkedNode(
      node: DecisionNode(
        kind: isCategorical ? .categorical : .numerical, defaultLeft: decision & Decision.defaultLeft != 0,
        missing: missing, value: isCategorical ? 0 : thresholds[index], left: 0, feature: UInt32(features[index]),
        setStart: set.start, setWords: set.words, gain: Float(gains?[index] ?? 0), cover: Float(covers?[index] ?? 0)),
      leftLink: try place(left[index], node: index), rightLink: try place(right[index], node: index))
  }

  /// A categorical split's threshold is the number of its set.
  private func categorySet(_ index: Int) throws(ForestError) -> (start: UInt32, words: UInt32) {
    let setCount = categoryBoundaries.count - 1
    guard let set = Int(exactly: thresholds[index]), set >= 0, set < setCount else {
      throw ForestError(
        .inconsistent, "category set \(thresholds[index]) is not in 0 to \(setCount - 1)", node: index)
    }
    let (start, end) = (categoryBoundaries[set], categoryBoundaries[set + 1])
    return (firstCategoryWord + UInt32(start), UInt32(end - start))
  }

  /// Splits keep their numbers, leaves follow them. What is out of range stays so, and is refused with the links.
  private func place(_ child: Int64, node: Int) throws(ForestError) -> Int {
    guard child < splitCount, child >= -Int64(splitCount) - 1 else {
      throw ForestError(
        .inconsistent, "child \(child) is not in \(-splitCount - 1) to \(splitCount - 1)", node: node)
    }
    return child >= 0 ? Int(child) : splitCount + Int(~child)
  }
}
