// Models of current XGBoost and LightGBM, held against what those libraries predict for them.

import DecisionForests
import Foundation
import Testing

@Test func thereIsAGoldenCaseForEveryObjectiveAndShape() {
  #expect(GoldenCase.names.count >= 60, "run Tests/oracle/make_forest_golden.py")
}

@Test(arguments: GoldenCase.names)
func marginsAndPredictionsEqualTheTrainersLibrary(name: String) throws {
  let golden = try GoldenCase(name)
  let forest = try Forest.load(path: golden.modelPath)
  let predictor = try ForestPredictor(forest)
  try #require(predictor.featureCount == golden.featureCount)
  try #require(predictor.marginCount == golden.marginCount)
  try #require(predictor.outputCount == golden.outputCount)
  let margins = Difference(predictor.allMargins(golden.rows), golden.margins)
  let outputs = Difference(predictor.allPredictions(golden.rows), golden.outputs)
  print("\(name): \(predictor.walk) walk, margins \(margins), predictions \(outputs)")
  #expect(margins.unequal == 0, "\(margins)")
  #expect(outputs.largest <= 1e-6, "\(outputs)")
}

@Test(arguments: GoldenCase.names)
func everyWalkAndTheBatchGiveTheSameBits(name: String) throws {
  let golden = try GoldenCase(name)
  let forest = try Forest.load(path: golden.modelPath)
  let predictor = try ForestPredictor(forest)
  let plain = predictor.allPlainMargins(golden.rows).map(\.bitPattern)
  #expect(predictor.allMargins(golden.rows).map(\.bitPattern) == plain)
  #expect(predictor.allSingleMargins(golden.rows).map(\.bitPattern) == plain)
  let hasCategories = forest.nodes.contains { $0.kind == .categorical }
  #expect(hasCategories == name.contains("categorical"))
  #expect((predictor.walk == .plain) == hasCategories)
  for walk in [ForestPredictor.Walk.interleaved, .lanes] {
    for row in 0..<golden.rows.count / forest.featureCount {
      var margins = [Double](repeating: .nan, count: predictor.marginCount)
      let isTaken = golden.rows.withUnsafeBufferPointer { rows in
        predictor.margins(rows.baseAddress! + row * forest.featureCount, by: walk, into: &margins)
      }
      guard isTaken else { continue }
      let first = row * predictor.marginCount
      #expect(margins.map(\.bitPattern) == Array(plain[first..<(first + predictor.marginCount)]), "\(walk), row \(row)")
    }
  }
}

@Test func importancesEqualTheTrainersLibrary() throws {
  let text = try String(contentsOf: GoldenCase.folder.appending(path: "importance.txt"), encoding: .utf8)
  let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  let cases = Dictionary(grouping: lines) { $0[0] }
  #expect(cases.count >= 50)
  var largest = 0.0
  for (name, expected) in cases.sorted(by: { $0.key < $1.key }) {
    let importance = ForestImportance(try Forest.load(path: try GoldenCase(name).modelPath))
    #expect(importance.features.count { $0.splitCount > 0 } == expected.count, "\(name)")
    for fields in expected {
      let feature = importance.features[try #require(Int(fields[1]))]
      #expect(feature.splitCount == Int(fields[2]), "\(name) feature \(fields[1])")
      let gain = try #require(Double(fields[3]))
      largest = max(largest, abs(feature.totalGain - gain) / max(abs(gain), 1))
      if let cover = Double(fields[4]) {
        largest = max(largest, abs(feature.totalCover - cover) / max(abs(cover), 1))
      }
    }
  }
  print("importances: largest relative difference \(largest)")
  #expect(largest < 2e-5)
}

@Test func featureNamesKeepTheirSpacesAccentsAndEscapes() throws {
  let forest = try Forest.load(path: try GoldenCase("xgb_binary_named").modelPath)
  #expect(
    forest.featureNames == ["price change", "volume", "pre\u{E7}o m\u{E9}dio", "quoted \"x\"", "slash\\", "category"])
  #expect(forest.trainer == "XGBoost 3.2.0")
  #expect(forest.objective == "binary:logistic")
}

@Test func lightGBMVersion3FilesReadLikeVersion4() throws {
  let bytes = try GoldenCase.modelBytes("lgb_categorical")
  let text = String(decoding: bytes, as: UTF8.self)
  let older = text.replacing("version=v4", with: "version=v3").replacing("is_linear=0\n", with: "")
  let windows = text.replacing("\n", with: "\r\n")
  let forest = try Forest(bytes: bytes, named: "v4")
  let olderForest = try Forest(bytes: Array(older.utf8), named: "v3")
  let windowsForest = try Forest(bytes: Array(windows.utf8), named: "windows")
  #expect(olderForest.nodes == forest.nodes)
  #expect(olderForest.trainer == "LightGBM v3")
  #expect(windowsForest == forest)
}
