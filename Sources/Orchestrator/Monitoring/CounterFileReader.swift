// The reader's side of a counter file: another process's counts and latencies, without disturbing it.

import CHotPath
import Glibc
package import TradingDomain

/// A counter file of a process that may be running or gone.
package final class CounterFileReader {
  package let path: String
  package let counterNames: [String]
  package let histogramNames: [String]
  /// The writer's process.
  package let processID: Int32
  /// When the writer made the file.
  package let startTime: Timestamp
  private let file: UnsafeMutablePointer<hp_counter_file>

  /// Maps the file for reading and checks it.
  package init(path: String) throws(CounterFileError) {
    self.path = path
    let (file, header) = try CounterFileReader.open(path)
    self.file = file
    let names = (0..<Int(header.counters + header.histograms)).map { CounterFileReader.name($0, in: file) }
    counterNames = Array(names.prefix(Int(header.counters)))
    histogramNames = Array(names.suffix(Int(header.histograms)))
    processID = Int32(truncatingIfNeeded: header.pid)
    startTime = Timestamp(nanoseconds: header.start_ns)
  }

  deinit {
    hp_counter_file_unmap(file)
    file.deallocate()
  }

  /// Whether the writer said that the figures are final.
  package var isFinished: Bool { file.pointee.header?.pointee.state == UInt64(HP_COUNTER_FILE_CLOSED) }

  /// Whether a process of the writer's number runs, which is the writer unless the system gave the number away again.
  package var isWriterAlive: Bool { kill(processID, 0) == 0 || errno == EPERM }

  /// The count of that name as of a moment ago; nil when there is none.
  package func count(_ name: String) -> UInt64? {
    counterNames.firstIndex(of: name).map { hp_counter_read(hp_counter_file_counters(file) + $0) }
  }

  /// All counts in the file's order, each as of a moment ago.
  package var counts: [(name: String, count: UInt64)] {
    let first = hp_counter_file_counters(file)
    return counterNames.enumerated().map { ($1, hp_counter_read(first + $0)) }
  }

  /// The percentiles of the histogram of that name; nil when there is none or nothing was recorded.
  package func latency(_ name: String) -> LatencySummary? {
    histogramNames.firstIndex(of: name).flatMap { LatencySummary(snapshotOf: hp_counter_file_histogram(file, $0)) }
  }

  private static func open(
    _ path: String
  ) throws(CounterFileError) -> (UnsafeMutablePointer<hp_counter_file>, hp_counter_file_header) {
    let file = UnsafeMutablePointer<hp_counter_file>.allocate(capacity: 1)
    let answer = hp_counter_file_open(file, path)
    guard answer == 0, let header = file.pointee.header?.pointee else {
      file.deallocate()
      throw CounterFileError(path: path, answer: answer)
    }
    return (file, header)
  }

  /// The bytes up to the first NUL, but never beyond the name's entry.
  private static func name(_ index: Int, in file: UnsafePointer<hp_counter_file>) -> String {
    let entry = UnsafeRawBufferPointer(start: hp_counter_file_name(file, index), count: Int(HP_COUNTER_FILE_NAME))
    return String(decoding: entry.prefix { $0 != 0 }, as: UTF8.self)
  }
}
