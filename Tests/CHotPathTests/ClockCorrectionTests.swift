// The clock against the kernel's: its error is told, corrected without a step back, and a bad counter is replaced.
import CHotPath
import Glibc
import Testing

/// A clock and how late it may be off by reading noise on a busy machine.
private let noise: Int64 = 50_000

/// The least of many readings of the error: one during which the thread lost its core says nothing about the clock.
private func error(of clock: inout hp_clock) -> Int64 {
  var least = Int64.max
  for _ in 0..<50 {
    let seen = hp_clock_check(&clock)
    if abs(seen) < abs(least) { least = seen }
  }
  return least
}

private func sleep(milliseconds: UInt32) { usleep(milliseconds * 1000) }

@Test(arguments: [0, UInt32(HP_CLOCK_FORCE_KERNEL)]) func anOpenedClockFollowsTheKernelsAndNeverGoesBack(flags: UInt32)
  throws
{
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 20_000_000, flags) == 0)
  var (last, backwards) = (Int64.min, 0)
  for round in 0..<2_000 {
    for _ in 0..<20 {
      let now = hp_clock_now_ns(&clock)
      if now < last { backwards += 1 }
      last = now
    }
    var seen: Int64 = 0
    if round % 500 == 499 {
      sleep(milliseconds: 15)
      #expect(Int(hp_clock_correct(&clock, &seen)) == HP_CLOCK_CORRECTED)
      #expect(abs(error(of: &clock)) < noise)
    }
  }
  #expect(backwards == 0)
}

@Test func theForcedKernelClockCountsNanosecondsAndIsExact() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 1_000_000, UInt32(HP_CLOCK_FORCE_KERNEL)) == 0)
  #expect(clock.source == UInt64(HP_CLOCK_KERNEL))
  #expect(hp_clock_check(&clock) == 0)
  #expect(hp_clock_span_ns(&clock, 12_345) == 12_345)
  let (before, stamp, after) = (hp_clock_monotonic_ns(), hp_clock_stamp(&clock), hp_clock_monotonic_ns())
  #expect(before <= hp_clock_at_ns(&clock, stamp) && hp_clock_at_ns(&clock, stamp) <= after)
}

@Test func theCounterIsTakenWhereItIsFitAndTheKernelsClockElsewhere() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 5_000_000, 0) == 0)
  let isFit = Int(hp_clock_fitness()) == HP_CLOCK_FIT
  #expect(clock.source == UInt64(isFit ? HP_CLOCK_COUNTER : HP_CLOCK_KERNEL))
}

@Test func aCounterIsFitOnlyIfItIsInvariantAndTheKernelKeepsTimeByIt() {
  for (invariant, source, verdict) in [
    (1, "tsc\n", HP_CLOCK_FIT), (1, "tsc", HP_CLOCK_FIT), (1, "kvm-clock\n", HP_CLOCK_FIT), (1, "", HP_CLOCK_FIT),
    (0, "tsc\n", HP_CLOCK_NOT_INVARIANT), (1, "hpet\n", HP_CLOCK_NOT_TRUSTED), (1, "acpi_pm", HP_CLOCK_NOT_TRUSTED),
    (1, "ts\n", HP_CLOCK_NOT_TRUSTED), (1, "tsc2\n", HP_CLOCK_NOT_TRUSTED), (0, "hpet", HP_CLOCK_NOT_INVARIANT),
  ] {
    #expect(Int(hp_clock_judge(Int32(invariant), source)) == verdict, "\(invariant) \(source)")
  }
}

@Test func theErrorIsTold() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 20_000_000, 0) == 0)
  for shift in [3_000_000, -7_000_000] as [Int64] {
    var shifted = clock
    shifted.base_ns += shift
    #expect(abs(error(of: &shifted) - shift) < noise)
  }
}

@Test func aClockThatIsBehindStepsForward() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 20_000_000, 0) == 0)
  clock.base_ns -= 5_000_000
  sleep(milliseconds: 12)
  var seen: Int64 = 0
  #expect(Int(hp_clock_correct(&clock, &seen)) == HP_CLOCK_CORRECTED)
  #expect(abs(seen + 5_000_000) < 10 * noise)
  #expect(abs(error(of: &clock)) < noise)
}

