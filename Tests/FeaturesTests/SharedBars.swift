// Real bars from the shared data, where it is present.

import Foundation

import MarketData
import TradingDomain

/// The shared real data, which is not part of the repository.
enum SharedBars {
  static let root: String = {
    if let given = ProcessInfo.processInfo.environment["TRADER_SHARED_DATA"] { return given }
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return package.deletingLastPathComponent().appendingPathComponent("shared/data").path
  }()

  static var isPresent: Bool { FileManager.default.fileExists(atPath: root + "/b3-wdo-1min-2021-2022") }
  static let absence = "the shared real data is absent (set TRADER_SHARED_DATA to its folder)"

  /// Bars of `duration` of one file, imported into a temporary store.
  static func bars(
    _ file: String, symbol: String, duration: Nanoseconds, from: SessionDate, to: SessionDate
  ) throws -> [Bar] {
    let folder = NSTemporaryDirectory() + "features-tests-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try MarketImporter.run(ImportOptions(source: root + "/" + file, store: folder, symbol: symbol))
    return try MarketStore(root: folder).barSeries(symbol, from: from, to: to, duration: duration).bars
  }
}
