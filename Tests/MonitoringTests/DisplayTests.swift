// The texts that people read while a session or a long task runs.

import Monitoring
import Testing
import TradingDomain

@Test func theStatusLineShowsTimePricePositionProfitRateAndLatency() {
  let line = StatusLine.render(Samples.snapshot(), decisionsPerSecond: 200, width: nil, usesColor: false)
  #expect(
    line == "2020-04-02 09:31:07  DOL 5,210.5  pos +5  P&L 1,230.00 BRL  200 dec/s  p50 50.0 us p99 99.0 us"
      || line == "2020-04-02 09:31:07  DOL 5,210.5  pos +5  P&L 1,230.00 BRL  200 dec/s  p50 50.0 us p99 99.1 us",
    "\(line)")
}

@Test func aNarrowTerminalLosesWholePartsFromTheRight() {
  let line = StatusLine.render(Samples.snapshot(), decisionsPerSecond: 200, width: 45, usesColor: false)
  #expect(line == "2020-04-02 09:31:07  DOL 5,210.5  pos +5")
}

@Test func coloursAppearOnlyWhenWanted() {
  let plain = StatusLine.render(Samples.snapshot(), decisionsPerSecond: nil, width: nil, usesColor: false)
  let coloured = StatusLine.render(Samples.snapshot(), decisionsPerSecond: nil, width: nil, usesColor: true)
  #expect(!plain.contains("\u{1B}"))
  #expect(coloured.contains("\u{1B}[32mP&L 1,230.00 BRL\u{1B}[0m"))
}

@Test func aTerminalIsRedrawnInPlaceAtMostTenTimesASecond() {
  let screen = Screen()
  var status = StatusLine(terminal: screen.terminal(isInteractive: true))
  let system = Samples.system()
  for step in 0..<1000 {
    status.show(system.snapshot(monotonicTime: .seconds(100) + .milliseconds(Int64(step))))
  }
  #expect(screen.writes.count == 10)
  #expect(screen.writes.allSatisfy { $0.hasPrefix("\r") && $0.hasSuffix("\u{1B}[K") && !$0.contains("\n") })
}

@Test func withoutATerminalAPlainLineAppearsEveryFewSeconds() {
  let screen = Screen()
  var status = StatusLine(terminal: screen.terminal(isInteractive: false), plainInterval: .seconds(5))
  let system = Samples.system()
  for second in 0..<20 { status.show(system.snapshot(monotonicTime: .seconds(100 + Int64(second)))) }
  #expect(screen.writes.count == 4)
  #expect(screen.writes.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\r") && !$0.contains("\u{1B}") })
}

@Test func theRateIsThatOfTheSpanSinceTheLastLine() {
  let screen = Screen()
  var status = StatusLine(terminal: screen.terminal(isInteractive: false), plainInterval: .seconds(1))
  let system = Samples.system()
  status.show(system.snapshot(monotonicTime: .seconds(102)))
  for _ in 0..<50 { system.observe(JournalEntry(time: Samples.time, fact: Samples.decision(price: 1))) }
  status.show(system.snapshot(monotonicTime: .seconds(103)))
  #expect(screen.writes.map { $0.contains("200 dec/s") } == [true, false])
  #expect(screen.writes.map { $0.contains("  50 dec/s") } == [false, true])
}

@Test func aHaltStandsOutInTheLine() {
  let system = Samples.system()
  system.observe(JournalEntry(time: Samples.time, fact: .state(.halted, reason: 2)))
  system.observe(JournalEntry(time: Samples.time, fact: .connection(.linkDown)))
  let line = StatusLine.render(
    system.snapshot(monotonicTime: .seconds(101)), decisionsPerSecond: nil, width: nil, usesColor: false)
  #expect(line.contains("  HALTED  link down"))
}

@Test func progressShowsShareCountAndTimeLeft() {
  let text = ProgressBar.render(
    label: "import", unit: "rows", completed: 250_000, total: 1_000_000, elapsed: .seconds(20), width: nil)
  #expect(text == "import  25%  250,000/1,000,000 rows  ETA 1:00")
  let bar = ProgressBar.render(label: "x", unit: "rows", completed: 1, total: 2, elapsed: .seconds(1), width: 200)
  #expect(bar.contains("[" + String(repeating: "#", count: 20) + String(repeating: ".", count: 20) + "]"))
}

@Test func progressOfUnknownLengthCountsOnly() {
  let text = ProgressBar.render(
    label: "record", unit: "frames", completed: 1_500, total: 0, elapsed: .seconds(61), width: 80)
  #expect(text == "record  1,500 frames  1:01")
}

@Test func progressNeverFillsMoreThanTheTerminal() {
  for width in 20...200 {
    let text = ProgressBar.render(
      label: "train", unit: "rounds", completed: 77, total: 300, elapsed: .seconds(9), width: width)
    #expect(text.count <= max(width, "train  25%  77/300 rounds  ETA 0:27".count), "width \(width)")
  }
}

@Test func progressIsSparseWithoutATerminalAndSilentForMachines() {
  let screen = Screen()
  var bar = ProgressBar(
    label: "a", unit: "rows", total: 60, terminal: screen.terminal(isInteractive: false), now: .zero)
  for second in 1...35 { bar.update(UInt64(second), now: .seconds(Int64(second))) }
  bar.finish()
  #expect(screen.writes.count == 3)

  let interactive = Screen()
  bar = ProgressBar(
    label: "a", unit: "rows", total: 60, terminal: interactive.terminal(isInteractive: true), now: .zero)
  bar.update(1, now: .seconds(1))
  bar.update(2, now: .seconds(1) + .milliseconds(50))
  bar.finish()
  bar.finish()
  #expect(interactive.writes.count == 2)
  #expect(interactive.writes.last == "\r\u{1B}[K")
}

@Test func theSummaryTellsResultTroublesAndLatency() {
  let text = SessionSummary.text(Samples.snapshot())
  #expect(text.contains("session        2020-04-02 09:31:07 to 2020-04-02 09:31:07\n"))
  #expect(text.contains("profit         1,230.00 BRL after 20.00 BRL fees\n"))
  #expect(text.contains("0 refused by risk, 0 rejected by the venue, 0 not sent"))
  #expect(text.contains("max 100.0 us over 100\n"))
  #expect(!text.contains("dropped"))
}

@Test(arguments: [
  (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (1234567.891, 2, "1,234,567.89"), (-1234.5, 0, "-1,235"),
  (0.05, 1, "0.1"), (999.995, 1, "1,000.0"), (Double.nan, 2, "nan"), (-Double.infinity, 2, "-inf"),
])
func decimalsAreRoundedAndGrouped(_ value: Double, _ places: Int, _ expected: String) {
  #expect(NumberText.decimal(value, places: places) == expected)
}

@Test(arguments: [
  (7.0, "7 ns"), (12.3, "12.3 ns"), (850.0, "850 ns"), (8_120.0, "8.1 us"), (2_400_000.0, "2.40 ms"), (1.5e9, "1.50 s"),
])
func durationsCarryTheUnitThatKeepsThemReadable(_ nanoseconds: Double, _ expected: String) {
  #expect(NumberText.duration(nanoseconds: nanoseconds) == expected)
}
