// Stages `replay.engine` and `replay.book`: events of a dense market through the engine, or book and bars alone.

import Engine
import MarketData
import Monitoring
import TradingDomain

extension BenchStage {
  /// The engine without the network, deciding with 500-tree forests once a second of market time.
  static var replayEngine: BenchStage {
    let events = 1_000
    return BenchStage(
      name: "replay.engine", operation: "an event through the whole engine, a decision in 200", batch: events,
      samples: 500
    ) { stopwatch in
      let feed = ReplayFeed.seeded()
      var rig: ReplayRig?
      return PreparedStage(
        finish: { rig = nil },
        begin: { _ in
          feed.rewind()
          let made = try ReplayRig(feed)
          // Far enough for every table of the engine to have been touched.
          made.run(2 * events)
          rig = made
        },
        round: { samples, recorder in
          guard let rig else { throw BenchFailure.inconsistent("replay.engine: a round began without an engine") }
          for _ in 0..<samples {
            let start = stopwatch.ticks
            rig.run(events)
            recorder.record(stopwatch.nanoseconds(from: start, to: stopwatch.ticks))
          }
          guard rig.audit.decisions > 0 else { throw BenchFailure.inconsistent("replay.engine: nothing was decided") }
          return rig.checksum
        })
    }
  }

  /// What every event costs before anyone decides: its number checked, the book kept, the bar built.
  static var replayBook: BenchStage {
    let events = 1_000
    return BenchStage(
      name: "replay.book", operation: "an event through sequencer, book and bars", batch: events, samples: 2_000
    ) { stopwatch in
      let feed = ReplayFeed.seeded()
      let market = BookAndBars(feed.instrument)
      let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: events)
      buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
      return PreparedStage(
        finish: { buffer.deallocate() },
        begin: { _ in
          feed.rewind()
          market.reset()
        },
        round: { samples, recorder in
          for _ in 0..<samples {
            feed.fill(buffer)
            let start = stopwatch.ticks
            for index in 0..<events { market.take(buffer[index]) }
            recorder.record(stopwatch.nanoseconds(from: start, to: stopwatch.ticks))
          }
          return market.checksum
        })
    }
  }
}

/// The part of the event path that knows nothing of orders.
private final class BookAndBars {
  private let sequencer = FeedSequencer(capacity: 16)
  private let book = OrderBook(levels: 256)
  private let instrument: InstrumentID
  private var bars = BarAggregator(.time(.seconds(1)))
  private(set) var checksum: UInt64 = 0

  init(_ instrument: Instrument) { self.instrument = instrument.id }

  func reset() {
    sequencer.reset(instrument)
    book.clear()
    bars = BarAggregator(.time(.seconds(1)))
    checksum = 0
  }

  func take(_ event: borrowing VenueEvent) {
    guard case .market(let market) = event.update, sequencer.accept(market, localTime: event.localTime) == .inOrder
    else { return }
    switch market.update {
    case .trade(let trade):
      if let bar = bars.add(trade, at: market.exchangeTime) {
        checksum = checksum &* 31 &+ UInt64(bitPattern: bar.close.ticks &+ bar.volume.contracts)
      }
    case .quote(let quote): bars.update(quote)
    case .depth(let update):
      if book.apply(update) == .applied { checksum &+= UInt64(bitPattern: book.top.bid.ticks) }
    case .bar, .phase, .limits, .gap: break
    }
  }
}
