// After warm-up, nothing on the engine's thread takes memory: no event, decision, order, report or fill.

import Accounting
import Backtest
import CHotPath
import DecisionForests
import Engine
import Features
import Gateway
import GatewaySimulator
import MarketData
import Risk
import Simulation
import Storage
import Testing
import TradingDomain

/// Keeps commands until the venue may have them, so that the venue's own memory is not counted as the engine's.
private final class CommandShelf: OrderGateway {
  private let storage = UnsafeMutablePointer<OrderCommand>.allocate(capacity: EngineOutput.commandCapacity)
  private(set) var count = 0
  private(set) var total = 0

  deinit { storage.deallocate() }

  func send(_ command: OrderCommand) -> SendOutcome {
    (storage + count).initialize(to: command)
    count += 1
    total += 1
    return .handedOver
  }

  func hand(to gateway: some OrderGateway) {
    for index in 0..<count { _ = gateway.send(storage[index]) }
    count = 0
  }
}

@Suite(.serialized) struct ZeroAllocationTests {
  @Test func theCounterOfTheAllocatorMoves() throws {
    let counter = try #require(ThreadAllocationCounter(), "this process does not allocate with jemalloc")
    let before = counter.bytes
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 12_345, alignment: 8)
    memory.storeBytes(of: 1, as: UInt8.self)
    memory.deallocate()
    #expect(counter.bytes - before >= 12_345)
  }

  @Test func anEngineThatTradesAllocatesNothing() throws {
    let scene = try TradingScene.shared.get()
    let venue = SimulatedVenue(configuration: scene.session.simulation, feed: try scene.session.openMarket())
    let engine = try scene.engine()
    let shelf = CommandShelf()
    let journal = try JournalWriter(path: Scratch.path("journal.bin"), capacity: 1 << 18)
    let runner = EngineRunner(engine: engine, source: venue, gateway: shelf, journal: journal, ticks: { 0 })
    runner.flush(at: scene.session.session.open)
    let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: 64)
    buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
    defer { buffer.deallocate() }
    var meter = try AllocationMeter()
    var warmUp = 10_000
    while !runner.isFinished {
      let count = venue.poll(into: buffer)
      if count == 0 { break }
      for index in 0..<count {
        if warmUp > 0 {
          warmUp -= 1
          runner.process(buffer[index])
        } else {
          meter.measure("\(buffer[index].update)") { runner.process(buffer[index]) }
        }
        shelf.hand(to: venue)
      }
    }
    #expect(meter.bytes == 0, meter.finding)
    #expect(meter.calls > 100_000)
    let audit = engine.audit
    #expect(audit.decisions > 200 && audit.orders > 50 && audit.fills > 20 && journal.count > 500, "\(audit)")
    #expect(shelf.total > Int(audit.orders))
  }

  @Test func theWholeThreadOverTheWireAllocatesNothing() throws {
    let scene = try TradingScene.shared.get()
    let server = try GatewaySimulatorServer(
      configuration: GatewaySimulatorConfiguration(simulation: scene.session.simulation),
      feed: scene.session.openMarket())
    try server.start()
    defer { server.stop() }
    let client = try GatewayClient(
      {
        var configuration = GatewayConfiguration(
          host: "127.0.0.1", port: server.port, environment: .simulator, instruments: [GatewayInstrument(.wdo)])
        configuration.virtualTime = true
        return configuration
      }())
    let engine = try scene.engine()
    let journal = try JournalWriter(path: Scratch.path("journal.bin"), capacity: 1 << 18)
    let runner = EngineRunner(
      engine: engine, source: client, gateway: client, journal: journal, ticks: { hp_clock_ticks() })
    try client.open()
    runner.flush(at: scene.session.session.open)
    while engine.audit.events < 10_000, !runner.isFinished, client.failure == nil {
      if runner.step() == 0 { client.rest(atMost: .milliseconds(1)) }
    }
    let warmUp = engine.audit
    var meter = try AllocationMeter()
    while !runner.isFinished, client.failure == nil {
      meter.measure("poll, process, send and rest at \(engine.audit.time)") {
        if runner.step() == 0, !runner.isFinished { client.rest(atMost: .milliseconds(1)) }
      }
    }
    #expect(meter.bytes == 0, meter.finding)
    let audit = engine.audit
    #expect(audit.events - warmUp.events > 100_000)
    #expect(audit.fills - warmUp.fills > 20 && audit.orders - warmUp.orders > 50, "\(audit)")
    #expect(client.failure == nil)
    client.close()
  }

  @Test func judgingAnOrderAllocatesNothing() throws {
    let scene = try TradingScene.shared.get()
    let risk = try RiskEngine(
      limits: scene.configuration.limits, instrument: .wdo, killSwitch: KillSwitch())
    let open = scene.session.session.open
    risk.beginSession(scene.session.session, contract: scene.session.contract, now: open)
    _ = risk.observe(VenueEvent(localTime: open, update: .connection(.ready)))
    var meter = try AllocationMeter()
    var (approved, refused) = (0, 0)
    for count in 1...100_000 {
      let now = open + .milliseconds(Int64(count) * 250)
      let quote = Quote(bid: Price(ticks: 10_900), bidQuantity: 9, ask: Price(ticks: 10_901), askQuantity: 9)
      let updates: [MarketUpdate] = [
        .phase(.opened),
        .limits(PriceLimits(lower: Price(ticks: 10_300), upper: Price(ticks: 11_500), settlement: nil)),
        .trade(
          Trade(
            price: Price(ticks: 10_900), quantity: 1, kind: .buyerAggressor, number: UInt64(count))),
        .quote(quote),
      ]
      let events = updates.enumerated().map { index, update in
        VenueEvent(
          localTime: now,
          update: .market(
            MarketEvent(
              instrument: Instrument.wdo.id, sequence: UInt64(count * 4 + index), exchangeTime: now, update: update)))
      }
      let order = NewOrder(
        id: ClientOrderID(epoch: 1, strategy: 1, counter: UInt64(count)),
        intent: OrderIntent(
          instrument: Instrument.wdo.id, side: count % 2 == 0 ? .buy : .sell, type: .limit,
          quantity: Quantity(count % 3 == 0 ? 9 : 1), limit: Price(ticks: 10_900), stop: nil, purpose: .entry),
        decisionTime: now)
      func judge() {
        for index in 0..<4 { _ = risk.observe(events[index]) }
        if risk.review(order, exposure: .flat, now: now).approval == nil { refused += 1 } else { approved += 1 }
        _ = risk.update(profit: .zero, exposure: .flat, now: now)
        _ = risk.takeStateChange()
      }
      // The runtime builds the generic types of the answer at the first order, once for the process.
      if count == 1 { judge() } else { meter.measure("order \(count)") { judge() } }
    }
    #expect(meter.bytes == 0, meter.finding)
    #expect(approved > 100 && refused > 100, "\(approved) approved, \(refused) refused, \(risk.state)")
  }

  @Test func featuresOfABarAllocateNothing() throws {
    let scene = try TradingScene.shared.get()
    let processor = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
    for bar in scene.bars { _ = processor.consume(bar) }
    var meter = try AllocationMeter()
    var vectors = 0
    for count in 0..<100_000 {
      let bar = scene.bars[count % scene.bars.count]
      meter.measure("bar \(count)") { if processor.consume(bar) { vectors += 1 } }
    }
    #expect(meter.bytes == 0, meter.finding)
    #expect(vectors > 90_000)
  }

  @Test func aPredictionAllocatesNothing() throws {
    let scene = try TradingScene.shared.get()
    let predictor = try ForestPredictor(scene.forest)
    let matrix = FeatureMatrix(schema: .v2, instrument: .wdo, bars: scene.bars)
    var meter = try AllocationMeter()
    var (sum, output) = (0.0, 0.0)
    matrix.values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for count in 0..<100_000 {
        meter.measure("row \(count)") {
          predictor.predict(start + count % matrix.rows * matrix.columns, into: &output)
          sum += output
        }
      }
    }
    #expect(meter.bytes == 0, meter.finding)
    #expect(sum > 0 && sum < 100_000)
  }

  @Test func aFrameThereAndBackAllocatesNothing() throws {
    let instruments = InstrumentTable()
    #expect(instruments.bind(wire: 1, local: Instrument.wdo.id))
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: FrameEncoding.largestFrame, alignment: 8)
    defer { room.deallocate() }
    var frame = hp_frame_empty()
    var meter = try AllocationMeter()
    var equal = 0
    for count in 1...100_000 {
      let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(count))
      let event = MarketEvent(
        instrument: Instrument.wdo.id, sequence: UInt64(count), exchangeTime: time,
        update: .trade(
          Trade(
            price: Price(ticks: 10_000 + Int64(count % 100)), quantity: 3, kind: .sellerAggressor, number: UInt64(count)
          )))
      let order = OrderCommand.new(
        NewOrder(
          id: ClientOrderID(epoch: 1, strategy: 1, counter: UInt64(count)),
          intent: OrderIntent(
            instrument: Instrument.wdo.id, side: .buy, type: .limit, quantity: 1, limit: Price(ticks: Int64(count)),
            stop: nil, purpose: .entry), decisionTime: time))
      let stamp = FrameStamp(sequence: UInt64(count), time: time)
      meter.measure("frame \(count)") {
        var length = FrameEncoding.event(.market(event), stamp: stamp, instruments: instruments, into: room)
        guard let base = room.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        if Int(hp_frame_decode(base, length, &frame)) == HP_FRAME_COMPLETE,
          case .value(let read) = FrameDecoding.event(frame, localTime: time, instruments: instruments),
          read == VenueEvent(localTime: time, update: .market(event))
        {
          equal += 1
        }
        length = FrameEncoding.command(order, stamp: stamp, instruments: instruments, into: room)
        if Int(hp_frame_decode(base, length, &frame)) == HP_FRAME_COMPLETE,
          case .value(let read) = FrameDecoding.command(frame, instruments: instruments), read == order
        {
          equal += 1
        }
      }
    }
    #expect(meter.bytes == 0, meter.finding)
    #expect(equal == 200_000)
  }
}
