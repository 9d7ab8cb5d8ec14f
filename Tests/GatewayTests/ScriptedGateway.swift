// A gateway for tests: speaks the protocol from its own thread, and misbehaves where a test asks for it.
import CHotPath
import Gateway
import Synchronization
import Testing
import TradingDomain

/// A frame that the gateway received.
struct ReceivedFrame: Sendable {
  var type: Int
  var sequence: UInt64
  var payload: [UInt8]

  func read<Payload: BitwiseCopyable>(as type: Payload.Type) -> Payload {
    payload.withUnsafeBytes { $0.loadUnaligned(as: type) }
  }
}

/// What one connection of the gateway can do from within a handler.
struct GatewaySession {
  let server: OpaquePointer
  let slot: UInt32
  /// 1 for the first connection, 2 for the second...
  let connection: Int

  func send<Payload: BitwiseCopyable>(
    _ type: Int, _ payload: Payload, sequence: UInt64 = 0, time: Int64 = 0, acknowledged: UInt64 = 0, flags: Int = 0
  ) {
    let stamp = FrameStamp(
      sequence: sequence, time: Timestamp(nanoseconds: time), acknowledged: acknowledged, flags: UInt8(flags))
    raw { FrameEncoding.frame(type, payload, stamp: stamp, into: $0) }
  }

  func send(_ update: VenueUpdate, sequence: UInt64 = 0, time: Int64 = 0, flags: Int = 0) {
    let stamp = FrameStamp(sequence: sequence, time: Timestamp(nanoseconds: time), flags: UInt8(flags))
    raw { FrameEncoding.event(update, stamp: stamp, instruments: ScriptedGateway.numbers, into: $0) }
  }

  func sendBytes(_ bytes: [UInt8]) { _ = hp_server_send(server, slot, bytes, bytes.count) }

  func drop() { hp_server_drop(server, slot) }

  func finish() { hp_server_finish(server, slot, hp_clock_monotonic_ns()) }

  private func raw(_ encode: (UnsafeMutableRawBufferPointer) -> Int) {
    var room = [UInt8](repeating: 0, count: FrameEncoding.largestFrame)
    let length = room.withUnsafeMutableBytes(encode)
    _ = hp_server_send(server, slot, room, length)
  }
}

/// Behaviour, as a test sets it before the gateway starts.
struct GatewayScript: Sendable {
  var reply: @Sendable (inout hp_msg_hello_reply, hp_msg_hello) -> Void = { _, _ in }
  var asset: @Sendable (inout hp_msg_asset_def) -> Void = { _ in }
  /// Instead of everything else, on Hello; true = handled.
  var onHello: @Sendable (GatewaySession) -> Bool = { _ in false }
  var onAccept: @Sendable (GatewaySession) -> Void = { _ in }
  /// After the snapshot's end of each connection.
  var onStanding: @Sendable (GatewaySession) -> Void = { $0.send(.connection(.ready), sequence: 1) }
  var onFrame: @Sendable (GatewaySession, ReceivedFrame) -> Void = { _, _ in }
}

/// The gateway: a server on a thread of its own.
final class ScriptedGateway: @unchecked Sendable {
  nonisolated(unsafe) static let numbers: InstrumentTable = {
    let table = InstrumentTable()
    // Numbers of the wire differ from the client's on purpose.
    _ = table.bind(wire: 41, local: Instrument.dol.id)
    _ = table.bind(wire: 7, local: Instrument.wdo.id)
    return table
  }()

  let script: GatewayScript
  let port: UInt16
  private let server: OpaquePointer
  private var thread: OpaquePointer?
  private let stopping = Atomic<Bool>(false)
  private let log = Mutex<[ReceivedFrame]>([])
  private var generations = [UInt32](repeating: 0, count: 4)
  private var subscriptions = [Int](repeating: 0, count: 4)
  private var connections = 0

