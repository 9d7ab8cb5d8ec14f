// Counter files: what the writer counts a reader sees, and what is no counter file is refused with the mend.

import CHotPath
import Foundation
import Monitoring
import Testing
import TradingDomain

/// A path of its own for each test, gone at the end.
final class TemporaryPath {
  let text = FileManager.default.temporaryDirectory.path + "/counters-\(UUID().uuidString)"
  deinit { unlink(text) }
}

@Test func aReaderSeesWhatTheWriterCountsAndRecords() throws {
  let path = TemporaryPath()
  let file = try SharedCounterFile(path: path.text, counters: ["ticks", "orders"], histograms: ["decide", "send"])
  let reader = try CounterFileReader(path: path.text)
  #expect(reader.counterNames == ["ticks", "orders"])
  #expect(reader.histogramNames == ["decide", "send"])
  #expect((reader.count("ticks"), reader.count("orders"), reader.count("none")) == (0, 0, nil))
  #expect(reader.latency("decide") == nil)
  let orders = try #require(file.counter("orders"))
  let send = try #require(file.recorder("send"))
  hp_counter_add(orders, 3)
  for value in 1...1000 as ClosedRange<UInt64> { send.record(value * 1000) }
  #expect((reader.count("ticks"), reader.count("orders")) == (0, 3))
  #expect(reader.counts.map(\.count) == [0, 3])
  #expect(reader.latency("send") == send.summary)
  #expect(reader.latency("send")?.count == 1000)
  #expect(reader.latency("decide") == nil, "the neighbour is untouched")
  hp_counter_add(orders, 1)
  #expect(reader.count("orders") == 4)
  #expect(file.counter("none") == nil)
  #expect(file.recorder("none") == nil)
}

@Test func aSessionsFileHoldsEveryCounterAndEveryStage() throws {
  let path = TemporaryPath()
  let file = try SharedCounterFile(sessionAt: path.text, extraCounters: ["io_wakeups"], extraHistograms: ["receive"])
  let system = RealTimeMonitoringSystem(instrument: .wdo, monotonicTime: .zero, counterFile: file)
  for counter in EngineCounter.allCases { system.counters.add(counter, UInt64(counter.rawValue + 100)) }
  for stage in LatencyStage.allCases { system.observe(Nanoseconds(Int64(stage.rawValue + 1) * 10), of: stage) }
  let reader = try CounterFileReader(path: path.text)
  #expect(reader.counts.map(\.count) == EngineCounter.allCases.map { UInt64($0.rawValue + 100) } + [0])
  #expect(reader.counterNames.last == "io_wakeups")
  #expect(reader.count("fills") == system.counters[.fills])
  for stage in LatencyStage.allCases {
    #expect(reader.latency(stage.name)?.maximum == UInt64(stage.rawValue + 1) * 10)
  }
  #expect(reader.histogramNames.last == "receive")
  let snapshot = system.snapshot(monotonicTime: .zero)
  #expect(snapshot[.tickToOrder] == reader.latency("tick_to_order"))
}

@Test func countersAndRecordersKeepTheFileMappedUntilTheLastOfThemIsGone() throws {
  let path = TemporaryPath()
  var recorder: LatencyRecorder?
  var block: CounterBlock?
  let reader: CounterFileReader
  do {
    let file = try SharedCounterFile(sessionAt: path.text)
    recorder = file.recorder("decision")
    block = file.counterBlock
    reader = try CounterFileReader(path: path.text)
  }
  #expect(!reader.isFinished)
  recorder?.record(7)
  block?.add(.fills)
  #expect(reader.latency("decision")?.p50 == 7)
  recorder = nil
  #expect(!reader.isFinished)
  block = nil
  #expect(reader.isFinished)
  #expect(reader.count("fills") == 1, "the last figures stay")
}

@Test func aFileWithoutTheSessionsCountersHasNoCounterBlock() throws {
  let path = TemporaryPath()
  let file = try SharedCounterFile(path: path.text, counters: ["market_events", "other"], histograms: [])
  #expect(file.counterBlock == nil)
}

