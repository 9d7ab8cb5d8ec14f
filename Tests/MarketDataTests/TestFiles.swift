// Files for tests: temporary folders, and the shared real data where it is present.

import Foundation
import TradingDomain

import MarketData

/// A temporary folder that is deleted with the object.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "market-data-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Path of the market store inside.
  var store: String { path + "/market" }

  /// Writes `text` to a file and returns its path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = self.path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Imports `text` as a file.
  func importText(
    _ text: String, symbol: String? = "WDO", _ change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> ImportReport {
    var options = ImportOptions(source: try file("source.csv", text), store: store, symbol: symbol)
    change(&options)
    return try MarketImporter.run(options)
  }
}

/// The shared real data, which is not part of the repository.
enum SharedData {
  static let root: String = {
    if let given = ProcessInfo.processInfo.environment["TRADER_SHARED_DATA"] { return given }
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return package.deletingLastPathComponent().appendingPathComponent("shared/data").path
  }()

  /// Whether it is there; tests that need it are disabled with a word when not.
  static var isPresent: Bool { FileManager.default.fileExists(atPath: root + "/b3-wdo-1min-2021-2022") }

  static let absence = "the shared real data is absent (set TRADER_SHARED_DATA to its folder)"

  static func path(_ name: String) -> String { root + "/" + name }
}

func day(_ text: String) -> SessionDate { SessionDate(text) ?? SessionDate(dayNumber: 0) }
