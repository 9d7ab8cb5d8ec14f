// Domain to wire and back: the two directions are each other's inverse, and garbage is refused.
import CHotPath
import Gateway
import QuantMath
import Testing
import TradingDomain

/// One value of every kind that crosses the wire.
enum WireSamples {
  nonisolated(unsafe) static let instruments = InstrumentTable(identity: [InstrumentID(1), InstrumentID(2)])
  static let time = Timestamp(nanoseconds: 1_585_832_400_123_456_789)

  static func market(_ update: MarketUpdate) -> VenueUpdate {
    .market(
      MarketEvent(
        instrument: InstrumentID(2), sequence: 77, exchangeTime: Timestamp(nanoseconds: time.nanoseconds - 5),
        update: update))
  }

  static let updates: [VenueUpdate] = [
    market(.trade(Trade(price: Price(ticks: 10_431), quantity: 5, kind: .sellerAggressor, number: 991))),
    market(.quote(Quote(bid: Price(ticks: 9), bidQuantity: 3, ask: Price(ticks: 10), askQuantity: 0))),
    market(.depth(DepthUpdate(side: .sell, price: Price(ticks: 8), quantity: 0, orderCount: 4, endsBatch: true))),
    market(.depth(DepthUpdate(side: .buy, price: Price(ticks: -8), quantity: 12, orderCount: 0, endsBatch: false))),
    market(
      .bar(
        Bar(
          start: time, duration: .minutes(1), open: Price(ticks: 5), high: Price(ticks: 9), low: Price(ticks: 4),
          close: Price(ticks: 6), volume: 1200, tradeCount: 40, signedVolume: -17))),
    market(.phase(.preOpening)), market(.phase(.unknown)),
    market(.limits(PriceLimits(lower: Price(ticks: 1), upper: Price(ticks: 99), settlement: nil))),
    market(.limits(PriceLimits(lower: Price(ticks: 1), upper: Price(ticks: 99), settlement: Price(ticks: 50)))),
    market(.gap(missing: 12)),
    .order(
      OrderReport(
        id: ClientOrderID(epoch: 3, strategy: 1, counter: 9), gatewayOrderID: 1 << 32 | 4, instrument: InstrumentID(1),
        status: .partiallyFilledCanceled, reason: .tooLateToCancel, side: .sell, quantity: 5, tradedQuantity: 2,
        tradedTicks: 20_862, exchangeTime: time)),
    .connection(.ready), .connection(.resynchronising), .connection(.routingDown), .connection(.marketDataDown), .clock,
    .command(.halt), .command(.kill), .endOfSession,
    market(
      .bar(
        Bar(
          start: time, duration: .minutes(1), open: Price(ticks: 5), high: Price(ticks: 5), low: Price(ticks: 5),
          close: Price(ticks: 5), volume: 0, tradeCount: 0, signedVolume: 0, status: .noTrade))),
    market(
      .bar(
        Bar(
          start: time, duration: .seconds(5), open: Price(ticks: 5), high: Price(ticks: 7), low: Price(ticks: 5),
          close: Price(ticks: 6), volume: 3, tradeCount: 2, signedVolume: 1, status: .gap))),
  ]

  static let commands: [OrderCommand] = [
    .new(
      NewOrder(
        id: ClientOrderID(epoch: 1, strategy: 2, counter: 3),
        intent: OrderIntent(
          instrument: InstrumentID(2), side: .buy, type: .market, quantity: 5, limit: nil, stop: nil, purpose: .entry),
        decisionTime: time)),
    .new(
      NewOrder(
        id: ClientOrderID(epoch: 1, strategy: 2, counter: 4),
        intent: OrderIntent(
          instrument: InstrumentID(1), side: .sell, type: .stopLimit, quantity: 1, limit: Price(ticks: 90),
          stop: Price(ticks: 92), purpose: .protectiveStop), decisionTime: time)),
    .cancel(
      CancelOrder(
        id: ClientOrderID(epoch: 1, strategy: 2, counter: 4), instrument: InstrumentID(1), decisionTime: time)),
    .change(
      ChangeOrder(
        id: ClientOrderID(epoch: 1, strategy: 2, counter: 4), instrument: InstrumentID(1), quantity: 2,
        limit: Price(ticks: 91), stop: nil, decisionTime: time)),
    .cancelAll(decisionTime: time),
  ]

