// The XGBoost C library behind owned handles and typed errors. No training policy.

import CXGBoost
import Foundation

/// Turns a status of the library into an error with the library's own words.
func checkXGBoost(_ status: Int32, _ step: String) throws(ForestError) {
  guard status != 0 else { return }
  // The words continue with a stack trace, of no use to the reader.
  let words = String(cString: XGBGetLastError()).split(separator: "\n").prefix { !$0.hasPrefix("Stack trace") }
  throw ForestError.training(
    source: "XGBoost library", place: step, problem: words.joined(separator: " "),
    mend: "check the rows and parameters of this run")
}

/// Rows copied into the library.
final class XGBoostMatrix {
  let handle: DMatrixHandle

  /// - Parameter labels: Empty for rows that are only predicted.
  init(
    values: [Float], rowCount: Int, columnCount: Int, labels: [Float] = [], weights: [Float] = [],
    threads: Int
  ) throws(ForestError) {
    var created: DMatrixHandle?
    let status = XGDMatrixCreateFromMat_omp(
      values, UInt64(rowCount), UInt64(columnCount), .nan, &created, Int32(threads))
    try checkXGBoost(status, "copying rows")
    guard let created else {
      throw ForestError.training(
        source: "XGBoost library", place: "copying rows", problem: "no matrix", mend: "free memory")
    }
    handle = created
    if !labels.isEmpty {
      try checkXGBoost(XGDMatrixSetFloatInfo(handle, "label", labels, UInt64(labels.count)), "labels")
    }
    if !weights.isEmpty {
      try checkXGBoost(XGDMatrixSetFloatInfo(handle, "weight", weights, UInt64(weights.count)), "weights")
    }
  }

  convenience init(_ matrix: TrainingMatrix, threads: Int) throws(ForestError) {
    try self.init(
      values: matrix.values, rowCount: matrix.rowCount, columnCount: matrix.columnCount, labels: matrix.labels,
      weights: matrix.weights, threads: threads)
  }

  deinit { XGDMatrixFree(handle) }
}

/// A model inside the library.
final class XGBoostBooster {
  let handle: BoosterHandle

  /// A new model. The library keeps the predictions of `matrices` from round to round, so that scoring them costs one
  /// tree a round and not the whole forest.
  init(caching matrices: [XGBoostMatrix], settings: [(name: String, value: String)]) throws(ForestError) {
    let handles: [DMatrixHandle?] = matrices.map(\.handle)
    var created: BoosterHandle?
    try checkXGBoost(XGBoosterCreate(handles, UInt64(handles.count), &created), "creating the model")
    handle = try XGBoostBooster.require(created)
    for (name, value) in settings {
      try checkXGBoost(XGBoosterSetParam(handle, name, value), "parameter \(name)")
    }
  }

  private init(adopting handle: BoosterHandle) {
    self.handle = handle
  }

  deinit { XGBoosterFree(handle) }

  private static func require(_ handle: BoosterHandle?) throws(ForestError) -> BoosterHandle {
    guard let handle else {
      throw ForestError.training(
        source: "XGBoost library", problem: "no model was made", mend: "free memory and try again")
    }
    return handle
  }

  /// The first `rounds` rounds as a model of its own, without feature names.
  func prefix(rounds: Int) throws(ForestError) -> XGBoostBooster {
    var sliced: BoosterHandle?
    try checkXGBoost(XGBoosterSlice(handle, 0, Int32(rounds), 1, &sliced), "cutting to \(rounds) rounds")
    return XGBoostBooster(adopting: try XGBoostBooster.require(sliced))
  }

  /// Writes the names into the model: the library itself does not take them over from the rows.
  func name(features: [String]) throws(ForestError) {
    guard !features.isEmpty else { return }
    let status = withCStrings(features) { names in
      XGBoosterSetStrFeatureInfo(handle, "feature_name", &names, UInt64(names.count))
    }
    try checkXGBoost(status, "feature names")
  }

  /// Grows one round.
  func update(round: Int, on matrix: XGBoostMatrix) throws(ForestError) {
    try checkXGBoost(XGBoosterUpdateOneIter(handle, Int32(round), matrix.handle), "round \(round)")
  }

  /// The score of each matrix after `round`.
  func evaluate(round: Int, on matrices: [XGBoostMatrix]) throws(ForestError) -> [Double] {
    var handles: [DMatrixHandle?] = matrices.map(\.handle)
    var words: UnsafePointer<CChar>?
    let status = withCStrings(matrices.indices.map { "set\($0)" }) { names in
      XGBoosterEvalOneIter(handle, Int32(round), &handles, &names, UInt64(handles.count), &words)
    }
    try checkXGBoost(status, "scoring round \(round)")
    let line = words.map { String(cString: $0) } ?? ""
    // [7]<tab>set0-rmse:0.25<tab>set1-rmse:0.31
    let scores = line.split(separator: "\t").dropFirst().map { field in
      field.lastIndex(of: ":").flatMap { Double(field[field.index(after: $0)...]) } ?? .nan
    }
    guard scores.count == matrices.count, scores.allSatisfy(\.isFinite) else {
      throw ForestError.training(
        source: "XGBoost library", place: "scoring round \(round)", problem: "the scores are not numbers: '\(line)'",
        mend: "check that the rows hold more than one class, and that labels and weights are of sane size")
    }
    return scores
  }

  /// Margins of all rows, row by row, one a class or one a row.
  func margins(of matrix: XGBoostMatrix) throws(ForestError) -> [Float] {
    // type 1: the raw margin; no rounds are left out.
    let configuration =
      #"{"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": true}"#
    var shape: UnsafePointer<bst_ulong>?
    var dimensions: bst_ulong = 0
    var result: UnsafePointer<Float>?
    let status = XGBoosterPredictFromDMatrix(handle, matrix.handle, configuration, &shape, &dimensions, &result)
    try checkXGBoost(status, "predicting")
    let count = (0..<Int(dimensions)).reduce(1) { $0 * Int(shape?[$1] ?? 0) }
    return Array(UnsafeBufferPointer(start: result, count: result == nil ? 0 : count))
  }

  /// Replaces the model by one that this library wrote.
  func load(_ model: Data) throws(ForestError) {
    let status = model.withUnsafeBytes { XGBoosterLoadModelFromBuffer(handle, $0.baseAddress, UInt64($0.count)) }
    try checkXGBoost(status, "loading the model")
  }

  /// The model in the library's format of that name: `ubj` or `json`.
  func serialized(format: String) throws(ForestError) -> Data {
    var length: bst_ulong = 0
    var bytes: UnsafePointer<CChar>?
    let status = XGBoosterSaveModelToBuffer(handle, #"{"format": "\#(format)"}"#, &length, &bytes)
    try checkXGBoost(status, "writing the model as \(format)")
    return bytes.map { Data(bytes: $0, count: Int(length)) } ?? Data()
  }
}

/// Calls `body` with the strings as zero-terminated C strings, alive for the call only.
private func withCStrings<Result>(
  _ strings: [String], _ body: (inout [UnsafePointer<CChar>?]) -> Result
) -> Result {
  let copies = strings.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  var pointers = copies.map { UnsafePointer($0) }
  return body(&pointers)
}
