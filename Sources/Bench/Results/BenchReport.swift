// The result file of a run: what was measured, and on what.

import Foundation
import Glibc
import Monitoring

/// All results of one run.
package struct BenchReport: Codable {
  /// Version of this form.
  static let currentVersion = 1

  let version: Int
  let host: Host
  package let stages: [StageResult]

  package init(stages: [StageResult]) {
    version = BenchReport.currentVersion
    host = Host()
    self.stages = stages
  }

  /// Reads a result file.
  package init(file: String) throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw BenchFailure.badInput("\(file): cannot be read; give a file that 'bench run --out' wrote")
    }
    do {
      self = try JSONDecoder().decode(BenchReport.self, from: data)
    } catch {
      throw BenchFailure.badInput("\(file): not a result of 'bench run --out' (\(error))")
    }
    guard version == BenchReport.currentVersion else {
      throw BenchFailure.badInput("\(file): has version \(version), this program reads \(BenchReport.currentVersion)")
    }
  }

  /// The report as JSON with sorted keys.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// Writes the report.
  package func write(to file: String) throws {
    do {
      try json().write(to: URL(fileURLWithPath: file))
    } catch {
      throw BenchFailure.badInput("\(file): cannot be written (\(error.localizedDescription)); name another file")
    }
  }
}

/// The machine of a run.
struct Host: Codable {
  let processor: String
  let cores: Int
  let kernel: String
  let load: String
  /// The nice value that the stages ran at: -20 goes first, 0 is the usual.
  let nice: Int

  init() {
    let files = HostFiles()
    processor = files.field("model name", in: "/proc/cpuinfo") ?? "unknown"
    cores = ProcessInfo.processInfo.activeProcessorCount
    kernel = files.text("/proc/sys/kernel/osrelease") ?? "unknown"
    load = files.text("/proc/loadavg") ?? "unknown"
    nice = Int(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
  }

  /// One line for tables.
  var line: String {
    "\(processor), \(cores) cores, Linux \(kernel), load \(load.split(separator: " ").first ?? "?"), nice \(nice)"
  }
}
