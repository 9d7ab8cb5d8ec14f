// Replays from the store, the feed sequencer and the order book.

import MarketData
import Testing
import TradingDomain

struct FeedSequencerTests {
  private func event(_ sequence: UInt64, id: UInt16 = 1, time: Int64 = 0) -> MarketEvent {
    MarketEvent(
      instrument: InstrumentID(id), sequence: sequence, exchangeTime: Timestamp(nanoseconds: time),
      update: .phase(.opened))
  }

  @Test func gapsDuplicatesAndLateEventsAreToldApart() {
    let sequencer = FeedSequencer(capacity: 4)
    let now = Timestamp(nanoseconds: 0)
    let cases: [(UInt64, SequenceVerdict)] = [
      (10, .inOrder), (9, .duplicate), (11, .inOrder), (11, .duplicate), (15, .gap(missing: 3)), (13, .late(behind: 2)),
      (13, .duplicate), (16, .inOrder), (100, .gap(missing: 83)), (99, .late(behind: 1)), (12, .duplicate),
      (37, .late(behind: 63)), (36, .duplicate), (101, .inOrder),
    ]
    for (sequence, verdict) in cases { #expect(sequencer.accept(event(sequence), localTime: now) == verdict) }
    let counts = sequencer.counts(InstrumentID(1))
    #expect(counts.events == 14 && counts.gaps == 2 && counts.duplicates == 5 && counts.late == 3)
    #expect(counts.missing == 3 + 83 - 3)
    #expect(sequencer.accept(event(5, id: 2), localTime: now) == .inOrder, "instruments are independent")
    sequencer.reset(InstrumentID(1))
    #expect(sequencer.accept(event(1), localTime: now) == .inOrder)
    #expect(sequencer.counts(InstrumentID(1)).events == 15)
  }

  @Test func everyNumberIsJudgedAsABookkeeperWould() {
    let sequencer = FeedSequencer(capacity: 1)
    var seen: Set<UInt64> = []
    var highest: UInt64 = 0
    var state: UInt64 = 4
    for step in 0..<50_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let jump = Int64(state >> 33) % 9 - 4
      let sequence = step == 0 ? 1_000 : UInt64(max(1, Int64(highest) + jump))
      let verdict = sequencer.accept(event(sequence, id: 0), localTime: Timestamp(nanoseconds: 0))
      if step == 0 || sequence == highest + 1 {
        #expect(verdict == .inOrder)
      } else if sequence > highest {
        #expect(verdict == .gap(missing: sequence - highest - 1))
      } else if seen.contains(sequence) || sequence < 1_000 {
        #expect(verdict == .duplicate)
      } else {
        #expect(verdict == .late(behind: highest - sequence))
      }
      seen.insert(sequence)
      highest = max(highest, sequence)
    }
  }

  @Test func silenceIsStale() {
    let sequencer = FeedSequencer(capacity: 2)
    let id = InstrumentID(1)
    #expect(sequencer.isStale(id, now: Timestamp(nanoseconds: 0), limit: .seconds(1)))
    _ = sequencer.accept(event(1, time: 50), localTime: Timestamp(nanoseconds: 1_000))
    #expect(!sequencer.isStale(id, now: Timestamp(nanoseconds: 1_000_001_000), limit: .seconds(1)))
    #expect(sequencer.isStale(id, now: Timestamp(nanoseconds: 1_000_001_001), limit: .seconds(1)))
    _ = sequencer.accept(event(2, time: 49), localTime: Timestamp(nanoseconds: 2_000))
    #expect(sequencer.counts(id).backwardTimes == 1)
  }
}

struct OrderBookTests {
  private func update(_ side: Side, _ price: Int64, _ quantity: Int64) -> DepthUpdate {
    DepthUpdate(side: side, price: Price(ticks: price), quantity: Quantity(quantity), orderCount: 1, endsBatch: true)
  }

