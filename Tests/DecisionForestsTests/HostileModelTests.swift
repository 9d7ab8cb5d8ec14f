// Damaged and malicious model files: each is refused with a typed error, and nothing crashes.

import DecisionForests
import Foundation
import QuantMath
import Testing

/// The error that bytes are refused with, or nil when they are accepted.
private func refusal(_ bytes: [UInt8]) -> ForestError? {
  do throws(ForestError) {
    let forest = try Forest(bytes: bytes, named: "hostile")
    _ = try ForestPredictor(forest)
    return nil
  } catch {
    return error
  }
}

private func refusal(_ change: (inout HandWrittenModel) -> Void) -> ForestError? {
  var model = HandWrittenModel()
  change(&model)
  return refusal(Array(model.text.utf8))
}

/// A way to spoil the hand-written model, and words that its refusal must have.
struct Spoiling: Sendable, CustomTestStringConvertible {
  let change: @Sendable (inout HandWrittenModel) -> Void
  let words: String
  var testDescription: String { words }
}

@Test(arguments: [
  Spoiling(change: { $0.left = "[-2,-1,-1]" }, words: "node 0: left child -2"),
  Spoiling(change: { $0.left = "[3,-1,-1]" }, words: "left child 3 is not in 0 to 2"),
  Spoiling(change: { $0.right = "[2147483647,-1,-1]" }, words: "right child 2147483647"),
  Spoiling(change: { $0.right = "[9223372036854775807,-1,-1]" }, words: "right child 9223372036854775807"),
  Spoiling(change: { $0.left = "[0,-1,-1]" }, words: "left child 0 is the root"),
  Spoiling(change: { $0.right = "[1,-1,-1]" }, words: "right child 1 is the root or already another node's child"),
  Spoiling(
    change: {
      $0.left = "[1,0,-1]"; $0.right = "[2,1,-1]"
    }, words: "node 1: left child 0 is the root"),
  Spoiling(
    change: {
      $0.left = "[1,1,-1]"; $0.right = "[2,2,-1]"
    }, words: "node 1: left child 1"),
  Spoiling(change: { $0.left = "[-1,-1,-1]" }, words: "2 of 3 nodes cannot be reached"),
  Spoiling(change: { $0.deleted = "1" }, words: "0 of 3 nodes cannot be reached from the root, expected 1"),
  Spoiling(change: { $0.features = "[2,0,0]" }, words: "feature 2 is not in 0 to 1"),
  Spoiling(change: { $0.features = "[-1,0,0]" }, words: "feature -1"),
  Spoiling(change: { $0.features = "[1,0]" }, words: "split_indices has 2 values, expected 3"),
  Spoiling(change: { $0.conditions = "[1E0,1E0,1E0,1E0]" }, words: "split_conditions has 4 values"),
  Spoiling(change: { $0.conditions = "[NaN,-1E0,1E0]" }, words: "not a number"),
  Spoiling(change: { $0.conditions = "[1E0,1E39,1E0]" }, words: "split_conditions[1] is inf"),
  Spoiling(change: { $0.conditions = "[1E0,-Infinity,1E0]" }, words: "not a number"),
  Spoiling(change: { $0.conditions = "[\"1\",1E0,1E0]" }, words: "split_conditions is not an array of numbers"),
  Spoiling(change: { $0.conditions = "[1E0,\(String(repeating: "1", count: 1_000_000)),1E0]" }, words: "not a number"),
  Spoiling(change: { $0.defaultLeft = "[2,0,0]" }, words: "default_left 2"),
  Spoiling(change: { $0.splitTypes = "[7,0,0]" }, words: "split_type 7"),
  Spoiling(change: { $0.splitTypes = "[1,0,0]" }, words: "a categorical split that categories_nodes does not list"),
  Spoiling(change: { $0.left = "[1.5,-1,-1]" }, words: "left_children is not an array of integers"),
  Spoiling(change: { $0.left = "[01,-1,-1]" }, words: "not a number"),
  Spoiling(change: { $0.nodeCount = "1000000000" }, words: "left_children has 3 values, expected 1000000000"),
  Spoiling(change: { $0.nodeCount = "-3" }, words: "expected -3"),
  Spoiling(change: { $0.treeCount = "1000000000" }, words: "num_trees is 1000000000, but there are 1 trees"),
  Spoiling(change: { $0.groups = "[1]" }, words: "group 1 is not in 0 to 0"),
  Spoiling(change: { $0.groups = "[0,0]" }, words: "tree_info has 2 values, expected 1"),
  Spoiling(change: { $0.featureCount = "99999999999" }, words: "99999999999 features"),
  Spoiling(change: { $0.featureCount = "x" }, words: "num_feature is not an integer"),
  Spoiling(change: { $0.leafSize = "2" }, words: "leaves of 2 values"),
  Spoiling(change: { $0.booster = "gblinear" }, words: "booster gblinear"),
  Spoiling(change: { $0.objective = "survival:aft" }, words: "objective survival:aft"),
  Spoiling(change: { $0.version = "[4,0,0]" }, words: "written by XGBoost 4.0.0"),
  Spoiling(change: { $0.version = "[1,6,2]" }, words: "written by XGBoost 1.6.2"),
  Spoiling(change: { $0.version = "[3,2]" }, words: "version has 2 values"),
  Spoiling(change: { $0.baseScore = "[1E0,2E0]" }, words: "has 2 values for 1 margins"),
  Spoiling(change: { $0.baseScore = "[]" }, words: "is not a number or a list of numbers"),
  Spoiling(change: { $0.baseScore = "[5E-1" }, words: "is not a number or a list of numbers"),
  Spoiling(
    change: {
      $0.objective = "binary:logistic"; $0.baseScore = "[1E0]"
    }, words: "has no finite margin"),
  Spoiling(
    change: {
      $0.objective = "reg:gamma"; $0.baseScore = "-1E0"
    }, words: "has no finite margin"),
  Spoiling(change: { $0.extra = ",\"name\":\"reg:gamma\"" }, words: "key \"name\" occurs twice"),
  Spoiling(change: { $0.extra = ",\"a\":\"\\ud800\"}x" }, words: "expected ',' or '}'"),
])
func aSpoiltModelIsRefusedByName(spoiling: Spoiling) throws {
  let error = try #require(refusal(spoiling.change), "accepted: \(spoiling.words)")
  #expect(error.description.contains(spoiling.words), "\(error)")
  #expect(error.source == "hostile")
  #expect(error.description.contains("; "))
}

