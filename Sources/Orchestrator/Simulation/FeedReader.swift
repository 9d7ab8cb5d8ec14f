// Reads a market ahead of the virtual clock, frames it with what a session must have, and marks the insides of bars.

import TradingDomain

/// A moment inside a bar at which the exchange acts.
struct BarMark: BitwiseCopyable {
  var bar: Bar
  var instrument: InstrumentID
  /// The bar has begun: only its open and its volume budget may be used. Otherwise half of it has passed, and its
  /// extremes are dated here.
  var isOpen: Bool
}

/// The replayed market as the exchange meets it.
///
/// Framing, per instrument: synthetic price limits before its first priced event when the stream has none; `opened` at
/// the session's open and `closed` at its close when the stream has no phases; `closed` at the end in any case.
/// Inserted events take the next sequence number and the stream's own are shifted by as many, so numbers that were
/// consecutive stay so and gaps stay gaps. Events of instruments that are not configured are left out and counted.
final class FeedReader {
  private let feed: MarketFeed
  private let instruments: [SimulatedInstrument]
  private var frames: [SessionFrame]
  /// What has been read and not yet delivered.
  var tape = MarketTape(capacity: 1024)
  private var marks = TimedQueue<BarMark>(capacity: 64)
  private var isExhausted = false
  private var isFlushed = false
  /// Longest bar met so far: bars must be read that far ahead to be known at their open.
  private var longestBar: Int64 = 0
  /// Time of the last event put into the ring: stored times that step back are held at this.
  private var lastTime = Int64.min
  /// The instrument of the last event that needed nothing, and its place.
  private var settledInstrument: InstrumentID?
  private var settledIndex = 0
  /// Earliest close of a session: up to it none closes itself.
  private let firstClose: Timestamp
  /// Events taken from the feed so far.
  private var eventsRead = 0
  /// Events of instruments that are not configured.
  private(set) var unlistedEvents = 0

  /// Events read ahead whatever their times, and how many are read at a time.
  private static let prefetch = 64
  private static let batch = 128

  init(feed: MarketFeed, instruments: [SimulatedInstrument]) {
    self.feed = feed
    self.instruments = instruments
    frames = instruments.map(SessionFrame.init)
    firstClose = instruments.map(\.session.close).min() ?? .distantFuture
    replenish()
  }

  /// Exchange time of the next input; `Int64.max` at the end.
  var nextTime: Int64 {
    @inline(__always) get { min(tape.nextAtExchange, marks.nextTime) }
  }

  /// Who left which queue, where the feed says so.
  var departures: QueueDepartures? { feed.departures }

  /// Whether the next input is an event of the tape: a bar that ends when another begins ends first.
  var isEventNext: Bool {
    @inline(__always) get { tape.nextAtExchange <= marks.nextTime }
  }

  /// The next moment inside a bar.
  /// - Precondition: `isEventNext` is false.
  func nextMark() -> BarMark { marks.pop().payload }

  /// Reads on, if what lies ahead has become little. Called before an event is passed, so that pointers to it hold.
  @inline(__always)
  func readAhead() {
    if tape.ahead <= FeedReader.prefetch || longestBar > 0 { replenish() }
  }

  private func replenish() {
    while !isFlushed,
      tape.ahead <= FeedReader.prefetch || (longestBar > 0 && tape.lastTime - tape.nextAtExchange <= longestBar)
    {
      if isExhausted {
        isFlushed = true
        for index in frames.indices { close(index) }
        return
      }
      let room = tape.room(for: FeedReader.batch)
      let count = feed.read(room)
      isExhausted = count < room.count
      admit(room, count)
    }
  }