@Test func aNewWriterReplacesTheFileAndOldReadersKeepTheirs() throws {
  let path = TemporaryPath()
  let first = try SharedCounterFile(path: path.text, counters: ["a"], histograms: [])
  let oldReader = try CounterFileReader(path: path.text)
  let second = try SharedCounterFile(path: path.text, counters: ["b", "c"], histograms: ["d"])
  hp_counter_add(try #require(first.counter("a")), 5)
  hp_counter_add(try #require(second.counter("c")), 6)
  #expect(oldReader.count("a") == 5)
  let newReader = try CounterFileReader(path: path.text)
  #expect(newReader.counterNames == ["b", "c"])
  #expect(newReader.count("c") == 6)
  let folder = try FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path)
  let name = (path.text as NSString).lastPathComponent
  #expect(folder.filter { $0.hasPrefix(name) } == [name], "no draft is left over")
}

@Test func theFileSaysWhoWritesItAndSinceWhen() throws {
  let before = hp_clock_realtime_ns()
  let path = TemporaryPath()
  let file = try SharedCounterFile(path: path.text, counters: ["a"], histograms: [])
  let reader = try CounterFileReader(path: path.text)
  #expect(reader.processID == getpid())
  #expect(reader.isWriterAlive)
  #expect(reader.startTime.nanoseconds >= before && reader.startTime.nanoseconds <= hp_clock_realtime_ns())
  #expect(!reader.isFinished)
  file.finish()
  #expect(reader.isFinished)
  let attributes = try FileManager.default.attributesOfItem(atPath: path.text)
  let mode = try #require(attributes[.posixPermissions] as? NSNumber).uint16Value
  #expect(mode & 0o027 == 0, "others may not read it, the group may not write it")
}

@Test func aFileInSharedMemoryIsTold() throws {
  guard hp_counter_file_in_memory("/dev/shm") == 1 else {
    print("skipped: /dev/shm is no memory file system here")
    return
  }
  let path = "/dev/shm/counters-\(UUID().uuidString)"
  defer { unlink(path) }
  #expect(try SharedCounterFile(path: path, counters: ["a"], histograms: []).isInMemory)
  #expect(hp_counter_file_in_memory("/proc") == 0)
  #expect(hp_counter_file_in_memory(path + "-none") == -ENOENT)
}

/// A change to a sound file, and what a reader must say.
private let damages: [(what: String, change: @Sendable (inout Data) -> Void, reason: CounterFileError.Reason)] = [
  ("empty", { $0 = Data() }, .foreign),
  ("other magic", { $0[0] = UInt8(ascii: "X") }, .foreign),
  ("half a header", { $0 = $0.prefix(64) }, .truncated),
  ("version 2", { $0[8] = 2 }, .otherVersion),
  ("one byte short", { $0 = $0.dropLast() }, .truncated),
  ("only a header", { $0 = $0.prefix(128) }, .truncated),
  ("a counter more", { $0[40] += 64 }, .damaged),
  ("2^56 counters", { $0[47] = 1 }, .damaged),
  ("names beyond the end", { $0[58] = 0xFF }, .damaged),
  ("counters beyond the end", { $0[66] = 0xFF }, .damaged),
  ("histograms beyond the end", { $0[74] = 0xFF }, .damaged),
  ("another size of histogram", { $0[80] ^= 64 }, .damaged),
  ("another size of file", { $0[16] ^= 64 }, .damaged),
]

@Test(arguments: damages.indices) func whatIsNoSoundCounterFileIsRefusedWithTheFileAndTheMend(index: Int) throws {
  let (what, change, reason) = damages[index]
  let path = TemporaryPath()
  _ = try SharedCounterFile(path: path.text, counters: ["a", "b"], histograms: ["c"])
  var bytes = try Data(contentsOf: URL(fileURLWithPath: path.text))
  change(&bytes)
  try Data(bytes).write(to: URL(fileURLWithPath: path.text))
  do {
    _ = try CounterFileReader(path: path.text)
    Issue.record("\(what): was taken for a counter file")
  } catch {
    #expect(error.reason == reason, "\(what)")
    #expect(error.description.hasPrefix("counter file \(path.text): "))
    #expect(error.description.contains("writer") || reason == .otherVersion)
  }
}

@Test func aMissingFileAndAnUnwritablePlaceAreTold() throws {
  let missing = CounterFileError(path: "/nowhere/counters", reason: .system(ENOENT))
  #expect(throws: missing) { _ = try CounterFileReader(path: "/nowhere/counters") }
  #expect(missing.description.contains("is the writer running"))
  #expect(throws: missing) {
    _ = try SharedCounterFile(path: "/nowhere/counters", counters: ["a"], histograms: [])
  }
  #expect(throws: CounterFileError(path: "/tmp", reason: .system(EISDIR))) { _ = try CounterFileReader(path: "/tmp") }
}

@Test func namesThatCannotStandInAFileAreRefused() throws {
  let path = TemporaryPath()
  for (counters, histograms) in [
    (["a", "a"], []), ([""], []), ([String(repeating: "x", count: 64)], []), (["a\0b"], []), ([], ["h", "h"]),
    ((0..<1025).map { "c\($0)" }, []),
  ] {
    do {
      _ = try SharedCounterFile(path: path.text, counters: counters, histograms: histograms)
      Issue.record("took \(counters.prefix(2)) and \(histograms)")
    } catch {
      guard case .names = error.reason else {
        Issue.record("\(error)")
        continue
      }
    }
  }
  #expect(throws: CounterFileError(path: path.text, reason: .system(EINVAL))) {
    _ = try SharedCounterFile(path: path.text, counters: [], histograms: [])
  }
  let longest = String(repeating: "x", count: 63)
  _ = try SharedCounterFile(path: path.text, counters: [longest], histograms: [longest])
  let reader = try CounterFileReader(path: path.text)
  #expect(reader.counterNames + reader.histogramNames == [longest, longest])
  #expect(access(path.text, F_OK) == 0)
}
