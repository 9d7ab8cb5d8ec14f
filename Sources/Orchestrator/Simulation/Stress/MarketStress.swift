// Scenarios: recorded days made worse, on the record.

package import TradingDomain

/// A bad day, as a change of recorded ones. Each is deterministic: the seed decides when in the session it strikes.
package enum MarketStress: Hashable, Sendable, CaseIterable {
  /// Prices fall by 3 % of the first price within five minutes and come back in fifteen.
  case flashCrash
  /// The session opens 2 % below where it did, and stays there.
  case gapDown
  /// The session opens 2 % above where it did, and stays there.
  case gapUp
  /// Every move since the open is three times as large.
  case volatility
  /// A fifth of the contracts: displayed, printed, in bars.
  case thinMarket
  /// The spread is four times as wide.
  case wideSpread
  /// All delays ten times as long.
  case slowLink
  /// For a minute in every ten, all delays are a hundred times as long.
  case latencySpikes
  /// Ten minutes of market data are lost.
  case feedOutage
  /// Half an hour without trading, twice.
  case halts
  /// The price runs into the day's limit, 2 % below the open, and is pinned there whenever it would go further.
  case limitDay
  /// Fees twice as high.
  case dearTrading

  /// Short name for tables.
  package var name: String {
    switch self {
    case .flashCrash: return "flash crash of 3 %"
    case .gapDown: return "gap down of 2 %"
    case .gapUp: return "gap up of 2 %"
    case .volatility: return "volatility x3"
    case .thinMarket: return "liquidity /5"
    case .wideSpread: return "spread x4"
    case .slowLink: return "latency x10"
    case .latencySpikes: return "latency spikes"
    case .feedOutage: return "feed outage of 10 minutes"
    case .halts: return "two halts of 30 minutes"
    case .limitDay: return "limit day"
    case .dearTrading: return "fees x2"
    }
  }

  /// Factor on all fees.
  package var feeFactor: Int64 { self == .dearTrading ? 2 : 1 }

  /// What the scenario does to the assumptions of the simulation.
  package func change(_ configuration: inout SimulationConfiguration) {
    switch self {
    case .slowLink: configuration.latency = configuration.latency.scaled(by: 10)
    case .latencySpikes: configuration.latency.spikes = LatencySpikes(factor: 100)
    case .wideSpread: configuration.barSpreadTicks *= 4
    default: break
    }
  }

  /// The market of one session under the scenario.
  package func applied(to feed: MarketFeed, session: TradingSession, seed: UInt64) -> MarketFeed {
    switch self {
    case .slowLink, .latencySpikes, .dearTrading: return feed
    default: break
    }
    var transform = StressTransform(self, session: session, seed: seed)
    var waiting: [MarketEvent] = []
    var taken = 0
    let scratch = StressBatch(capacity: 256)
    var isAtEnd = false
    return MarketFeed { buffer in
      var count = 0
      while count < buffer.count {
        if taken < waiting.count {
          buffer.initializeElement(at: count, to: waiting[taken])
          taken += 1
          count += 1
          continue
        }
        if isAtEnd { break }
        waiting.removeAll(keepingCapacity: true)
        taken = 0
        let read = feed.read(scratch.events)
        isAtEnd = read < scratch.events.count
        for index in 0..<read { transform.append(scratch.events[index], to: &waiting) }
      }
      return count
    }
  }
}

/// Memory for a batch of events that lives as long as the feed that reads into it.
private final class StressBatch {
  let events: UnsafeMutableBufferPointer<MarketEvent>

  init(capacity: Int) { events = .allocate(capacity: capacity) }

  deinit { events.deallocate() }
}
