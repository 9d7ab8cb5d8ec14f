// `trader backtest --verify`: does the report follow from its manifest?
import Foundation
import Monitoring

/// Runs a report's backtest again and compares what comes out.
struct BacktestVerification {
  /// Folder of the report, or its manifest.
  var folder: String
  var terminal: Terminal

  func run(json: Bool) throws {
    let manifest = try BacktestManifest.read(folder)
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("verify-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    _ = try BacktestRun(request: manifest.request, folder: scratch, terminal: terminal).run()
    let again = try BacktestManifest.read(scratch)
    let inputs = manifest.differencesOfInput(to: again)
    let outputs = manifest.outputs.keys.sorted().filter { manifest.outputs[$0] != again.outputs[$0] }
    // The files that lie there now may not be those that the manifest speaks of.
    let place = folder.hasSuffix(".json") ? (folder as NSString).deletingLastPathComponent : folder
    let present = try BacktestManifest.outputs(in: place)
    let edited = manifest.outputs.keys.sorted().filter { present[$0] != manifest.outputs[$0] }
    let isEqual = outputs.isEmpty && edited.isEmpty
    if json {
      print(try jsonText(Outcome(isEqual: isEqual, inputs: inputs, outputs: outputs, edited: edited)))
    } else {
      for difference in inputs { print("input     \(difference)") }
      for name in outputs { print("differs   \(name): the same request now makes other bytes") }
      for name in edited { print("edited    \(name): the file in the folder is not the one that the run wrote") }
      if isEqual { print("verified  \(manifest.outputs.keys.sorted().joined(separator: ", ")): every byte again") }
    }
    if !isEqual { throw CommandFailure(.refused, "\(folder): the report cannot be reproduced as it stands") }
  }

  private struct Outcome: Encodable {
    var isEqual: Bool
    var inputs: [String]
    var outputs: [String]
    var edited: [String]
  }
}
