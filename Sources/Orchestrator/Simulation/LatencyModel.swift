// How long things take on their way: market data to us, orders to the exchange, reports back.

import QuantMath
package import TradingDomain

/// One leg's delay: a fixed part, and optionally an exponential part on top.
package struct Delay: Hashable, Sendable {
  /// The shortest possible delay.
  package var minimum: Nanoseconds
  /// Mean of the random part; zero for a constant delay.
  package var meanJitter: Nanoseconds
  /// Bound of the random part.
  package var maximumJitter: Nanoseconds

  /// - Precondition: none is negative, and the mean is below 2^40 ns (18 minutes).
  package init(minimum: Nanoseconds, meanJitter: Nanoseconds = .zero, maximumJitter: Nanoseconds = .zero) {
    precondition(
      minimum >= .zero && meanJitter >= .zero && maximumJitter >= .zero && meanJitter.count < 1 << 40,
      "delay of \(minimum.count) ns with mean jitter \(meanJitter.count) ns is out of range")
    self.minimum = minimum
    self.meanJitter = meanJitter
    self.maximumJitter = maximumJitter
  }

  /// Always the same delay.
  package static func constant(_ delay: Nanoseconds) -> Delay { Delay(minimum: delay) }

  /// The delay that belongs to 64 random bits.
  ///
  /// The random part is exponential with `-log2(1 + f)` replaced by `-f` inside each octave (off by at most 6 % of the
  /// mean): it needs integers only, so that it is equal on every machine and mathematics library.
  func draw(_ bits: UInt64) -> Int64 {
    if meanJitter.count == 0 { return minimum.count }
    let octave = Int64(bits.leadingZeroBitCount)
    let fraction = Int64((octave >= 63 ? 0 : bits << (UInt64(octave) + 1)) >> 48)
    // -log2 of the bits as a fraction of 2^64, times 2^16; its mean is 1.5 * 2^16 = 98304.
    let scaled = (octave + 1) << 16 - fraction
    return minimum.count + min(maximumJitter.count, meanJitter.count * scaled / 98_304)
  }
}

/// Stretches of time in which every delay is many times as long.
package struct LatencySpikes: Hashable, Sendable {
  /// Factor on delays during a spike.
  package var factor: Int64
  /// From the start of one spike to the next, and how long each lasts.
  package var period = Nanoseconds.minutes(10)
  package var length = Nanoseconds.minutes(1)

  package init(factor: Int64) { self.factor = factor }

  func factor(at time: Int64) -> Int64 { time % period.count < length.count ? factor : 1 }
}

/// Delays of the three legs between a client and the exchange.
///
/// Each draw is keyed by (seed, leg, index) and so does not depend on anything else that happens in a run. Links keep
/// order: a message that drew a shorter delay than its predecessor waits for it.
package struct LatencyModel: Hashable, Sendable {
  /// Exchange to client, market data.
  package var feed: Delay
  /// Client's decision to exchange.
  package var entry: Delay
  /// Exchange to client, order reports.
  package var response: Delay
  package var seed: UInt64
  /// Times of longer delays; nil for none.
  package var spikes: LatencySpikes?
  /// Measured delays to draw from; the legs' `Delay`s then only bound them from below.
  package private(set) var recorded: RecordedLatency?

  package init(feed: Delay, entry: Delay, response: Delay, seed: UInt64 = 0) {
    self.feed = feed
    self.entry = entry
    self.response = response
    self.seed = seed
  }

  /// Delays drawn from measured ones.
  package init(recorded: RecordedLatency, seed: UInt64 = 0) {
    let minima = recorded.minima
    self.init(
      feed: .constant(minima.feed), entry: .constant(minima.entry), response: .constant(minima.response), seed: seed)
    self.recorded = recorded
  }

  /// All delays multiplied.
  package func scaled(by factor: Int64) -> LatencyModel {
    func scaled(_ delay: Delay) -> Delay {
      Delay(
        minimum: Nanoseconds(delay.minimum.count * factor), meanJitter: Nanoseconds(delay.meanJitter.count * factor),
        maximumJitter: Nanoseconds(delay.maximumJitter.count * factor))
    }
    var copy = LatencyModel(feed: scaled(feed), entry: scaled(entry), response: scaled(response), seed: seed)
    copy.spikes = spikes
    copy.recorded = recorded?.scaled(by: factor)
    return copy
  }

  /// Constant delays.
  package static func constant(feed: Nanoseconds, entry: Nanoseconds, response: Nanoseconds) -> LatencyModel {
    LatencyModel(feed: .constant(feed), entry: .constant(entry), response: .constant(response))
  }

  /// Shortest time in which anything at the exchange can become known to a client.
  var shortestToClient: Int64 { min(feed.minimum.count, response.minimum.count) }

  /// `rate` is that of ``MessageRate`` at `time`; only measured delays ask for it.
  func feedDelay(instrument: InstrumentID, sequence: UInt64, at time: Int64, rate: MessageRate) -> Int64 {
    let factor = spikes?.factor(at: time) ?? 1
    if let recorded { return factor * recorded.row(at: time, rate: rate.before(time), seed: seed).feed.count }
    return factor * draw(feed, stream: 0x6665_6564 << 16 | UInt64(instrument.rawValue), index: sequence)
  }

  func entryDelay(client: Int, index: UInt64, at time: Int64, rate: MessageRate) -> Int64 {
    let factor = spikes?.factor(at: time) ?? 1
    if let recorded { return factor * recorded.row(at: time, rate: rate.before(time), seed: seed).entry.count }
    return factor * draw(entry, stream: 0x656E_7472 << 16 | UInt64(client), index: index)
  }

  func responseDelay(client: Int, index: UInt64, at time: Int64, rate: MessageRate) -> Int64 {
    let factor = spikes?.factor(at: time) ?? 1
    if let recorded { return factor * recorded.row(at: time, rate: rate.before(time), seed: seed).response.count }
    return factor * draw(response, stream: 0x7265_7370 << 16 | UInt64(client), index: index)
  }

  @inline(__always)
  private func draw(_ delay: Delay, stream: UInt64, index: UInt64) -> Int64 {
    if delay.meanJitter.count == 0 { return delay.minimum.count }
    return delay.draw(CounterRandom.value(seed: seed, stream: stream, counter: index))
  }
}