@Test(arguments: [
  ("[0]", "[0]", "[2]", "categories 0 to 0 + 2 of 1"),
  ("[0]", "[9223372036854775807]", "[9223372036854775807]", "categories 9223372036854775807"),
  ("[0]", "[-1]", "[1]", "categories -1"),
  ("[16777216]", "[0]", "[1]", "category 16777216 is not in 0 to 16777215"),
  ("[-3]", "[0]", "[1]", "category -3"),
  ("[0]", "[0]", "[0]", "no categories"),
])
func aSpoiltCategorySetIsRefused(categories: String, segments: String, sizes: String, words: String) throws {
  let error = try #require(
    refusal { model in
      model.splitTypes = "[1,0,0]"
      (model.categories, model.categoryNodes) = (categories, "[0]")
      (model.categorySegments, model.categorySizes) = (segments, sizes)
    })
  #expect(error.description.contains(words), "\(error)")
}

@Test func setsOfHugeCategoryNumbersMayNotExhaustMemory() throws {
  let nodes = (0..<40).map(String.init).joined(separator: ",")
  let error = try #require(
    refusal { model in
      model.splitTypes = "[1,0,0]"
      model.categories = "[16777215]"
      model.categoryNodes = "[\(nodes)]"
      model.categorySegments = "[\(Array(repeating: "0", count: 40).joined(separator: ","))]"
      model.categorySizes = "[\(Array(repeating: "1", count: 40).joined(separator: ","))]"
    })
  #expect(error.kind == .tooLarge)
}

@Test(arguments: [
  "", "{", "{}", "[]", "tree", "tree\n", "hello", "{\"learner\":", "{\"version\":[3,2,0]}", "\u{0}\u{0}\u{0}\u{0}",
  "{L", "{L\u{7F}\u{7F}", "{#L", "{i\u{1}a[$d#l\u{7F}\u{7F}\u{7F}\u{7F}", "{i\u{1}a[$Z#l\u{7F}\u{7F}\u{7F}\u{7F}}",
  "{i\u{1}a[#l\u{7F}\u{7F}\u{7F}\u{7F}i\u{1}}", "{i\u{1}aSl\u{7F}\u{7F}\u{7F}\u{7F}}",
  "tree\nversion=v4\nnum_class=1\nmax_feature_idx=3\nnum_tree_per_iteration=1000000000\nend of trees\n",
  "tree\nversion=v4\nmax_feature_idx=9223372036854775807\nnum_tree_per_iteration=1\nend of trees\n",
  "tree\nversion=v9\nend of trees\n", "tree\nTree=1\nend of trees\n",
  "tree\nversion=v4\nmax_feature_idx=1\nnum_tree_per_iteration=1\nTree=0\nnum_leaves=1000000000\nleaf_value=1\n"
    + "end of trees\n",
])
func smallNonsenseIsRefused(text: String) {
  #expect(refusal(Array(text.utf8)) != nil)
}

@Test func absurdNestingIsRefusedQuickly() {
  let clock = ContinuousClock()
  let took = clock.measure {
    for text in [
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
      String(repeating: "[[],", count: 100_000),
    ] {
      #expect(refusal(Array("{\"a\":\(text)".utf8))?.kind == .tooLarge)
    }
    let keys = (0..<100_000).map { "\"k\($0)\":0" }.joined(separator: ",")
    #expect(refusal(Array("{\(keys)}".utf8)) != nil)
    #expect(refusal(Array("{".utf8) + Array(repeating: UInt8(ascii: " "), count: 1_000_000)) != nil)
    #expect(refusal(Array("tree\n".utf8) + Array(String(repeating: "a\n", count: 500_000).utf8)) != nil)
  }
  #expect(took < .seconds(3), "\(took)")
}

