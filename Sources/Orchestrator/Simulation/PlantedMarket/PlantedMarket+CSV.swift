// Planted markets as text: bars for any program that reads a bar file, and the oracle's course beside them.

import Glibc
import TradingDomain

/// A file that could not be written.
package struct PlantedFileError: Error, Hashable, CustomStringConvertible {
  /// Which file.
  package var path: String
  /// What the system said.
  package var errno: Int32

  package var description: String {
    "cannot write \(path): \(String(cString: strerror(errno))); check the folder, its permissions and the space left"
  }
}

extension PlantedMarket {
  /// Columns of the bar file, as the bar import reads them; times are local starts of bars, prices in points.
  package static let barColumns = "time,open,high,low,close,contracts,trades,signed_volume"
  /// Columns of the oracle's file: forecast at the close of the bar of the move to the session's end (ticks), contracts
  /// held during the bar, profit after costs made during the bar (ticks).
  package static let oracleColumns = "time,forecast,position,net_ticks"

  /// Writes all bars to `bars` and, on the same ticks, what `policy` makes of them to `oracle`; returns its result.
  ///
  /// One session is in memory at a time.
  @discardableResult
  package func write(
    bars barsPath: String, oracle oraclePath: String, policy: OraclePolicy
  ) throws(PlantedFileError) -> OracleResult {
    let bars = try TextFile(barsPath)
    let oracle = try TextFile(oraclePath)
    bars.write(PlantedMarket.barColumns + "\n")
    oracle.write(PlantedMarket.oracleColumns + "\n")
    var result = OracleResult()
    for day in days {
      let session = policy.trade(day)
      result.add(session)
      for (index, bar) in day.bars.enumerated() {
        let time = localTime(of: bar)
        bars.write(time + barFields(bar))
        oracle.write("\(time),\(session.forecasts[index]),\(session.positions[index]),\(session.net[index])\n")
      }
    }
    try bars.close()
    try oracle.close()
    return result
  }

  private func barFields(_ bar: Bar) -> String {
    let prices = [bar.open, bar.high, bar.low, bar.close].map { "\(instrument.points($0))" }.joined(separator: ",")
    return ",\(prices),\(bar.volume.contracts),\(bar.tradeCount),\(bar.signedVolume)\n"
  }

  /// `2021-11-05 12:47:00`
  private func localTime(of bar: Bar) -> String {
    let (date, timeOfDay) = BrasiliaTime.local(bar.start)
    let minutes = timeOfDay.count / 60_000_000_000
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date) \(two(minutes / 60)):\(two(minutes % 60)):00"
  }
}

/// A file being written, through the C library's buffer.
private final class TextFile {
  private let path: String
  private var file: UnsafeMutablePointer<FILE>?

  init(_ path: String) throws(PlantedFileError) {
    guard let file = fopen(path, "w") else { throw PlantedFileError(path: path, errno: errno) }
    self.path = path
    self.file = file
  }

  deinit { if let file { fclose(file) } }

  func write(_ text: String) { if let file { fputs(text, file) } }

  /// Errors of all writes before show here.
  func close() throws(PlantedFileError) {
    guard let file else { return }
    self.file = nil
    let failed = ferror(file) != 0
    if fclose(file) != 0 || failed { throw PlantedFileError(path: path, errno: errno) }
  }
}
