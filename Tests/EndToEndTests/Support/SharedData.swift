// Where the real market data is, on machines that have it.
import Foundation

enum SharedData {
  static let absence: String = "the shared real data is absent (set TRADER_SHARED_DATA to its folder)"

  /// The folder, or nil where there is none.
  static let root: String? = {
    let given = ProcessInfo.processInfo.environment["TRADER_SHARED_DATA"]
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().appendingPathComponent("../../../..")
    let path = given ?? package.appendingPathComponent("../shared/data").standardized.path
    return FileManager.default.fileExists(atPath: path + "/b3-wdo-1min-2021-2022") ? path : nil
  }()

  static var isPresent: Bool { root != nil }

  static var miniDollarBars: String { (root ?? "") + "/b3-wdo-1min-2021-2022/wdo_m1.csv.zst" }
  static var dollarTicks: String { (root ?? "") + "/b3-dol-ticks-20200402/dolk20_ticks_mt5.tsv.zst" }
}