  init(_ script: GatewayScript = GatewayScript()) throws {
    self.script = script
    var config = hp_server_config_default()
    var server: OpaquePointer?
    try #require(hp_server_create(&config, "127.0.0.1", 0, &server) == 0)
    self.server = try #require(server)
    port = hp_server_port(self.server)
    let started = hp_thread_start(
      "scripted gateway", Int32(HP_THREAD_ANY_CORE),
      { context in
        guard let context else { return }
        Unmanaged<ScriptedGateway>.fromOpaque(context).takeUnretainedValue().run()
      }, Unmanaged.passUnretained(self).toOpaque(), &thread)
    try #require(started == 0)
  }

  /// Stops the thread and closes the port; every test ends with it.
  func stop() {
    stopping.store(true, ordering: .releasing)
    if let thread { _ = hp_thread_join(thread) }
    thread = nil
  }

  /// Everything received so far.
  var received: [ReceivedFrame] { log.withLock { $0 } }

  func received(_ type: Int) -> [ReceivedFrame] { received.filter { $0.type == type } }

  private func run() {
    while !stopping.load(ordering: .acquiring) {
      _ = hp_server_wait(server, hp_clock_monotonic_ns(), 1_000_000)
      for slot in 0..<UInt32(4) { serve(slot) }
    }
    hp_server_destroy(server)
  }

  private func serve(_ slot: UInt32) {
    let state = Int(hp_server_client_state(server, slot))
    if state == HP_CLIENT_NONE { return }
    let generation = hp_server_client_generation(server, slot)
    if generations[Int(slot)] != generation {
      generations[Int(slot)] = generation
      subscriptions[Int(slot)] = 0
      connections += 1
      script.onAccept(session(slot))
    }
    readFrames(slot)
    if state == HP_CLIENT_GONE { hp_server_release(server, slot) }
  }

  private func session(_ slot: UInt32) -> GatewaySession {
    GatewaySession(server: server, slot: slot, connection: connections)
  }

  private func readFrames(_ slot: UInt32) {
    var length = 0
    let bytes = hp_server_received(server, slot, &length)
    var offset = 0
    var frame = hp_frame_empty()
    while Int(hp_frame_decode(bytes + offset, length - offset, &frame)) == HP_FRAME_COMPLETE {
      let payload = Array(UnsafeBufferPointer(start: frame.payload, count: Int(frame.payload_length)))
      let received = ReceivedFrame(
        type: Int(frame.header.type), sequence: frame.header.sequence, payload: payload)
      log.withLock { $0.append(received) }
      handle(received, session(slot))
      offset += Int(frame.header.length)
    }
    hp_server_consume(server, slot, offset)
  }

  private func handle(_ frame: ReceivedFrame, _ session: GatewaySession) {
    switch frame.type {
    case HP_FRAME_HELLO: greet(frame.read(as: hp_msg_hello.self), session)
    case HP_FRAME_SUBSCRIBE: subscribe(frame.read(as: hp_msg_subscribe.self), session)
    default: script.onFrame(session, frame)
    }
  }

  private func greet(_ hello: hp_msg_hello, _ session: GatewaySession) {
    if script.onHello(session) { return }
    var reply = hp_msg_hello_reply()
    reply.magic = HP_HELLO_MAGIC
    reply.version = UInt16(HP_FRAME_VERSION)
    reply.environment = hello.environment
    reply.asset_count = 2
    reply.fencing_epoch = hello.fencing_epoch
    reply.gateway_epoch = 9
    reply.next_sequence = 1
    reply.capabilities = hello.capabilities
    script.reply(&reply, hello)
    session.send(HP_FRAME_HELLO_REPLY, reply)
    for instrument in [Instrument.wdo, Instrument.dol] {
      var asset = hp_msg_asset_def()
      asset.instrument = ScriptedGateway.numbers.wire(instrument.id)
      asset.exchange = UInt8(ascii: "F")
      (asset.tick_numerator, asset.tick_denominator) = (1, 2)
      asset.tick_value_micro_brl = instrument.tickValue.microBRL
      asset.lot = instrument.lot.contracts
      WireText.set(&asset.symbol, instrument.symbol)
      WireText.set(&asset.ticker, instrument.symbol + "K20")
      script.asset(&asset)
      session.send(HP_FRAME_ASSET_DEF, asset)
    }
  }

