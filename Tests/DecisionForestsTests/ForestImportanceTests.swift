// Importance of features in a trained forest, against the splits in the model file.

import DecisionForests
import Foundation
import Testing

private let names = ["return_1", "return_5", "spread", "imbalance", "range", "hour"]

private func trainedModel(named: Bool) throws -> TrainedForest {
  var rows = SyntheticProblem.learnable(rows: 3_000, seed: 30)
  if named { rows.featureNames = names }
  var parameters = TrainingParameters()
  parameters.objective = .logistic
  parameters.rounds = 20
  parameters.maximumDepth = 4
  parameters.keepsJSON = true
  return try XGBoostTrainer.train(rows, parameters: parameters)
}

private func forest(of model: TrainedForest) throws -> Forest {
  try Forest(bytes: [UInt8](model.modelUBJSON), named: "trained model")
}

@Test func importanceSumsTheSplitsThatTheModelFileHas() throws {
  let model = try trainedModel(named: true)
  let importance = ForestImportance(try forest(of: model))
  #expect(importance.features.map(\.name) == names)
  #expect(importance.features.map(\.feature) == [0, 1, 2, 3, 4, 5])

  // Recounted from the JSON text, which the importer of the binary form never sees.
  let document = try JSONSerialization.jsonObject(with: try #require(model.modelJSON)) as? [String: Any]
  let booster = (document?["learner"] as? [String: Any])?["gradient_booster"] as? [String: Any]
  let trees = try #require((booster?["model"] as? [String: Any])?["trees"] as? [[String: Any]])
  var splits = [Int](repeating: 0, count: names.count)
  var gains = [Double](repeating: 0, count: names.count)
  var covers = [Double](repeating: 0, count: names.count)
  for tree in trees {
    let children = try #require(tree["left_children"] as? [Int])
    let features = try #require(tree["split_indices"] as? [Int])
    let treeGains = try #require(tree["loss_changes"] as? [Double])
    let treeCovers = try #require(tree["sum_hessian"] as? [Double])
    for node in children.indices where children[node] != -1 {
      splits[features[node]] += 1
      gains[features[node]] += treeGains[node]
      covers[features[node]] += treeCovers[node]
    }
  }
  #expect(importance.features.map(\.splitCount) == splits)
  for (feature, (gain, cover)) in zip(importance.features, zip(gains, covers)) {
    #expect(abs(feature.totalGain - gain) <= 1e-6 * gain)
    #expect(abs(feature.totalCover - cover) <= 1e-6 * cover)
    let count = Double(feature.splitCount)
    #expect(feature.meanGain == (count == 0 ? nil : feature.totalGain / count))
    #expect(feature.meanCover == (count == 0 ? nil : feature.totalCover / count))
  }
}

@Test func theFeaturesThatMakeTheLabelLeadTheOrderByGain() throws {
  let order = ForestImportance(try forest(of: trainedModel(named: true))).byGain
  #expect(Set(order.prefix(2).map(\.name)) == ["return_1", "return_5"])
  #expect(zip(order, order.dropFirst()).allSatisfy { $0.totalGain >= $1.totalGain })
}

@Test func importanceOfUnnamedFeaturesHasEmptyNames() throws {
  let features = ForestImportance(try forest(of: trainedModel(named: false))).features
  #expect(features.map(\.name) == ["", "", "", "", "", ""])
}

@Test func aFeatureThatNoSplitAsksForHasNoMeans() {
  let idle = FeatureImportance(feature: 3, name: "idle", splitCount: 0, totalGain: 0, totalCover: 0)
  #expect(idle.meanGain == nil)
  #expect(idle.meanCover == nil)
}
