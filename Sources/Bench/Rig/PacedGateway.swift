// The far end of the tick-to-order stages: a gateway on a thread of its own that sends triggers at a fixed pace and
// takes the time until the order that answers each.

import CHotPath
import Gateway
import Synchronization
import TradingDomain

/// What both ends do while nothing has arrived.
enum Waiting {
  /// They poll without sleep: the fastest, where each has a core of its own.
  case spinning
  /// They sleep in the kernel until something arrives, as `trader run` does.
  case resting
}

/// One session of a gateway in virtual time, for one client: opens, and at each ``begin(_:)`` sends some triggers.
/// Between two such slices its thread sleeps, so that something else can be measured on both cores.
///
/// The load is open-loop: trigger k is due at a fixed time, whatever became of those before it, and its latency counts
/// from then. A stall is thus seen by every trigger that it delays (no coordinated omission). A trigger that comes due
/// while the order before it is out leaves at once after that order's end, as the engine holds one order at a time.
final class PacedGateway: @unchecked Sendable {
  /// Time between two triggers.
  static let pace: Int64 = 1_000_000
  /// No order after this time: the session has failed.
  private static let patience: Int64 = 2_000_000_000

  /// What the two threads tell each other.
  private enum Step: UInt8 {
    case opening, begun, done, failed
  }

  let port: UInt16
  let triggers: Int
  private let waiting: Waiting
  private let server: OpaquePointer
  private let instruments = InstrumentTable(identity: [TriggerMarket.instrument.id])
  /// Nanoseconds from when a trigger was due to the arrival of its order. The other thread reads it after `.done`.
  private let latencies: UnsafeMutablePointer<UInt64>
  /// Triggers of the present slice; written before `.begun`.
  private var slice = 0
  /// Stored releasing, loaded acquiring: what was written before a step is visible after it.
  private let step = Atomic<UInt8>(Step.opening.rawValue)
  private let stops = Atomic<Bool>(false)
  private var thread: OpaquePointer?
  private var nextSequence: UInt64 = 1
  /// Over identity and price of every order; read after `.done`.
  private(set) var checksum: UInt64 = 0
  /// Orders that came; read after `.done` or `.failed`.
  private(set) var orders = 0

  init(triggers: Int, waiting: Waiting) throws {
    self.waiting = waiting
    var settings = hp_server_config_default()
    settings.max_clients = 1
    var created: OpaquePointer?
    let outcome = hp_server_create(&settings, "127.0.0.1", 0, &created)
    guard outcome == 0, let created else {
      throw BenchFailure.environment("no loopback server (error \(-outcome)); see 'trader doctor'")
    }
    server = created
    port = hp_server_port(created)
    self.triggers = triggers
    latencies = .allocate(capacity: triggers)
    latencies.initialize(repeating: 0, count: triggers)
  }

  deinit { latencies.deallocate() }

  var isDone: Bool { step.load(ordering: .acquiring) == Step.done.rawValue }
  var hasFailed: Bool { step.load(ordering: .acquiring) == Step.failed.rawValue }

  /// Latencies in the order of the triggers; after ``isDone``.
  var results: UnsafeBufferPointer<UInt64> { UnsafeBufferPointer(start: latencies, count: triggers) }

  func start() throws {
    let outcome = hp_thread_start(
      "bench-gateway", Cores.forOtherEnd,
      { context in
        guard let context else { return }
        Unmanaged<PacedGateway>.fromOpaque(context).takeUnretainedValue().run()
      }, Unmanaged.passUnretained(self).toOpaque(), &thread)
    guard outcome == 0 else { throw BenchFailure.environment("the gateway's thread did not start (error \(-outcome))") }
  }

  /// Lets the next `count` triggers begin; only before the first slice and after ``isDone``.
  func begin(_ count: Int) {
    slice = min(count, triggers - orders)
    step.store(Step.begun.rawValue, ordering: .releasing)
  }

  /// Ends the thread; every started gateway must be stopped before it goes.
  func stop() {
    stops.store(true, ordering: .releasing)
    if let thread { _ = hp_thread_join(thread) }
    thread = nil
  }

  private func run() {
    var isStanding = false
    while !stops.load(ordering: .acquiring) {
      if isStanding, step.load(ordering: .acquiring) == Step.begun.rawValue {
        step.store((measure() ? Step.done : Step.failed).rawValue, ordering: .releasing)
      }
      _ = hp_server_wait(server, hp_clock_monotonic_ns(), 1_000_000)
      if Int(hp_server_client_state(server, 0)) == HP_CLIENT_OPEN, !isStanding { isStanding = open() }
    }
    hp_server_destroy(server)
  }

  // MARK: Opening

  /// Answers what waits of the opening; true once the session stands.
  private func open() -> Bool {
    var length = 0
    let bytes = hp_server_received(server, 0, &length)
    var offset = 0
    var stands = false
    var frame = hp_frame_empty()
    while Int(hp_frame_decode(bytes + offset, length - offset, &frame)) == HP_FRAME_COMPLETE {
      switch Int(frame.header.type) {
      case HP_FRAME_HELLO: greet(FrameDecoding.payload(frame, as: hp_msg_hello.self))
      case HP_FRAME_SUBSCRIBE:
        subscribe(FrameDecoding.payload(frame, as: hp_msg_subscribe.self))
        stands = true
      default: break
      }
      offset += Int(frame.header.length)
    }
    hp_server_consume(server, 0, offset)
    return stands
  }

