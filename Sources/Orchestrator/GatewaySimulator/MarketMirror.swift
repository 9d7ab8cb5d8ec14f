// The present state of each instrument's market, for clients that come late or come back.

import TradingDomain

/// The newest event of each lasting kind, in the order of the feed.
struct MarketMirror {
  private var limits: MarketEvent?
  private var phase: MarketEvent?
  private var quote: MarketEvent?

  mutating func note(_ event: MarketEvent) {
    switch event.update {
    case .limits: limits = event
    case .phase: phase = event
    case .quote: quote = event
    case .gap: quote = nil
    case .trade, .depth, .bar: break
    }
  }

  /// What a newcomer must know, oldest first.
  var events: [MarketEvent] {
    [limits, phase, quote].compactMap { $0 }.sorted { $0.sequence < $1.sequence }
  }
}