@Test(arguments: [0, UInt32(HP_CLOCK_FORCE_KERNEL)]) func aClockThatIsAheadGoesSlowerAndNeverBack(flags: UInt32) throws
{
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 20_000_000, flags) == 0)
  let lead: Int64 = 10_000_000
  clock.base_ns += lead
  sleep(milliseconds: 12)
  let last = hp_clock_now_ns(&clock)
  var seen: Int64 = 0
  #expect(Int(hp_clock_correct(&clock, &seen)) == HP_CLOCK_CORRECTED)
  #expect(abs(seen - lead) < 10 * noise)
  #expect(hp_clock_now_ns(&clock) >= last)
  #expect(clock.multiplier < clock.rate)
  // A lead of 10 ms is more than one second's slowing: the greatest slowing applies, half a millisecond a second.
  let second = hp_clock_span_ns(&clock, UInt64(1_000_000_000) << 32 / clock.rate)
  #expect(abs(second - 999_500_000) < 10_000, "a second of slowed ticks is \(second) ns")
  sleep(milliseconds: 200)
  let worked = lead - error(of: &clock)
  #expect(worked > 90_000 - noise && worked < 2_000_000, "worked off \(worked) ns")
}

@Test func aSmallLeadIsGoneAfterASecondAndNotOvershot() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 20_000_000, UInt32(HP_CLOCK_FORCE_KERNEL)) == 0)
  clock.base_ns += 100_000
  sleep(milliseconds: 12)
  var seen: Int64 = 0
  #expect(Int(hp_clock_correct(&clock, &seen)) == HP_CLOCK_CORRECTED)
  #expect(seen == 100_000)
  // By the clock's own line, not by waiting: the kernel's ticks are nanoseconds.
  let later = hp_clock_at_ns(&clock, clock.base_ticks + 1_000_000_000) - Int64(clock.base_ticks) - 1_000_000_000
  #expect(abs(later) <= 1, "\(later) ns ahead a second later")
}

@Test func aWrongRateIsMeasuredAnew() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 50_000_000, 0) == 0)
  let right = clock.rate
  // 1000 ppm fast: the kernel's clock may come to differ like that, so it is corrected and not condemned.
  clock.rate += right / 1000
  clock.multiplier = clock.rate
  sleep(milliseconds: 100)
  var seen: Int64 = 0
  #expect(Int(hp_clock_correct(&clock, &seen)) == HP_CLOCK_CORRECTED)
  #expect(seen > 50_000, "a thousandth of at least 100 ms, less noise")
  #expect(clock.rate.magnitude < right + right / 5000 && clock.rate > right - right / 5000)
}

@Test func aCounterThatRunsWildIsReplacedByTheKernelsClockWithoutAStepBack() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 20_000_000, 0) == 0)
  // As after a move to a machine whose counter is one in a hundred slower than this clock believes.
  clock.rate += clock.rate / 100
  clock.multiplier = clock.rate
  sleep(milliseconds: 30)
  let last = hp_clock_now_ns(&clock)
  var seen: Int64 = 0
  #expect(Int(hp_clock_correct(&clock, &seen)) == HP_CLOCK_FELL_BACK)
  #expect(clock.source == UInt64(HP_CLOCK_KERNEL))
  #expect(hp_clock_now_ns(&clock) >= last)
  // A counter that stands still is no better.
  var still = hp_clock()
  try #require(hp_clock_open(&still, 20_000_000, 0) == 0)
  still.pair_ticks += 1 << 62
  sleep(milliseconds: 12)
  #expect(Int(hp_clock_correct(&still, &seen)) == HP_CLOCK_FELL_BACK)
}

@Test func aCorrectionTooSoonChangesNothingAndUnknownFlagsAreRefused() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 1_000_000, UInt32(HP_CLOCK_FORCE_KERNEL)) == 0)
  let before = clock
  var seen: Int64 = 1
  #expect(Int(hp_clock_correct(&clock, &seen)) == HP_CLOCK_TOO_SOON)
  #expect((clock.base_ns, clock.multiplier, clock.pair_ns) == (before.base_ns, before.multiplier, before.pair_ns))
  #expect(hp_clock_open(&clock, 999_999, 0) == -EINVAL)
  #expect(hp_clock_open(&clock, 1_000_000, 2) == -EINVAL)
}

@Test func aStampFromBeforeTheBaseIsEarlierAndNotFarInTheFuture() throws {
  var clock = hp_clock()
  try #require(hp_clock_open(&clock, 5_000_000, 0) == 0)
  let earlier = hp_clock_at_ns(&clock, clock.base_ticks - 2_000_000)
  #expect(earlier < clock.base_ns && earlier > clock.base_ns - 100_000_000)
}
