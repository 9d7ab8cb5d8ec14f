// Golden cases: a model file, rows, and what the model's own library predicts for them.

import DecisionForests
import Foundation

/// Inputs and expected answers of one model; written by Tests/oracle/make_forest_golden.py.
struct GoldenCase {
  let name: String
  let modelPath: String
  let rowCount: Int
  let featureCount: Int
  let marginCount: Int
  let outputCount: Int
  /// rowCount x featureCount.
  let rows: [Float]
  /// rowCount x marginCount.
  let margins: [Double]
  /// rowCount x outputCount.
  let outputs: [Double]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  /// Names of all cases, in alphabetical order.
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".bin") }.map { String($0.dropLast(4)) }.sorted()
  }()

  init(_ name: String) throws {
    self.name = name
    let paths = ["json", "ubj", "txt"].map { Self.folder.appending(path: "\(name).\($0)").path }
    guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: name])
    }
    modelPath = path
    let data = [UInt8](try Data(contentsOf: Self.folder.appending(path: "\(name).bin")))
    let counts = data.withUnsafeBytes { bytes in
      (0..<4).map { Int(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
    }
    (rowCount, featureCount, marginCount, outputCount) = (counts[0], counts[1], counts[2], counts[3])
    func doubles(at offset: Int, count: Int) -> [Double] {
      data.withUnsafeBytes { bytes in
        (0..<count).map { bytes.loadUnaligned(fromByteOffset: offset + 8 * $0, as: Double.self) }
      }
    }
    rows = data.withUnsafeBytes { [count = rowCount * featureCount] bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: 16 + 4 * $0, as: Float.self) }
    }
    margins = doubles(at: 16 + 4 * rows.count, count: rowCount * marginCount)
    outputs = doubles(at: 16 + 4 * rows.count + 8 * margins.count, count: rowCount * outputCount)
  }

  /// The model file's bytes.
  static func modelBytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: try GoldenCase(name).modelPath)))
  }
}

/// How far two lists of numbers are apart.
struct Difference: CustomStringConvertible {
  /// Largest |a - b| / max(|b|, 1); infinite where one is NaN or infinite and the other is not the same.
  private(set) var largest = 0.0
  /// Pairs that are not the same number.
  private(set) var unequal = 0

  init(_ found: [Double], _ expected: [Double]) {
    precondition(found.count == expected.count)
    for (a, b) in zip(found, expected) where !(a == b || a.isNaN && b.isNaN) {
      unequal += 1
      let relative = abs(a - b) / max(abs(b), 1)
      largest = max(largest, relative.isNaN ? .infinity : relative)
    }
  }

  var description: String { unequal == 0 ? "equal" : "\(unequal) unequal, largest relative difference \(largest)" }
}

extension ForestPredictor {
  /// Margins of rows that lie behind each other, by the chosen walk.
  func allMargins(_ rows: [Float]) -> [Double] {
    var margins = [Double](repeating: .nan, count: rows.count / featureCount * marginCount)
    self.margins(rows: rows, count: rows.count / featureCount, into: &margins)
    return margins
  }

  /// The same, row by row, by the plain walk.
  func allPlainMargins(_ rows: [Float]) -> [Double] {
    eachRow(rows) { row, margins in self.margins(row, by: .plain, into: margins) }
  }

  /// The same, row by row, by the chosen walk.
  func allSingleMargins(_ rows: [Float]) -> [Double] {
    eachRow(rows) { row, margins in self.margins(row, into: margins) }
  }

  /// Predictions of rows that lie behind each other.
  func allPredictions(_ rows: [Float]) -> [Double] {
    var answers: [Double] = []
    for start in stride(from: 0, to: rows.count, by: featureCount) {
      var output = [Double](repeating: .nan, count: marginCount)
      predict(Array(rows[start..<(start + featureCount)]), into: &output)
      answers += output.prefix(outputCount)
    }
    return answers
  }

  private func eachRow(
    _ rows: [Float], _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    var answers: [Double] = []
    for start in stride(from: 0, to: rows.count, by: featureCount) {
      var margins = [Double](repeating: .nan, count: marginCount)
      body(Array(rows[start..<(start + featureCount)]), &margins)
      answers += margins
    }
    return answers
  }
}
