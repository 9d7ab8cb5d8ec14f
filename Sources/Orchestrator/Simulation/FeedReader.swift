// Reads a market ahead of the virtual clock, frames it with what a session must have, and marks the insides of bars.

import TradingDomain

/// One input of the exchange from the replayed market.
enum MarketInput {
  case event(MarketEvent)
  /// A bar has begun: only its open and its volume budget may be used.
  case barOpened(Bar, InstrumentID)
  /// Half of a bar has passed; its extremes are dated here.
  case barMiddle(Bar, InstrumentID)
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
  private let batch: UnsafeMutableBufferPointer<MarketEvent>
  private var ahead = EventRing(capacity: 1024)
  private var marks = TimedQueue<(bar: Bar, instrument: InstrumentID, isOpen: Bool)>(capacity: 64)
  private var isExhausted = false
  private var isFlushed = false
  /// Longest bar met so far: bars must be read that far ahead to be known at their open.
  private var longestBar: Int64 = 0
  /// Time of the last event put into the ring: stored times that step back are held at this.
  private var lastTime = Int64.min
  /// Events of instruments that are not configured.
  private(set) var unlistedEvents = 0

  /// Events read ahead whatever their times.
  private static let prefetch = 64

  init(feed: MarketFeed, instruments: [SimulatedInstrument]) {
    self.feed = feed
    self.instruments = instruments
    frames = instruments.map(SessionFrame.init)
    batch = .allocate(capacity: 256)
    replenish()
  }

  deinit { batch.deallocate() }

  /// Exchange time of the next input; `Int64.max` at the end.
  var nextTime: Int64 {
    @inline(__always) get { min(ahead.nextTime, marks.nextTime) }
  }

  /// The next input.
  /// - Precondition: `nextTime` is not `Int64.max`.
  @inline(__always)
  func next() -> MarketInput {
    // A bar that ends when another begins ends first.
    if ahead.nextTime <= marks.nextTime {
      let next = ahead.pop()
      if ahead.count < FeedReader.prefetch || longestBar > 0 { replenish() }
      return .event(next.event)
    }
    let (bar, instrument, isOpen) = marks.pop().payload
    return isOpen ? .barOpened(bar, instrument) : .barMiddle(bar, instrument)
  }

  private func replenish() {
    while !isFlushed,
      ahead.count < FeedReader.prefetch || (longestBar > 0 && ahead.lastTime - ahead.nextTime <= longestBar)
    {
      if isExhausted {
        isFlushed = true
        for index in frames.indices { close(index) }
        return
      }
      let count = feed.read(batch)
      isExhausted = count < batch.count
      for index in 0..<count { admit(batch[index]) }
    }
  }

  private func admit(_ event: MarketEvent) {
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
    marks.push((bar, instrument, true), time: start)
    marks.push((bar, instrument, false), time: start + bar.duration.count / 2)
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
    ahead.push(event, time: lastTime)
  }

  private func push(_ event: MarketEvent, frame index: Int) {
    lastTime = max(lastTime, event.exchangeTime.nanoseconds)
    var event = event
    event.sequence = frames[index].shifted(event.sequence)
    ahead.push(event, time: lastTime)
  }
}
