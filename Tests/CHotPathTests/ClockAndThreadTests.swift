// The calibrated counter against the system's clock; threads with names and cores.
import CHotPath
import Glibc
import Testing

@Test func theCalibratedCounterFollowsTheMonotonicClock() throws {
  var clock = hp_clock()
  try #require(hp_clock_calibrate(&clock, 50_000_000) == 0)
  // The closest of many pairs: a pair torn apart by the scheduler says nothing about the clock.
  var closest = Int64.max
  for _ in 0..<1000 {
    let before = hp_clock_monotonic_ns()
    let estimate = hp_clock_now_ns(&clock)
    let after = hp_clock_monotonic_ns()
    let error = max(before - estimate, estimate - after, 0)
    closest = min(closest, error)
  }
  #expect(closest < 20_000, "off by \(closest) ns")
  #expect(hp_clock_span_ns(&clock, 0) == 0)
}

@Test func aCalibrationTooShortToMeanAnythingIsRefused() {
  var clock = hp_clock()
  #expect(hp_clock_calibrate(&clock, 999_999) == -EINVAL)
}

@Test func aThreadRunsOnTheCoreItWasGiven() throws {
  var cores = [Int32](repeating: -1, count: 64)
  let count = hp_thread_allowed_cores(&cores, 64)
  try #require(count > 0)
  let last = cores[min(Int(count), 64) - 1]
  let answer = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  answer.initialize(to: -1)
  defer { answer.deallocate() }
  var thread: OpaquePointer?
  let started = hp_thread_start(
    "a name that is far too long", last,
    { context in context?.assumingMemoryBound(to: Int32.self).pointee = hp_thread_core() }, answer, &thread)
  try #require(started == 0)
  if let thread { #expect(hp_thread_join(thread) == 0) }
  #expect(answer.pointee == last)
}

@Test func aCoreThatDoesNotExistIsRefused() {
  var thread: OpaquePointer?
  #expect(hp_thread_start("nowhere", 1_000_000, { _ in }, nil, &thread) == -EINVAL)
  #expect(hp_thread_start("nowhere", 1023, { _ in }, nil, &thread) == -EINVAL)
  #expect(hp_thread_pin(-2) == -EINVAL)
}