  private func subscribe(_ message: hp_msg_subscribe, _ session: GatewaySession) {
    let answer = hp_msg_subscribe_ack(
      request_id: message.request_id, instrument: message.instrument, streams: message.streams,
      result: UInt16(HP_SUBSCRIBE_OK), reserved: 0, native_code: 0)
    session.send(HP_FRAME_SUBSCRIBE_ACK, answer)
    subscriptions[Int(session.slot)] += 1
    guard subscriptions[Int(session.slot)] == ScriptedGateway.wanted.count else { return }
    session.send(
      HP_FRAME_SNAPSHOT_BEGIN,
      hp_msg_snapshot_begin(next_sequence: 1, orders: 0, positions: 0, instruments: 0, reserved: 0))
    session.send(HP_FRAME_SNAPSHOT_END, hp_msg_snapshot_end(next_sequence: 1, frames: 0))
    script.onStanding(session)
  }

  /// The client's allow-list in these tests.
  static let wanted = [GatewayInstrument(.dol)]

  /// Settings of a client of this gateway.
  func configuration(virtualTime: Bool = false) -> GatewayConfiguration {
    var configuration = GatewayConfiguration(
      host: "127.0.0.1", port: port, environment: .simulator, instruments: ScriptedGateway.wanted)
    configuration.virtualTime = virtualTime
    configuration.fencingEpoch = 5
    configuration.backoffMinimum = .milliseconds(2)
    configuration.backoffMaximum = .milliseconds(20)
    return configuration
  }
}

/// Collects events of a client until `enough` holds or `seconds` pass.
func collect(
  from client: GatewayClient, capacity: Int = 8, seconds: Double = 10, until enough: ([VenueEvent]) -> Bool
) -> [VenueEvent] {
  let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: capacity)
  buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
  defer { buffer.deallocate() }
  var events: [VenueEvent] = []
  let deadline = hp_clock_monotonic_ns() + Int64(seconds * 1e9)
  while hp_clock_monotonic_ns() < deadline, !enough(events) {
    let count = client.poll(into: buffer)
    events += buffer[..<count]
    if count == 0 { client.rest(atMost: .milliseconds(1)) }
  }
  return events
}

/// A trade of DOL with that feed number.
func trade(_ number: UInt64) -> VenueUpdate {
  .market(
    MarketEvent(
      instrument: Instrument.dol.id, sequence: number, exchangeTime: Timestamp(nanoseconds: Int64(number)),
      update: .trade(Trade(price: Price(ticks: 10_000), quantity: 5, kind: .buyerAggressor, number: number))))
}

/// A report on order `counter`.
func report(_ counter: UInt64) -> VenueUpdate {
  .order(
    OrderReport(
      id: ClientOrderID(epoch: 5, strategy: 1, counter: counter), gatewayOrderID: counter,
      instrument: Instrument.dol.id,
      status: .new, reason: .none, side: .buy, quantity: 5, tradedQuantity: 0, tradedTicks: 0,
      exchangeTime: Timestamp(nanoseconds: 1)))
}

/// An order for DOL.
func order(_ counter: UInt64, at time: Int64) -> OrderCommand {
  .new(
    NewOrder(
      id: ClientOrderID(epoch: 5, strategy: 1, counter: counter),
      intent: OrderIntent(
        instrument: Instrument.dol.id, side: .buy, type: .limit, quantity: 5, limit: Price(ticks: 9_999), stop: nil,
        purpose: .entry), decisionTime: Timestamp(nanoseconds: time)))
}
