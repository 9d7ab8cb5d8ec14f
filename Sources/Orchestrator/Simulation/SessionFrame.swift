// What a stream lacks to be a session: limits, opening, closing. One value per instrument.

import TradingDomain

/// Decides which events must be inserted into one instrument's stream, and renumbers.
struct SessionFrame {
  private let instrument: SimulatedInstrument
  private var hasLimits = false
  /// Whether the stream, or the frame, has said anything about phases.
  private var hasPhases = false
  private var streamHasPhases = false
  private var isClosed = true
  private var isStarted = false
  private var nextSequence: UInt64 = 0
  private var shift: UInt64 = 0

  init(_ instrument: SimulatedInstrument) { self.instrument = instrument }

  /// Updates that must precede an event.
  struct Preface {
    var limits: PriceLimits?
    var opens = false
  }

  /// What must precede `event`.
  mutating func preface(to event: MarketEvent) -> Preface {
    var preface = Preface()
    if !isStarted {
      isStarted = true
      nextSequence = event.sequence
    }
    switch event.update {
    case .phase(let phase):
      hasPhases = true
      streamHasPhases = true
      isClosed = phase == .closed
      return preface
    case .limits:
      hasLimits = true
      return preface
    default: break
    }
    if hasLimits && hasPhases { return preface }
    if !hasLimits, let price = SessionFrame.price(of: event.update) {
      hasLimits = true
      preface.limits = syntheticLimits(around: price)
    }
    if !hasPhases, SessionFrame.begin(of: event) >= instrument.session.open.nanoseconds {
      hasPhases = true
      isClosed = false
      preface.opens = true
    }
    return preface
  }

  /// Whether no event but one of phases or limits can need a preface any more.
  var isSettled: Bool { isStarted && hasLimits && hasPhases }

  /// Whether the session must be closed before an event at `time`.
  func closesItself(before time: Timestamp) -> Bool {
    !isClosed && !streamHasPhases && time > instrument.session.close
  }

  /// Whether a `closed` phase has to be inserted now.
  mutating func close() -> Bool {
    if isClosed { return false }
    isClosed = true
    return true
  }

  /// Number of an inserted event.
  mutating func insertedSequence() -> UInt64 {
    shift += 1
    nextSequence += 1
    return nextSequence - 1
  }

  /// Number of an event of the stream.
  mutating func shifted(_ sequence: UInt64) -> UInt64 {
    nextSequence = sequence + shift + 1
    return sequence + shift
  }

  /// Limits of `priceBandPerMille` around a price, rounded inward.
  private func syntheticLimits(around price: Price) -> PriceLimits {
    let band = price.ticks * instrument.priceBandPerMille / 1000
    return PriceLimits(lower: price - Price(ticks: band), upper: price + Price(ticks: band), settlement: nil)
  }

  /// When what the event tells began: the start of a bar, else its time.
  static func begin(of event: MarketEvent) -> Int64 {
    if case .bar(let bar) = event.update { return bar.start.nanoseconds }
    return event.exchangeTime.nanoseconds
  }

  private static func price(of update: MarketUpdate) -> Price? {
    switch update {
    case .trade(let trade): return trade.price.ticks > 0 ? trade.price : nil
    case .bar(let bar): return bar.open.ticks > 0 ? bar.open : nil
    case .quote(let quote): return quote.bid.ticks > 0 ? quote.bid : quote.ask.ticks > 0 ? quote.ask : nil
    case .depth(let depth): return depth.price.ticks > 0 ? depth.price : nil
    case .phase, .limits, .gap: return nil
    }
  }
}
