// Models that one process trained for the children that count instructions: under callgrind training takes ten times as
// long, and is no part of what is counted.

import Foundation

/// Bytes of models in a folder that lives no longer than one counting.
enum KeptModel {
  /// The variable that names the folder; without it nothing is kept and nothing found.
  static let variable = "BENCH_MODEL_FOLDER"

  /// The bytes kept under `name`, if any.
  static func load(_ name: String) -> [UInt8]? {
    place(name).flatMap { FileManager.default.contents(atPath: $0) }.map { Array($0) }
  }

  /// Keeps `bytes`; where that fails the next process trains again.
  static func keep(_ name: String, _ bytes: some Sequence<UInt8>) {
    guard let path = place(name) else { return }
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
  }

  private static func place(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[variable].map { "\($0)/\(name).model" }
  }
}