@Test func invalidTextIsRefused() {
  #expect(refusal(Array("{\"a".utf8) + [0xFF, 0xFE] + Array("\":1}".utf8))?.kind == .malformed)
  #expect(refusal(Array("{\"a\nb\":1}".utf8))?.kind == .malformed)
}

@Test(arguments: ["xgb_squarederror", "xgb_categorical_softprob", "lgb_categorical"])
func everyTruncationIsRefused(name: String) throws {
  let bytes = try GoldenCase.modelBytes(name)
  for length in stride(from: 0, to: bytes.count - 16, by: 64) {
    #expect(refusal(Array(bytes.prefix(length))) != nil, "cut to \(length) of \(bytes.count) bytes")
  }
}

@Test(arguments: [
  ("left_child=", "left_child=-99 ", "left_child has"), ("num_cat=", "num_cat=9", "num_cat"),
  ("split_feature=", "split_feature=77 ", "split_feature has"),
  ("decision_type=", "decision_type=99 ", "decision_type"),
  ("num_leaves=", "num_leaves=1", "leaf_value has"), ("leaf_value=", "leaf_value=nan ", "not a number"),
  ("threshold=", "threshold=nan ", "not a number"), ("version=", "version=v1", "format version"),
  ("max_feature_idx=", "max_feature_idx=-", "features; supported are"), ("is_linear=", "is_linear=1", "linear"),
  ("objective=", "objective=unheard_of ", "objective unheard_of"), ("Tree=", "Tree=5", "expected Tree=0"),
  ("tree_sizes=", "tree_sizes=1 ", "tree_sizes announces"), ("cat_boundaries=", "cat_boundaries=5 ", "cat_boundaries"),
])
func aSpoiltLightGBMModelIsRefused(found: String, replacement: String, words: String) throws {
  let text = String(decoding: try GoldenCase.modelBytes("lgb_categorical"), as: UTF8.self)
  let error = try #require(refusal(Array(text.replacing(found, with: replacement, maxReplacements: 1).utf8)))
  #expect(error.description.contains(words), "\(error)")
}

@Test func everyLinkOfALightGBMTreeIsChecked() throws {
  let text = String(decoding: try GoldenCase.modelBytes("lgb_regression"), as: UTF8.self)
  for (key, side) in [("left_child", 0), ("right_child", 1)] {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(key + "=") })
    var links = line.dropFirst(key.count + 1).split(separator: " ").map(String.init)
    let count = links.count
    for wrong in ["-99", "99", "0", "-2147483648", "2147483647", links[(side + 1) % count]] {
      let original = links[0]
      links[0] = wrong == original ? "0" : wrong
      let spoilt = text.replacing(line, with: key + "=" + links.joined(separator: " "), maxReplacements: 1)
      #expect(refusal(Array(spoilt.utf8)) != nil, "\(key) \(links[0])")
      links[0] = original
    }
  }
}

/// Flips, inserts and removes bytes; whatever is still accepted must predict without harm.
@Test(arguments: ["xgb_binary_named", "xgb_categorical_softprob", "lgb_categorical"])
func damagedBytesNeverCrash(name: String) throws {
  let golden = try GoldenCase(name)
  let bytes = try GoldenCase.modelBytes(name)
  var random = CounterRandom(seed: 2026, purpose: "forest.fuzz.\(name)")
  var accepted = 0
  for _ in 0..<2000 {
    var damaged = bytes
    for _ in 0...Int(random.next() % 3) {
      let place = Int(random.next() % UInt64(damaged.count))
      switch random.next() % 8 {
      case 0: damaged.remove(at: place)
      case 1: damaged.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
      case 2: damaged[place] = "0123456789-,[]{} \"".utf8.randomElement(&random)
      default: damaged[place] ^= 1 << UInt8(random.next() % 8)
      }
    }
    guard let forest = try? Forest(bytes: damaged, named: "fuzz") else { continue }
    accepted += 1
    let predictor = try ForestPredictor(forest)
    let width = predictor.featureCount
    let rows = (0..<(width * 8)).map { golden.rows[$0 % golden.rows.count] }
    #expect(predictor.allMargins(rows).map(\.bitPattern) == predictor.allPlainMargins(rows).map(\.bitPattern))
  }
  print("\(name): \(accepted) of 2000 damaged files were still models")
  #expect(accepted < 2000)
}

extension String.UTF8View {
  /// A byte by the reproducible generator.
  fileprivate func randomElement(_ random: inout CounterRandom) -> UInt8 {
    self[index(startIndex, offsetBy: Int(random.next() % UInt64(count)))]
  }
}
