// Adds up what pieces of work allocate on this thread, and remembers where it began.
import Testing

/// Bytes allocated inside ``measure(_:_:)``, with the first offenders by name.
struct AllocationMeter {
  private let counter: ThreadAllocationCounter
  private(set) var bytes: UInt64 = 0
  private(set) var calls = 0
  /// Calls that allocated, and the first few of them in words.
  private(set) var offences = 0
  private(set) var examples: [String] = []

  init() throws {
    counter = try #require(
      ThreadAllocationCounter(), "this process does not allocate with jemalloc, so nothing can be counted")
  }

  /// Does `work` and counts what it allocates; `name` is asked for only when there is something to say.
  mutating func measure(_ name: @autoclosure () -> String, _ work: () -> Void) {
    let before = counter.bytes
    work()
    let allocated = counter.bytes - before
    calls += 1
    guard allocated > 0 else { return }
    bytes += allocated
    offences += 1
    if examples.count < 5 { examples.append("call \(calls), \(name()): \(allocated) bytes") }
  }

  /// What was found, for a failing expectation.
  var finding: Comment {
    "\(bytes) bytes in \(offences) of \(calls) calls; first: \(examples.joined(separator: "; "))"
  }
}
