// The markets that replay stages run over: a seeded stream as dense as a liquid day, or a recorded day, over and over.

import Foundation
import MarketData
import QuantMath
import TradingDomain

/// A day of venue events in memory that repeats for as long as it is asked: each lap a day later, numbers going on.
final class ReplayFeed {
  /// Market time between the starts of two laps.
  static let lapLength = Nanoseconds.minutes(24 * 60)

  let instrument: Instrument
  /// Trading hours of the first lap.
  let session: TradingSession
  private let events: UnsafeMutableBufferPointer<VenueEvent>
  private var position = 0
  private var lap: Int64 = 0
  private var sequence: UInt64 = 0

  private init(_ instrument: Instrument, _ session: TradingSession, _ day: [VenueEvent]) {
    self.instrument = instrument
    self.session = session
    events = .allocate(capacity: day.count)
    _ = events.initialize(from: day)
  }

  deinit { events.deallocate() }

  /// Events in one lap.
  var lapCount: Int { events.count }

  /// Begins anew with the first lap.
  func rewind() { (position, lap, sequence) = (0, 0, 0) }

  /// Puts the next events into all of `buffer`, whose memory must be initialised.
  func fill(_ buffer: UnsafeMutableBufferPointer<VenueEvent>) {
    guard let start = buffer.baseAddress else { return }
    for index in buffer.indices { next(into: start + index) }
  }

  /// Puts the next event at `place`; the memory there must be initialised.
  func next(into place: UnsafeMutablePointer<VenueEvent>) {
    if position == events.count { (position, lap) = (0, lap + 1) }
    var event = events[position]
    position += 1
    let shift = ReplayFeed.lapLength * lap
    event.localTime = event.localTime + shift
    if case .market(var market) = event.update {
      sequence &+= 1
      market.sequence = sequence
      market.exchangeTime = market.exchangeTime + shift
      event.update = .market(market)
    }
    place.pointee = event
  }
}

extension ReplayFeed {
  /// 120,000 events of ten market minutes, 200 a second, as on a liquid day: of ten, six change a level of the book,
  /// two the touch, two are trades. The price walks on a seeded path that ends where it began.
  static func seeded() -> ReplayFeed {
    let count = 120_000
    var random = CounterRandom(seed: 11, purpose: "bench.replay")
    var day = [VenueEvent(localTime: TriggerMarket.start, update: .connection(.ready))]
    day.append(market(TriggerMarket.start, .phase(.opened)))
    for index in 0..<count {
      let time = TriggerMarket.start + .milliseconds(Int64(5 * (index + 1)))
      // A triangle, so that the last price of a lap meets the first of the next.
      let middle =
        10_800 + Int64((index < count / 2 ? index : count - index) / 600) + Int64(random.nextInteger(in: 0...2))
      day.append(market(time, update(index % 10, around: middle, &random)))
    }
    return ReplayFeed(TriggerMarket.instrument, TriggerMarket.session, day)
  }

  private static func update(_ kind: Int, around middle: Int64, _ random: inout CounterRandom) -> MarketUpdate {
    let isBuy = random.nextInteger(in: 0...1) == 0
    let quantity = Quantity(Int64(random.nextInteger(in: 1...20)))
    switch kind {
    case 0, 5:
      return .trade(
        Trade(
          price: Price(ticks: middle + (isBuy ? 1 : 0)), quantity: quantity,
          kind: isBuy ? .buyerAggressor : .sellerAggressor, number: 0))
    case 1, 6:
      return .quote(
        Quote(
          bid: Price(ticks: middle), bidQuantity: quantity, ask: Price(ticks: middle + 1), askQuantity: quantity))
    default:
      let distance = Int64(random.nextInteger(in: 0...15))
      return .depth(
        DepthUpdate(
          side: isBuy ? .buy : .sell, price: Price(ticks: isBuy ? middle - distance : middle + 1 + distance),
          quantity: quantity, orderCount: 1, endsBatch: true))
    }
  }

  private static func market(_ time: Timestamp, _ update: MarketUpdate) -> VenueEvent {
    VenueEvent(
      localTime: time,
      update: .market(
        MarketEvent(instrument: TriggerMarket.instrument.id, sequence: 0, exchangeTime: time, update: update)))
  }
}

extension ReplayFeed {
  /// Every session of a market data file, imported as `trader import` does, one behind the other in one lap.
  ///
  /// Throws when the file cannot be imported.
  static func recorded(_ file: String, symbol: String) throws -> ReplayFeed {
    let folder = NSTemporaryDirectory() + "bench-replay-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var day: [VenueEvent] = []
    do {
      _ = try MarketImporter.run(ImportOptions(source: file, store: folder, symbol: symbol))
      guard let first = SessionDate(year: 1970, month: 1, day: 2),
        let last = SessionDate(year: 2099, month: 12, day: 31)
      else { throw BenchFailure.inconsistent("the calendar lacks a day") }
      let stream = try StoredMarketStream(try MarketStore(root: folder), symbol: symbol, from: first, to: last)
      guard stream.sessions.count == 1, let session = stream.sessions.first else {
        throw BenchFailure.badInput(
          "\(file) holds \(stream.sessions.count) sessions; a lap is one day: name such a file")
      }
      day.append(VenueEvent(localTime: session.open, update: .connection(.ready)))
      while let event = stream.next() {
        day.append(VenueEvent(localTime: max(session.open, event.exchangeTime), update: .market(event)))
      }
      return ReplayFeed(stream.instrument, session, day)
    } catch let failure as BenchFailure {
      throw failure
    } catch {
      throw BenchFailure.badInput("\(file): \(error)")
    }
  }
}