  @Test func levelsKeepTheirOrder() {
    let book = OrderBook(levels: 4)
    #expect(book.top == Quote(bid: Price(ticks: 0), bidQuantity: 0, ask: Price(ticks: 0), askQuantity: 0))
    for price in [98, 100, 99] as [Int64] { #expect(book.apply(update(.buy, price, price)) == .applied) }
    for price in [103, 101, 102] as [Int64] { #expect(book.apply(update(.sell, price, price)) == .applied) }
    #expect(book.top == Quote(bid: Price(ticks: 100), bidQuantity: 100, ask: Price(ticks: 101), askQuantity: 101))
    #expect(book.level(.buy, 2)?.price.ticks == 98)
    #expect(book.level(.buy, 3) == nil && book.level(.buy, -1) == nil)
    #expect(book.apply(update(.buy, 100, 0)) == .applied)
    #expect(book.top.bid.ticks == 99)
    #expect(book.quantity(.sell, at: Price(ticks: 102)) == 102)
    #expect(book.apply(update(.sell, 104, -1)) == .invalid)
    book.clear()
    #expect(book.top.ask.ticks == 0)
  }

  @Test func ordersQueueAndFullBooksSaySo() {
    let book = OrderBook(levels: 2, orders: 3)
    #expect(book.add(order: 1, .buy, Price(ticks: 10), 5) == .applied)
    #expect(book.add(order: 1, .buy, Price(ticks: 10), 5) == .inconsistent)
    #expect(book.add(order: 2, .buy, Price(ticks: 10), 7) == .applied)
    #expect(book.quantityAhead(ofOrder: 2) == 5)
    #expect(book.reduce(order: 1, by: 2) == .applied)
    #expect(book.quantityAhead(ofOrder: 2) == 3)
    #expect(book.delete(order: 1) == .applied)
    #expect(book.delete(order: 1) == .inconsistent)
    #expect(book.quantityAhead(ofOrder: 1) == nil)
    #expect(book.add(order: 3, .buy, Price(ticks: 9), 1) == .applied)
    #expect(book.add(order: 4, .buy, Price(ticks: 8), 1) == .full)
    #expect(book.top.bidQuantity == 7)
  }
}

struct StoredMarketStreamTests {
  @Test func barsArePublishedAtTheirEndBetweenThePhases() throws {
    let folder = try TemporaryFolder()
    _ = try folder.importText(StoreTests.bars)
    let stream = try StoredMarketStream(
      MarketStore(root: folder.store), symbol: "WDO", from: day("2021-11-01"), to: day("2021-11-30"))
    var events: [MarketEvent] = []
    while let event = stream.next() { events.append(event) }
    #expect(stream.next() == nil)
    #expect(events.map(\.sequence) == [1, 2, 3, 4, 1, 2, 3])
    #expect(events.first?.update == .phase(.opened) && events.last?.update == .phase(.closed))
    for event in events { if case .bar(let bar) = event.update { #expect(event.exchangeTime == bar.end) } }
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.exchangeTime <= $1.exchangeTime })
    #expect(stream.sessions.map(\.date) == [day("2021-11-05"), day("2021-11-08")])
    #expect(events.allSatisfy { $0.instrument == Instrument.wdo.id })
  }

  @Test func aSessionRuleDecidesWhatIsReplayed() throws {
    let folder = try TemporaryFolder()
    _ = try folder.importText(StoreTests.bars)
    let store = try MarketStore(root: folder.store)
    let stream = try StoredMarketStream(store, symbol: "WDO", from: day("2021-11-01"), to: day("2021-11-30")) { date in
      guard date == day("2021-11-05") else { return nil }
      return TradingSession(
        date: date, open: BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60)),
        close: BrasiliaTime.timestamp(date, timeOfDay: .minutes(12 * 60 + 48)))
    }
    var updates: [MarketUpdate] = []
    while let event = stream.next() { updates.append(event.update) }
    #expect(updates.count == 3, "opened, the bar of 12:47, closed")
    #expect(throws: StoreError.self) {
      try StoredMarketStream(store, symbol: "WDO", from: day("2021-11-01"), to: day("2021-11-30")) { _ in nil }
    }
  }

  @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
  func aTickDayIsReplayedInItsTrueOrder() throws {
    let folder = try TemporaryFolder()
    _ = try MarketImporter.run(
      ImportOptions(
        source: SharedData.path("b3-dol-ticks-20200402/dolk20_ticks_mt5.tsv.zst"), store: folder.store, symbol: "DOL"))
    let date = day("2020-04-02")
    let store = try MarketStore(root: folder.store)
    let stream = try StoredMarketStream(store, symbol: "DOL", from: date, to: date)
    var trades = 0
    var quotes = 0
    var last = Timestamp.distantPast
    var expected: UInt64 = 1
    var inside = 0
    var quote = Quote(bid: Price(ticks: 0), bidQuantity: 0, ask: Price(ticks: 0), askQuantity: 0)
    while let event = stream.next() {
      #expect(event.exchangeTime >= last)
      #expect(event.sequence == expected)
      last = event.exchangeTime
      expected += 1
      switch event.update {
      case .trade(let trade):
        trades += 1
        if trade.price < quote.ask, trade.price > quote.bid { inside += 1 }
      case .quote(let update):
        quotes += 1
        quote = update
      default: break
      }
    }
    // One quote row stands at 19:30, outside the session.
    #expect(trades == 33_118 && quotes == 30_510)
    // The README counts 13.8 % of trades inside the spread by the quote rule.
    let share = Double(inside) / Double(trades)
    print("trades inside the spread: \(share)")
    #expect(abs(share - 0.138) < 0.01)
    let series = try store.barSeries("DOL", from: date, to: date, duration: .minutes(1))
    #expect(series.bars.count == 537)
  }
}
