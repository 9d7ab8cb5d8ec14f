// The writer's side of a counter file: counts and latencies that other processes read while they change.

package import CHotPath
import Glibc

/// Counters and histograms in a memory-mapped file.
///
/// Made once at start, before the hot path runs; then each counter and each histogram belongs to the one thread that
/// writes it, at the price of ordinary memory. Other processes read with ``CounterFileReader``, or by the layout that
/// `hp_counter_file.h` states. The file stays after the end, with the last figures. It should lie in memory
/// (`/dev/shm`): on a disk the kernel's write-back makes the writer fault now and then, see ``isInMemory``.
package final class SharedCounterFile: @unchecked Sendable {
  package let path: String
  package let counterNames: [String]
  package let histogramNames: [String]
  private let file: UnsafeMutablePointer<hp_counter_file>

  /// Makes the file, replacing one of that name; whoever reads the old one keeps it.
  package init(path: String, counters: [String], histograms: [String]) throws(CounterFileError) {
    self.path = path
    counterNames = counters
    histogramNames = histograms
    try SharedCounterFile.check(counters, "counter", path)
    try SharedCounterFile.check(histograms, "histogram", path)
    file = try SharedCounterFile.create(path, counters, histograms)
  }

  /// The file of a trading session: every ``EngineCounter`` and every ``LatencyStage``, then what is asked for beside.
  package convenience init(
    sessionAt path: String, extraCounters: [String] = [], extraHistograms: [String] = []
  ) throws(CounterFileError) {
    try self.init(
      path: path, counters: EngineCounter.allCases.map(\.metric.name) + extraCounters,
      histograms: LatencyStage.allCases.map(\.name) + extraHistograms)
  }

  deinit {
    hp_counter_file_finish(file)
    hp_counter_file_unmap(file)
    file.deallocate()
  }

  /// Tells readers that the figures are final. Also done when the last user lets go of the file.
  package func finish() { hp_counter_file_finish(file) }

  /// Whether the file lies in memory and not on a disk.
  package var isInMemory: Bool { hp_counter_file_in_memory(path) == 1 }

  /// The session's counts; nil when the file does not begin with the counters of ``EngineCounter``.
  package var counterBlock: CounterBlock? {
    let names = EngineCounter.allCases.map(\.metric.name)
    guard counterNames.starts(with: names) else { return nil }
    return CounterBlock(hp_counter_file_counters(file), in: self)
  }

  /// The counter of that name, for hp_counter_add and its like; valid while the file is held; nil when there is none.
  package func counter(_ name: String) -> UnsafeMutablePointer<hp_counter>? {
    counterNames.firstIndex(of: name).map { hp_counter_file_counters(file) + $0 }
  }

  /// The recorder of the histogram of that name; nil when there is none. Two recorders of one name are one histogram,
  /// and must be used by one thread.
  package func recorder(_ name: String) -> LatencyRecorder? {
    histogramNames.firstIndex(of: name).map { LatencyRecorder(hp_counter_file_histogram(file, $0), in: self) }
  }

  private static func create(
    _ path: String, _ counters: [String], _ histograms: [String]
  ) throws(CounterFileError) -> UnsafeMutablePointer<hp_counter_file> {
    // One run of NUL-terminated names, and where each begins: C wants an array of pointers.
    var characters: [CChar] = []
    var starts: [Int] = []
    for name in counters + histograms {
      starts.append(characters.count)
      characters += name.utf8CString
    }
    let file = UnsafeMutablePointer<hp_counter_file>.allocate(capacity: 1)
    let answer = characters.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return -EINVAL }
      return hp_counter_file_create(file, path, starts.map { base + $0 }, counters.count, histograms.count)
    }
    guard answer == 0 else {
      file.deallocate()
      throw CounterFileError(path: path, answer: answer)
    }
    return file
  }

  private static func check(_ names: [String], _ kind: String, _ path: String) throws(CounterFileError) {
    func fail(_ fault: String) -> CounterFileError { CounterFileError(path: path, reason: .names(fault)) }
    guard names.count <= Int(HP_COUNTER_FILE_MOST) else { throw fail("\(names.count) \(kind)s are too many") }
    var seen: Set<String> = []
    for name in names {
      guard !name.isEmpty, name.utf8.count < Int(HP_COUNTER_FILE_NAME), !name.utf8.contains(0) else {
        throw fail("the \(kind) name '\(name)' is empty, too long, or has a NUL in it")
      }
      guard seen.insert(name).inserted else { throw fail("the \(kind) name '\(name)' is there twice") }
    }
  }
}
