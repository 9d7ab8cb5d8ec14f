// SHAP values against those that the models' own libraries compute.

import DecisionForests
import Foundation
import Testing

/// Contributions of the first rows of a golden case; written by Tests/oracle/make_shap_golden.py.
private struct GoldenContributions {
  let rows: Int
  let groups: Int
  let columns: Int
  /// (rows, groups, columns + 1), the base value last; NaN for rows that the library cannot take.
  let values: [Double]

  init(_ name: String) throws {
    let data = [UInt8](try Data(contentsOf: GoldenCase.folder.appending(path: "\(name).shap")))
    let counts = data.withUnsafeBytes { bytes in
      (0..<3).map { Int(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
    }
    (rows, groups, columns) = (counts[0], counts[1], counts[2])
    values = data.withUnsafeBytes { [count = rows * groups * (columns + 1)] bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: 12 + 8 * $0, as: Double.self) }
    }
  }
}

@Test(arguments: [
  "xgb_binary", "xgb_squarederror", "xgb_softprob", "xgb_base_score_given", "xgb_lossguide", "lgb_regression",
])
func contributionsEqualThoseOfTheModelsLibrary(_ name: String) throws {
  let golden = try GoldenContributions(name)
  let sample = try GoldenCase(name)
  let forest = try Forest.load(path: sample.modelPath)
  let explained = try ForestContributions(forest)
  var largest = 0.0
  var compared = 0
  for row in 0..<golden.rows where golden.values[row * golden.groups * (golden.columns + 1)].isFinite {
    let input = Array(sample.rows[row * golden.columns..<(row + 1) * golden.columns])
    let found = explained.contributions(of: input)
    for group in 0..<golden.groups {
      let start = (row * golden.groups + group) * (golden.columns + 1)
      for column in 0..<golden.columns {
        let expected = golden.values[start + column]
        largest = max(largest, abs(found[group * golden.columns + column] - expected) / max(1, abs(expected)))
      }
      largest = max(largest, abs(explained.baseValues[group] - golden.values[start + golden.columns]))
      compared += 1
    }
  }
  #expect(compared > 10)
  // The libraries sum single-precision products; the files hold single-precision covers.
  #expect(largest < 2e-5, "largest difference \(largest)")
}

@Test func contributionsAndBaseValuesAddUpToTheMargins() throws {
  let sample = try GoldenCase("lgb_categorical_multiclass")
  let forest = try Forest.load(path: sample.modelPath)
  let explained = try ForestContributions(forest)
  for row in 0..<sample.rowCount {
    let input = Array(sample.rows[row * sample.featureCount..<(row + 1) * sample.featureCount])
    let found = explained.contributions(of: input)
    for group in 0..<sample.marginCount {
      let parts = found[group * sample.featureCount..<(group + 1) * sample.featureCount]
      let margin = sample.margins[row * sample.marginCount + group]
      #expect(abs(explained.baseValues[group] + parts.reduce(0, +) - margin) < 1e-9 * max(1, abs(margin)))
    }
  }
}
