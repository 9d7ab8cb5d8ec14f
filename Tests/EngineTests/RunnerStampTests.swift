// What the runner's latency figures span: from the bytes' arrival to the last command being ready for the kernel.

import Engine
import Testing
import TradingDomain

/// Source and gateway that write down who was called, with a clock that counts its readings.
private final class WatchedDoor: VenueEventSource, OrderGateway, EngineObserver {
  var waiting: [VenueEvent] = []
  var receivedTicks: UInt64 = 0
  var steps: [String] = []
  var spans: [(start: UInt64, end: UInt64)] = []
  private var reading: UInt64 = 100

  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int {
    for (index, event) in waiting.enumerated() { buffer[index] = event }
    defer { waiting.removeAll() }
    return waiting.count
  }

  func send(_ command: OrderCommand) -> SendOutcome {
    steps.append("send")
    return .handedOver
  }

  func enqueue(_ command: OrderCommand) -> SendOutcome {
    steps.append("enqueue")
    return .handedOver
  }

  func flush() { steps.append("flush") }

  func ticks() -> UInt64 {
    reading += 1
    steps.append("clock")
    return reading
  }

  func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64) {
    steps.append("observe")
    spans.append((startTicks, endTicks))
  }
}

/// A bar on which the strategy of `rig` decides to buy, as an event that has not been given to it.
private func decidingEvent(_ rig: EngineRig) -> VenueEvent {
  let minute: Int64 = 60_000_000_000
  let start = Timestamp(nanoseconds: rig.now.nanoseconds / minute * minute)
  let bar = EngineRig.bar(start: start, open: rig.price, close: rig.price + 2)
  rig.now = start + .minutes(1)
  rig.price += 2
  rig.quote()
  return VenueEvent(
    localTime: rig.now,
    update: .market(
      MarketEvent(instrument: Instrument.wdo.id, sequence: 1_000, exchangeTime: rig.now, update: .bar(bar))))
}

@Test func theSpanEndsBeforeTheKernelIsAskedAndCommandsLeaveTogether() throws {
  let rig = try EngineRig()
  let door = WatchedDoor()
  let runner = EngineRunner(
    engine: rig.engine, source: door, gateway: door, journal: rig.journal, observer: door, ticks: door.ticks)
  door.waiting = [decidingEvent(rig)]
  #expect(runner.step() == 1)
  #expect(door.steps == ["clock", "enqueue", "clock", "flush", "observe"])
  #expect(door.spans.map(\.start) == [101])
  #expect(door.spans.map(\.end) == [102])
}

@Test func theSpanBeginsWhenTheBytesWereReceivedIfTheSourceTells() throws {
  let rig = try EngineRig()
  let door = WatchedDoor()
  let runner = EngineRunner(
    engine: rig.engine, source: door, gateway: door, journal: rig.journal, observer: door, ticks: door.ticks)
  door.receivedTicks = 42
  door.waiting = [decidingEvent(rig), VenueEvent(localTime: rig.now, update: .clock)]
  #expect(runner.step() == 2)
  // The second event waited behind the first; that is part of its time.
  #expect(door.spans.map(\.start) == [42, 42])
}

@Test func anEventWithoutCommandsDoesNotCallTheKernel() throws {
  let rig = try EngineRig()
  let door = WatchedDoor()
  let runner = EngineRunner(
    engine: rig.engine, source: door, gateway: door, journal: rig.journal, observer: door, ticks: door.ticks)
  door.waiting = [VenueEvent(localTime: rig.now, update: .clock)]
  #expect(runner.step() == 1)
  #expect(door.steps == ["clock", "clock", "observe"])
}
