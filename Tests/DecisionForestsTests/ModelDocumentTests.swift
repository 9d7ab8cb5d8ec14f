// Numbers and documents, through models small enough to write by hand.

import DecisionForests
import Testing

/// A one-tree XGBoost model whose pieces a test may replace.
struct HandWrittenModel {
  var version = "[3,2,0]"
  var objective = "reg:squarederror"
  var baseScore = "[5E-1]"
  var featureCount = "2"
  var nodeCount = "3"
  var left = "[1,-1,-1]"
  var right = "[2,-1,-1]"
  var features = "[1,0,0]"
  var conditions = "[2.5E-1,-1E0,1E0]"
  var defaultLeft = "[0,0,0]"
  var splitTypes = "[0,0,0]"
  var gains = "[1E0,0E0,0E0]"
  var covers = "[3E0,1E0,2E0]"
  var categories = "[]"
  var categoryNodes = "[]"
  var categorySegments = "[]"
  var categorySizes = "[]"
  var deleted = "0"
  var leafSize = "1"
  var treeCount = "1"
  var groups = "[0]"
  var booster = "gbtree"
  var extra = ""

  var text: String {
    """
    {"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":{"model":{\
    "gbtree_model_param":{"num_parallel_tree":"1","num_trees":"\(treeCount)"},"tree_info":\(groups),"trees":[{\
    "base_weights":[0E0,0E0,0E0],"categories":\(categories),"categories_nodes":\(categoryNodes),\
    "categories_segments":\(categorySegments),"categories_sizes":\(categorySizes),"default_left":\(defaultLeft),\
    "id":0,"left_children":\(left),"loss_changes":\(gains),"parents":[2147483647,0,0],"right_children":\(right),\
    "split_conditions":\(conditions),"split_indices":\(features),"split_type":\(splitTypes),"sum_hessian":\(covers),\
    "tree_param":{"num_deleted":"\(deleted)","num_feature":"2","num_nodes":"\(nodeCount)",\
    "size_leaf_vector":"\(leafSize)"}}]},"name":"\(booster)"},"learner_model_param":{"base_score":"\(baseScore)",\
    "boost_from_average":"1","num_class":"0","num_feature":"\(featureCount)","num_target":"1"},\
    "objective":{"name":"\(objective)"\(extra)}},"version":\(version)}
    """
  }

  func forest() throws(ForestError) -> Forest {
    try Forest(bytes: Array(text.utf8), named: "hand.json")
  }
}

@Test func aHandWrittenModelPredictsWhatItSays() throws {
  let predictor = try ForestPredictor(try HandWrittenModel().forest())
  #expect(predictor.allMargins([0, 0.2, 0, 0.25, 0, .nan, 9, -.infinity]) == [-0.5, 1.5, 1.5, -0.5])
}

@Test func baseScoreReadsAsANumberAndAsAVector() throws {
  var model = HandWrittenModel()
  for form in ["5E-1", "[5E-1]", "0.5", "[0.5]"] {
    model.baseScore = form
    #expect(try model.forest().baseMargins == [0.5])
  }
  model.objective = "binary:logistic"
  #expect(try model.forest().baseMargins == [0])
  model.objective = "count:poisson"
  model.baseScore = "1E0"
  #expect(try model.forest().baseMargins == [0])
}

@Test func nodesMayLieInAnyOrderAndRightNeedNotFollowLeft() throws {
  var model = HandWrittenModel()
  model.left = "[2,-1,-1]"
  model.right = "[1,-1,-1]"
  model.conditions = "[2.5E-1,1E0,-1E0]"
  let swapped = try ForestPredictor(try model.forest())
  #expect(swapped.allMargins([0, 0.2, 0, 0.25]) == [-0.5, 1.5])
}

@Test(arguments: [
  "1E-45", "1.1754944E-38", "1.17549428E-38", "3.4028235E38", "-0E0", "1.6777217E7", "16777217", "9007199254740993",
  "0.1", "1.00000005960464477539E0", "1.00000005960464477540E0", "1.00000017881393432617E0", "8.589973E9", "5e-324",
  "1.2029841E-8", "-4.6053806E-1", "7.0064923216240854E-46", "123456789012345678901234567890",
])
func decimalTextBecomesTheNearestSinglePrecisionNumber(text: String) throws {
  var model = HandWrittenModel()
  model.conditions = "[2.5E-1,\(text),1E0]"
  let leaf = try #require(try model.forest().nodes.dropFirst().first)
  #expect(Float(leaf.value).bitPattern == Float(text)?.bitPattern)
}

@Test func aLeafOnlyTreeIsAConstant() throws {
  var model = HandWrittenModel()
  (model.nodeCount, model.left, model.right, model.features) = ("1", "[-1]", "[-1]", "[0]")
  (model.conditions, model.defaultLeft, model.splitTypes) = ("[7E0]", "[0]", "[0]")
  (model.gains, model.covers) = ("[0E0]", "[3E0]")
  let predictor = try ForestPredictor(try model.forest())
  #expect(predictor.allMargins([1, 2]) == [7.5])
}

@Test func nodesThatTheTrainerDeletedAreLeftOut() throws {
  var model = HandWrittenModel()
  (model.nodeCount, model.left, model.right) = ("4", "[1,-1,-1,-1]", "[3,-1,-1,-1]")
  (model.features, model.defaultLeft, model.splitTypes) = ("[1,0,2147483647,0]", "[0,0,0,0]", "[0,0,0,0]")
  (model.conditions, model.gains, model.covers) = ("[2.5E-1,-1E0,9E0,1E0]", "[1E0,0E0,0E0,0E0]", "[3E0,1E0,0E0,2E0]")
  model.deleted = "1"
  let forest = try model.forest()
  #expect(forest.nodes.count == 3)
  #expect(try ForestPredictor(forest).allMargins([0, 0.2, 0, 0.3]) == [-0.5, 1.5])
}