  private func greet(_ hello: hp_msg_hello) {
    var reply = hp_msg_hello_reply()
    reply.magic = HP_HELLO_MAGIC
    reply.version = UInt16(HP_FRAME_VERSION)
    reply.environment = hello.environment
    reply.asset_count = 1
    reply.fencing_epoch = hello.fencing_epoch
    reply.gateway_epoch = 1
    reply.next_sequence = 1
    reply.capabilities = hello.capabilities
    send(HP_FRAME_HELLO_REPLY, reply)
    var asset = hp_msg_asset_def()
    asset.instrument = instruments.wire(TriggerMarket.instrument.id)
    asset.exchange = UInt8(ascii: "F")
    (asset.tick_numerator, asset.tick_denominator) = (1, 2)
    asset.tick_value_micro_brl = TriggerMarket.instrument.tickValue.microBRL
    asset.lot = TriggerMarket.instrument.lot.contracts
    WireText.set(&asset.symbol, TriggerMarket.instrument.symbol)
    WireText.set(&asset.ticker, TriggerMarket.instrument.symbol + "Z25")
    send(HP_FRAME_ASSET_DEF, asset)
  }

  private func subscribe(_ message: hp_msg_subscribe) {
    send(
      HP_FRAME_SUBSCRIBE_ACK,
      hp_msg_subscribe_ack(
        request_id: message.request_id, instrument: message.instrument, streams: message.streams,
        result: UInt16(HP_SUBSCRIBE_OK), reserved: 0, native_code: 0))
    send(
      HP_FRAME_SNAPSHOT_BEGIN,
      hp_msg_snapshot_begin(next_sequence: 1, orders: 0, positions: 0, instruments: 0, reserved: 0))
    send(HP_FRAME_SNAPSHOT_END, hp_msg_snapshot_end(next_sequence: 1, frames: 0))
    for event in TriggerMarket.opening() { send(event) }
  }

  // MARK: Triggers

  /// Sends the slice's triggers and awaits their orders; false when one did not come.
  private func measure() -> Bool {
    let first = hp_clock_monotonic_ns() + PacedGateway.pace
    let begun = orders
    for number in begun..<(begun + slice) {
      let due = first + Int64(number - begun) * PacedGateway.pace
      wait(until: due)
      send(TriggerMarket.trigger(number))
      guard let (order, arrival) = awaitOrder(until: hp_clock_monotonic_ns() + PacedGateway.patience) else {
        return false
      }
      latencies[number] = UInt64(arrival - due)
      orders += 1
      checksum = (checksum &* 0x100_0000_01B3) ^ order.id.low ^ UInt64(bitPattern: order.intent.limit?.ticks ?? 0) << 32
      send(TriggerMarket.withdrawal(of: order, trigger: number))
    }
    return true
  }

  private func wait(until due: Int64) {
    while true {
      let rest = due - hp_clock_monotonic_ns()
      if rest <= 0 { return }
      // The kernel's timers are late by about this much.
      if waiting == .resting, rest > 100_000 {
        _ = hp_server_wait(server, hp_clock_monotonic_ns(), rest - 100_000)
      } else {
        hp_cpu_relax()
      }
    }
  }

  /// Waits for the next order; nil after `deadline`, or when asked to stop.
  private func awaitOrder(until deadline: Int64) -> (NewOrder, arrival: Int64)? {
    var frame = hp_frame_empty()
    while !stops.load(ordering: .acquiring) {
      let now = hp_clock_monotonic_ns()
      if now > deadline { return nil }
      // Not by the number of completions: sending may have collected the order's bytes already.
      if waiting == .resting { _ = hp_server_wait(server, now, 1_000_000) } else { _ = hp_server_poll(server, now) }
      var length = 0
      let bytes = hp_server_received(server, 0, &length)
      guard Int(hp_frame_decode(bytes, length, &frame)) == HP_FRAME_COMPLETE else {
        if waiting == .spinning { hp_cpu_relax() }
        continue
      }
      let arrival = hp_clock_monotonic_ns()
      let reading = FrameDecoding.command(frame, instruments: instruments)
      hp_server_consume(server, 0, Int(frame.header.length))
      if case .value(.new(let order)) = reading { return (order, arrival) }
    }
    return nil
  }

  // MARK: Frames

  private func send(_ event: VenueEvent) {
    guard let type = FrameEncoding.frameType(of: event.update),
      let room = hp_server_claim(server, 0, FrameEncoding.largestFrame)
    else { return }
    let isNumbered = hp_frame_is_numbered(UInt16(type)) != 0
    let stamp = FrameStamp(
      sequence: isNumbered ? nextSequence : 0, time: event.localTime, flags: UInt8(HP_FRAME_VIRTUAL_TIME))
    if isNumbered { nextSequence += 1 }
    let length = FrameEncoding.event(
      event.update, stamp: stamp, instruments: instruments,
      into: UnsafeMutableRawBufferPointer(start: room, count: FrameEncoding.largestFrame))
    hp_server_commit(server, 0, length)
    _ = hp_server_flush(server, 0)
  }

  private func send<Payload: BitwiseCopyable>(_ type: Int, _ payload: Payload) {
    guard let room = hp_server_claim(server, 0, FrameEncoding.largestFrame) else { return }
    let stamp = FrameStamp(sequence: 0, time: TriggerMarket.start, flags: UInt8(HP_FRAME_VIRTUAL_TIME))
    let length = FrameEncoding.frame(
      type, payload, stamp: stamp,
      into: UnsafeMutableRawBufferPointer(start: room, count: FrameEncoding.largestFrame))
    hp_server_commit(server, 0, length)
    _ = hp_server_flush(server, 0)
  }
}