  static func encoded(_ update: VenueUpdate) -> [UInt8] {
    var room = [UInt8](repeating: 0xEE, count: FrameEncoding.largestFrame)
    let length = room.withUnsafeMutableBytes {
      FrameEncoding.event(
        update, number: 8, stamp: FrameStamp(sequence: 6, time: time, acknowledged: 5), instruments: instruments,
        into: $0)
    }
    return Array(room[..<length])
  }

  static func encoded(_ command: OrderCommand) -> [UInt8] {
    var room = [UInt8](repeating: 0xEE, count: FrameEncoding.largestFrame)
    let length = room.withUnsafeMutableBytes {
      FrameEncoding.command(command, stamp: FrameStamp(sequence: 6, time: time), instruments: instruments, into: $0)
    }
    return Array(room[..<length])
  }
}

/// Decodes `bytes` and hands the frame to `body` while the bytes are in place.
func withFrame<Result>(_ bytes: [UInt8], _ body: (Int32, hp_frame) -> Result) -> Result {
  bytes.withUnsafeBufferPointer { buffer in
    var frame = hp_frame_empty()
    guard let base = buffer.baseAddress else { return body(Int32(HP_FRAME_NEED_MORE), frame) }
    let verdict = hp_frame_decode(base, buffer.count, &frame)
    return body(verdict, frame)
  }
}

@Test func everyVenueUpdateSurvivesTheWire() throws {
  for update in WireSamples.updates {
    let bytes = WireSamples.encoded(update)
    try #require(!bytes.isEmpty, "no frame for \(update)")
    withFrame(bytes) { verdict, frame in
      #expect(verdict == HP_FRAME_COMPLETE)
      #expect(Int(frame.header.length) == bytes.count)
      #expect(Int(frame.header.type) == FrameEncoding.frameType(of: update))
      #expect(frame.header.sequence == 6 && frame.header.acknowledged == 5)
      let reading = FrameDecoding.event(frame, localTime: WireSamples.time, instruments: WireSamples.instruments)
      guard case .value(let event) = reading else {
        Issue.record("\(update) came back as \(reading)")
        return
      }
      #expect(event == VenueEvent(localTime: WireSamples.time, update: update))
    }
  }
}

@Test func everyOrderCommandSurvivesTheWire() throws {
  for command in WireSamples.commands {
    let bytes = WireSamples.encoded(command)
    try #require(!bytes.isEmpty, "no frame for \(command)")
    withFrame(bytes) { verdict, frame in
      #expect(verdict == HP_FRAME_COMPLETE)
      guard case .value(let decoded) = FrameDecoding.command(frame, instruments: WireSamples.instruments) else {
        Issue.record("\(command) is not read back")
        return
      }
      #expect(decoded == command)
    }
  }
}

@Test func aLinkStateOfOurOwnHasNoFrame() {
  #expect(WireSamples.encoded(VenueUpdate.connection(.linkDown)).isEmpty)
}

@Test func anInstrumentWithoutNumberIsNeitherSentNorRead() {
  let stranger = OrderCommand.cancel(
    CancelOrder(
      id: ClientOrderID(epoch: 1, strategy: 1, counter: 1), instrument: InstrumentID(9), decisionTime: WireSamples.time)
  )
  #expect(WireSamples.encoded(stranger).isEmpty)
  let foreign = InstrumentTable(identity: [InstrumentID(1)])
  withFrame(WireSamples.encoded(WireSamples.updates[0])) { _, frame in
    guard case .malformed = FrameDecoding.event(frame, localTime: WireSamples.time, instruments: foreign) else {
      Issue.record("an undefined instrument number was accepted")
      return
    }
  }
}