  /// Takes over what was read into the tape's free places: in place as long as the frames have nothing to add or to
  /// leave out, then by copies.
  private func admit(_ room: UnsafeMutableBufferPointer<MarketEvent>, _ count: Int) {
    for place in 0..<count {
      let event = room.baseAddress.unsafelyUnwrapped + place
      guard let index = plainMarket(of: event) else {
        let rest = Array(UnsafeBufferPointer(rebasing: room[place..<count]))
        for event in rest { admit(event) }
        return
      }
      lastTime = max(lastTime, event.pointee.exchangeTime.nanoseconds)
      event.pointee.sequence = frames[index].shifted(event.pointee.sequence)
      tape.append(inPlaceWith: lastTime, market: index, number: eventsRead)
      eventsRead += 1
    }
  }

  /// The instrument of an event that needs nothing but its number; nil for all others.
  @inline(__always)
  private func plainMarket(of event: UnsafePointer<MarketEvent>) -> Int? {
    if event.pointee.update.isPlain, event.pointee.instrument == settledInstrument,
      event.pointee.exchangeTime <= firstClose
    {
      return settledIndex
    }
    return settledMarket(of: event)
  }

  /// As ``plainMarket(of:)``, looking again which instrument is settled.
  private func settledMarket(of event: UnsafePointer<MarketEvent>) -> Int? {
    guard event.pointee.update.isPlain, event.pointee.exchangeTime <= firstClose else { return nil }
    for index in instruments.indices where instruments[index].instrument.id == event.pointee.instrument {
      guard frames[index].isSettled else { return nil }
      settledInstrument = event.pointee.instrument
      settledIndex = index
      return index
    }
    return nil
  }

  private func admit(_ event: MarketEvent) {
    defer { eventsRead += 1 }
    guard let index = instruments.firstIndex(where: { $0.instrument.id == event.instrument }) else {
      unlistedEvents += 1
      return
    }
    if lastTime != .min, event.exchangeTime.nanoseconds > lastTime { closeSessionsEnding(before: event.exchangeTime) }
    let preface = frames[index].preface(to: event)
    if let limits = preface.limits {
      push(.limits(limits), frame: index, time: SessionFrame.begin(of: event))
    }
    if preface.opens { push(.phase(.opened), frame: index, time: instruments[index].session.open.nanoseconds) }
    if case .bar(let bar) = event.update, instruments[index].fillRule == .barPenetration { mark(bar, event.instrument) }
    push(event, frame: index)
  }

  private func mark(_ bar: Bar, _ instrument: InstrumentID) {
    longestBar = max(longestBar, bar.duration.count)
    let start = bar.start.nanoseconds
    marks.push(BarMark(bar: bar, instrument: instrument, isOpen: true), time: start)
    marks.push(BarMark(bar: bar, instrument: instrument, isOpen: false), time: start + bar.duration.count / 2)
  }

  private func closeSessionsEnding(before time: Timestamp) {
    for index in frames.indices where frames[index].closesItself(before: time) { close(index) }
  }

  private func close(_ index: Int) {
    if frames[index].close() { push(.phase(.closed), frame: index, time: instruments[index].session.close.nanoseconds) }
  }

  private func push(_ update: MarketUpdate, frame index: Int, time: Int64) {
    lastTime = max(lastTime, time)
    let event = MarketEvent(
      instrument: instruments[index].instrument.id, sequence: frames[index].insertedSequence(),
      exchangeTime: Timestamp(nanoseconds: lastTime), update: update)
    tape.append(event, time: lastTime, market: index, number: -1)
  }

  private func push(_ event: MarketEvent, frame index: Int) {
    lastTime = max(lastTime, event.exchangeTime.nanoseconds)
    var event = event
    event.sequence = frames[index].shifted(event.sequence)
    tape.append(event, time: lastTime, market: index, number: eventsRead)
  }
}

extension MarketUpdate {
  /// Whether a settled frame has nothing to do for it: it neither speaks of the session nor must be read ahead.
  fileprivate var isPlain: Bool {
    switch self {
    case .trade, .quote, .depth, .gap: return true
    case .phase, .limits, .bar: return false
    }
  }
}
