// A counter file read by another process, by the stated layout alone and while the writer goes on.

import CHotPath
import Foundation
import Monitoring
import Testing
import TradingDomain

private let python = "/usr/bin/python3"

/// Knows the layout from hp_counter_file.h only. Reads until the file is finished; checks that nothing runs backwards
/// and that a histogram's buckets hold what its head says at the end.
private let script = #"""
  import mmap, struct, sys, time
  with open(sys.argv[1], "rb") as file:
      data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
  magic, version, head, size = struct.unpack_from("<8sIIQ", data, 0)
  assert (magic, version, head, size) == (b"HPCNTRS\0", 1, 128, len(data)), (magic, version, head, size)
  pid, start, counters, histograms, names, first, histogram, stride = struct.unpack_from("<qqQQQQQQ", data, 24)
  def word(offset): return struct.unpack_from("<Q", data, offset)[0]
  def name(i): return data[names + 64 * i: names + 64 * i + 64].rstrip(b"\0").decode()
  def count(i): return word(first + 64 * i)
  print("ready", flush=True)
  looks, last, deadline = 0, 0, time.monotonic() + 20
  while word(88) == 1 and time.monotonic() < deadline:
      now = count(0)
      assert now >= last, (now, last)
      looks, last = looks + 1, now
  assert word(88) == 2, "the writer did not finish"
  total = word(histogram)
  buckets = struct.unpack_from("<%dQ" % ((stride - 64) // 8), data, histogram + 64)
  assert sum(buckets) == total, (sum(buckets), total)
  print(pid, start, *[f"{name(i)}={count(i)}" for i in range(counters)],
        *[f"{name(counters + i)}={word(histogram + stride * i)}" for i in range(histograms)],
        f"b500={buckets[500]}", f"looks={min(looks, 3)}")
  """#

@Test func anotherProcessReadsCountersAndHistogramsWhileTheyChange() throws {
  guard access(python, X_OK) == 0 else {
    print("skipped: there is no \(python) to be the other process")
    return
  }
  let path = TemporaryPath()
  let file = try SharedCounterFile(path: path.text, counters: ["ticks", "orders"], histograms: ["decide", "send"])
  let process = Process()
  process.executableURL = URL(fileURLWithPath: python)
  process.arguments = ["-c", script, path.text]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let ready = try #require(try pipe.fileHandleForReading.read(upToCount: 6))
  #expect(String(decoding: ready, as: UTF8.self) == "ready\n")
  let ticks = try #require(file.counter("ticks"))
  let decide = try #require(file.recorder("decide"))
  for _ in 0..<20 {
    for _ in 0..<50_000 {
      hp_counter_add(ticks, 1)
      decide.record(500)
    }
    // Lets the other process look in between, also where it shares the core.
    usleep(2_000)
  }
  hp_counter_add(try #require(file.counter("orders")), 17)
  file.finish()
  let answer = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
  let reader = try CounterFileReader(path: path.text)
  let expected =
    "\(getpid()) \(reader.startTime.nanoseconds) ticks=1000000 orders=17 decide=1000000 send=0 b500=1000000 looks=3\n"
  #expect(String(decoding: answer, as: UTF8.self) == expected)
}