@Test func instrumentNumbersAreTranslatedBothWays() {
  let table = InstrumentTable()
  #expect(table.bind(wire: 700, local: InstrumentID(2)))
  #expect(table.bind(wire: 700, local: InstrumentID(2)))
  #expect(!table.bind(wire: 700, local: InstrumentID(3)))
  #expect(!table.bind(wire: 701, local: InstrumentID(2)))
  #expect(!table.bind(wire: 0, local: InstrumentID(4)))
  #expect(!table.bind(wire: 1024, local: InstrumentID(4)))
  #expect(table.local(700) == InstrumentID(2) && table.wire(InstrumentID(2)) == 700)
  #expect(table.local(1) == nil && table.local(.max) == nil && table.wire(InstrumentID(.max)) == 0)
}

@Test func impossibleFieldValuesAreMalformed() {
  // Offsets are those of docs/reference/protocol.md: header 32, then the payload.
  let cases: [(update: VenueUpdate, offset: Int, byte: UInt8, what: String)] = [
    (WireSamples.updates[2], 32 + 18, 3, "side 3 of a depth update"),
    (WireSamples.updates[4], 32 + 18, 3, "status 3 of a bar"),
    (WireSamples.updates[0], 32 + 39, 0x80, "negative quantity of a trade"),
    (.connection(.ready), 32 + 2, 9, "connection state 9"),
    (.connection(.ready), 32 + 2, 2, "link down, told by the other end"),
    (.command(.halt), 32 + 8, 77, "operator command 77"),
    (WireSamples.updates[10], 32 + 61, 0, "side 0 of an order report"),
  ]
  for (update, offset, byte, what) in cases {
    var bytes = WireSamples.encoded(update)
    bytes[offset] = byte
    withFrame(bytes) { verdict, frame in
      #expect(verdict == HP_FRAME_COMPLETE)
      guard
        case .malformed = FrameDecoding.event(
          frame, localTime: WireSamples.time, instruments: WireSamples.instruments)
      else {
        Issue.record("accepted: \(what)")
        return
      }
    }
  }
}

@Test func anUnknownOrderStatusStaysUnknown() {
  var bytes = WireSamples.encoded(WireSamples.updates[10])
  bytes[32 + 60] = 99
  withFrame(bytes) { _, frame in
    let reading = FrameDecoding.event(frame, localTime: WireSamples.time, instruments: WireSamples.instruments)
    guard case .value(let event) = reading, case .order(let report) = event.update else {
      Issue.record("not an order report: \(reading)")
      return
    }
    #expect(report.status == .unknown)
  }
}

@Test func mutatedFramesNeverTrapTheDecoders() {
  var random = CounterRandom(seed: 42, stream: 0)
  var accepted = 0
  let originals = WireSamples.updates.map(WireSamples.encoded) + WireSamples.commands.map(WireSamples.encoded)
  for _ in 0..<100_000 {
    var bytes = originals[Int(random.next() % UInt64(originals.count))]
    for _ in 0..<(1 + random.next() % 8) {
      // Prefix bytes are spared half of the time, so that many mutants get past the header.
      let from = random.next() % 2 == 0 ? 0 : 8
      bytes[from + Int(random.next() % UInt64(bytes.count - from))] = UInt8(truncatingIfNeeded: random.next())
    }
    withFrame(bytes) { verdict, frame in
      guard verdict == HP_FRAME_COMPLETE else { return }
      accepted += 1
      _ = FrameDecoding.event(frame, localTime: WireSamples.time, instruments: WireSamples.instruments)
      _ = FrameDecoding.command(frame, instruments: WireSamples.instruments)
    }
  }
  #expect(accepted > 10_000)
}

@Test func textFieldsAreCutBetweenCharactersAndPadded() {
  var message = hp_msg_goodbye()
  WireText.set(&message.text, "fim do pregão")
  #expect(WireText.get(message.text) == "fim do pregão")
  WireText.set(&message.text, String(repeating: "ã", count: 40))
  #expect(WireText.get(message.text) == String(repeating: "ã", count: 28))
}
