// The event layer by hand: each group of signals on a few events whose values one can compute on paper.

import Features
import QuantMath
import Testing
import TradingDomain

private func at(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: Int64(seconds * 1e9)) }

private func trade(_ ticks: Int64, _ quantity: Int64, _ kind: TradeKind) -> MarketUpdate {
  .trade(Trade(price: Price(ticks: ticks), quantity: Quantity(quantity), kind: kind, number: 0))
}

private func quote(_ bid: Int64, _ bidSize: Int64, _ ask: Int64, _ askSize: Int64) -> MarketUpdate {
  .quote(
    Quote(
      bid: Price(ticks: bid), bidQuantity: Quantity(bidSize), ask: Price(ticks: ask), askQuantity: Quantity(askSize)))
}

private func level(_ side: Side, _ ticks: Int64, _ quantity: Int64, ends: Bool = true) -> MarketUpdate {
  .depth(
    DepthUpdate(
      side: side, price: Price(ticks: ticks), quantity: Quantity(quantity), orderCount: 0, endsBatch: ends))
}

private func bar(_ minute: Int64, close: Int64 = 100, volume: Int64 = 10, status: BarStatus = .complete) -> Bar {
  Bar(
    start: at(Double(60 * minute)), duration: .minutes(1), open: Price(ticks: close), high: Price(ticks: close + 2),
    low: Price(ticks: close - 2), close: Price(ticks: close), volume: Quantity(volume), tradeCount: 5,
    signedVolume: 2, status: status)
}

/// Windows small enough for a test.
private var small: EventFeatureSettings {
  var settings = EventFeatureSettings()
  settings.barWindow = 8
  settings.tradeWindow = 32
  settings.sizeWindow = 64
  settings.bucketVolume = 40
  settings.bucketCount = 5
  return settings
}

/// A seeded stream of minutes: events of each minute with the bar that ends it, gaps among them when asked for.
private func stream(
  _ minutes: Int, seed: UInt64, gaps: Bool = false
) -> [(events: [(time: Timestamp, update: MarketUpdate)], bar: Bar)] {
  var random = CounterRandom(seed: seed, purpose: "events")
  var price: Int64 = 1_000
  let kinds: [TradeKind] = [.buyerAggressor, .sellerAggressor, .unspecified, .cross, .retailLiquidityProvider]
  func size() -> Int64 { Int64(random.nextInteger(in: 1...40)) }
  return (0..<minutes).map { minute in
    var time = Double(minute) * 60
    var trades: [Int64] = []
    let events: [(time: Timestamp, update: MarketUpdate)] = (0..<90).map { _ in
      time += random.nextUniform() * 0.6
      price += Int64(random.nextInteger(in: -1...1))
      let update: MarketUpdate
      switch random.nextInteger(in: 0...(gaps ? 60 : 59)) {
      case 0...19:
        trades.append(price)
        update = trade(price, size(), kinds[random.nextInteger(in: 0...4)])
      case 20...39: update = quote(price - 1, size(), price + Int64(random.nextInteger(in: 0...3)), size())
      case 60: update = .gap(missing: 3)
      case let draw:
        let distance = Int64(random.nextInteger(in: 1...8))
        update = level(
          draw % 2 == 0 ? .buy : .sell, draw % 2 == 0 ? 990 - distance : 1_010 + distance,
          random.nextInteger(in: 0...5) == 0 ? 0 : size(), ends: random.nextInteger(in: 0...3) > 0)
      }
      return (at(time), update)
    }
    let bar = Bar(
      start: at(Double(minute) * 60), duration: .minutes(1), open: Price(ticks: trades.first ?? price),
      high: Price(ticks: (trades.max() ?? price) + 1), low: Price(ticks: (trades.min() ?? price) - 1),
      close: Price(ticks: trades.last ?? price), volume: Quantity(size() * 10), tradeCount: 20, signedVolume: 3)
    return (events, bar)
  }
}

private func vector(_ layer: EventFeatures) -> [UInt64] {
  (0..<EventSignal.allCases.count).map { layer.values[$0].isNaN ? .max : layer.values[$0].bitPattern }
}

struct EventFeaturesTests {
  @Test func everySignalIsDeclaredOnceInTheOrderOfItsValue() {
    let declarations = EventSignal.declarations
    #expect(declarations.map(\.signal) == EventSignal.allCases)
    #expect(Set(declarations.map(\.name)).count == declarations.count)
    #expect(zip(declarations, declarations.dropFirst()).allSatisfy { $0.tier <= $1.tier })
    #expect(declarations.allSatisfy { !$0.definition.isEmpty && !$0.unit.isEmpty && !$0.source.isEmpty })
    #expect(declarations.allSatisfy { $0.warmUpBars > 0 && $0.name == $0.name.lowercased() })
  }

  @Test func theTouchGivesSpreadImbalanceAndFlow() {
    let layer = EventFeatures(settings: small)
    layer.observe(quote(100, 30, 101, 10), at: at(0))
    layer.observe(quote(100, 40, 102, 10), at: at(30))
    layer.closeBar(bar(0))
    #expect(layer[.spreadLast] == 2 && layer[.spreadMean] == 1.5)
    #expect(layer[.queueImbalance1] == 0.6)
    #expect(layer[.micropriceOffset] == 0.6)
    #expect(abs(layer[.queueImbalanceMean] - (0.5 + 0.6) / 2) < 1e-12)
    // The bid grew by 10; the ask of 10 went away as its price rose.
    #expect(layer[.orderFlowImbalance] == 20)
    #expect(abs(layer[.orderFlowImbalanceNormalised] - 20 / ((40.0 + 50) / 4)) < 1e-12)
  }

  @Test func lockedCrossedEmptyAndUnsizedTouchesAreUnknown() {
    let layer = EventFeatures(settings: small)
    let unknown = [quote(100, 5, 100, 5), quote(101, 5, 100, 5), quote(0, 0, 100, 5), quote(1, 5, 70_000, 5)]
    for (index, update) in unknown.enumerated() {
      layer.observe(quote(100, 7, 101, 5), at: at(Double(index) * 60))
      layer.observe(update, at: at(Double(index) * 60 + 30))
      layer.closeBar(bar(Int64(index)))
      #expect(layer[.spreadLast].isNaN && layer[.queueImbalance1].isNaN && layer[.micropriceOffset].isNaN)
      #expect(layer[.spreadMean] == 1, "the time it stood unknown does not count")
      #expect(layer[.orderFlowImbalance] == 0, "no flow is counted across it")
    }
    layer.observe(quote(100, 0, 103, 0), at: at(240))
    layer.closeBar(bar(4))
    #expect(layer[.spreadLast] == 3 && layer[.queueImbalance1].isNaN)
  }

  @Test func tradesGiveSidesKindsAndImpact() {
    let layer = EventFeatures(settings: small)
    layer.observe(quote(100, 30, 102, 10), at: at(0))
    layer.observe(trade(102, 4, .buyerAggressor), at: at(10))
    layer.observe(quote(102, 30, 104, 20), at: at(10.8))
    layer.observe(quote(101, 30, 103, 5), at: at(14))
    layer.observe(trade(101, 1, .sellerAggressor), at: at(50))
    layer.observe(trade(90, 3, .cross), at: at(51))
    layer.observe(trade(103, 2, .retailLiquidityProvider), at: at(52))
    layer.closeBar(bar(0))
    #expect(layer[.signedVolume] == 5 && layer[.signedVolumeShare] == 0.5)
    #expect(layer[.tradeSignMean] == 0.25)
    #expect(layer[.crossShare] == 0.3 && layer[.liquidityProviderShare] == 0.2 && layer[.auctionShare] == 0)
    #expect(layer[.effectiveSpread] == 2, "each trade paid one tick to the midpoint")
    // The buyer's midpoint went from 101 to 103, then to 102; the last trades wait for their five seconds no more.
    #expect(abs(layer[.priceImpact1] - 4 * 4.0 / 7) < 1e-12)
    #expect(abs(layer[.priceImpact5] - 4 * 2.0 / 7) < 1e-12)
    #expect(abs(layer[.effectiveSpread] - layer[.realisedSpread5] - layer[.priceImpact5]) < 1e-12)
    #expect(abs(layer[.depthResilience] - (5.0 + 30 + 5) / (10 + 30 + 5)) < 1e-12)
    #expect(layer[.spreadResilience] == 1)
    #expect(layer[.secondsSinceTrade] == 8)
  }

  @Test func aSteadyStreamOfTradesHasItsRateAsIntensity() {
    let layer = EventFeatures(settings: small)
    for second in 0..<3_600 {
      for part in 0..<5 {
        layer.observe(trade(100, 2, part < 4 ? .buyerAggressor : .sellerAggressor), at: at(Double(second) + 0.2))
      }
      if second % 60 == 59 { layer.closeBar(bar(Int64(second / 60))) }
    }
    #expect(abs(layer[.buyIntensity300] - 4) < 0.05 && abs(layer[.sellIntensity60] - 1) < 0.02)
    #expect(abs(layer[.intensityDifference300] - 3) < 0.04)
  }

  @Test func variationIsSampledOnItsClockAndAJumpIsSeen() {
    let layer = EventFeatures(settings: small)
    for second in 0..<60 {
      layer.observe(trade(100 + Int64(second % 2), 1, .unspecified), at: at(Double(second) + 0.5))
    }
    layer.closeBar(bar(0))
    // 60 samples at 1...60 s, 59 returns of one tick.
    #expect(abs(layer[.realisedVolatilityTrades] - 59.0.squareRoot()) < 1e-12)
    #expect(layer[.jumpRatioTrades] == 0)
    for second in 60..<120 {
      layer.observe(
        trade(100 + Int64(second % 2) + (second > 90 ? 50 : 0), 1, .unspecified), at: at(Double(second) + 0.5))
    }
    layer.closeBar(bar(1))
    #expect(layer[.jumpRatioTrades] > 0.9)
  }

  @Test func theBookGivesImbalanceSlopeAndFlowAsFarAsItIsTold() {
    let layer = EventFeatures(settings: small)
    layer.closeBar(bar(-1))
    for distance in Int64(0)..<5 {
      layer.observe(level(.buy, 100 - distance, 20, ends: false), at: at(1))
      layer.observe(level(.sell, 101 + distance, 10, ends: distance == 4), at: at(1))
    }
    layer.closeBar(bar(0))
    #expect(abs(layer[.queueImbalance5] - 1.0 / 3) < 1e-12 && layer[.queueImbalance10].isNaN)
    #expect(layer[.spreadLast] == 1, "without quotes the book tells the touch")
    #expect(abs(layer[.bookSlopeImbalance] - 1.0 / 3) < 1e-12)
    #expect(layer[.depthAddRate].isNaN, "the book's first telling is no order flow")
    layer.observe(level(.buy, 100, 50), at: at(70))
    layer.observe(level(.sell, 103, 4), at: at(80))
    layer.closeBar(bar(1))
    // 30 at the bid, 6 taken from the third ask: 36 of flow; a level holds 15, 18 and 17.4 contracts on average.
    #expect(abs(layer[.orderFlowImbalanceLevels] - 36 / (5 * (15 + 18 + 17.4) / 3)) < 1e-12)
    #expect(layer[.depthAddRate] == 0.5 && layer[.depthCancelRate] == 0.1)
  }

  @Test func aGapMarksTheBarAndForgetsWhatMayHaveChanged() {
    let layer = EventFeatures(settings: small)
    layer.observe(quote(100, 30, 101, 10), at: at(0))
    layer.observe(level(.buy, 99, 5, ends: false), at: at(1))
    layer.observe(.gap(missing: 7), at: at(20))
    layer.closeBar(bar(0))
    #expect(layer[.barIsGap] == 1 && layer[.spreadLast].isNaN && layer[.queueImbalance1].isNaN)
    #expect(layer[.orderFlowImbalance] == 0)
    layer.observe(quote(105, 30, 106, 10), at: at(70))
    layer.closeBar(bar(1))
    #expect(layer[.barIsGap] == 0 && layer[.queueImbalance1] == 0.5)
    #expect(layer[.orderFlowImbalance] == 0, "the change of the touch across the gap is no flow")
    #expect(layer[.realisedVolatilityMid] == 0, "nor is it a return")
  }

  @Test func barsAloneGiveTheLowestTierAndNothingElse() {
    let layer = EventFeatures(settings: small)
    var random = CounterRandom(seed: 3, purpose: "bars")
    for minute in Int64(0)..<120 {
      layer.closeBar(bar(minute, close: 1_000 + Int64(random.nextInteger(in: -5...5)), volume: 30))
    }
    for signal in EventSignal.allCases {
      #expect(layer[signal].isNaN == (signal.tier != .bars), "\(signal.name): \(layer[signal])")
    }
  }

  @Test func streamsThatNeverCameStayUnknownWhateverTheOthersTell() {
    let layer = EventFeatures(settings: small)
    for (events, bar) in stream(60, seed: 4) {
      for (time, update) in events { if case .trade = update { layer.observe(update, at: time) } }
      layer.closeBar(bar)
    }
    for signal in EventSignal.allCases where signal.tier > .trades { #expect(layer[signal].isNaN, "\(signal.name)") }
    for signal in EventSignal.allCases where signal.tier == .trades { #expect(!layer[signal].isNaN, "\(signal.name)") }
  }

  @Test(arguments: UInt64(1)...4) func theFutureChangesNothing(_ seed: UInt64) {
    let minutes = stream(40, seed: seed, gaps: true)
    let whole = EventFeatures(settings: small)
    var seen: [[UInt64]] = []
    for (events, bar) in minutes {
      for (time, update) in events { whole.observe(update, at: time) }
      whole.closeBar(bar)
      seen.append(vector(whole))
    }
    for length in [1, 7, 23, 39] {
      let part = EventFeatures(settings: small)
      for (events, bar) in minutes.prefix(length) {
        for (time, update) in events { part.observe(update, at: time) }
        part.closeBar(bar)
      }
      #expect(vector(part) == seen[length - 1])
    }
  }

  @Test func windowedSignalsDoNotKnowWhereTheStreamBegan() {
    let minutes = stream(60, seed: 11)
    func run(from first: Int) -> EventFeatures {
      let layer = EventFeatures(settings: small)
      for (events, bar) in minutes[first...] {
        for (time, update) in events { layer.observe(update, at: time) }
        layer.closeBar(bar)
      }
      return layer
    }
    let (early, late) = (run(from: 0), run(from: 20))
    // What fades, what fills buckets from the start, and the book's levels that nobody told again may differ.
    let dependent = EventSignal.allCases.filter {
      $0.name.contains("decayed") || $0.name.contains("intensity") || $0.name.contains("vpin") || $0.tier == .depth
    }
    for signal in EventSignal.allCases where !dependent.contains(signal) {
      #expect(early[signal].bitPattern == late[signal].bitPattern, "\(signal.name): \(early[signal]), \(late[signal])")
    }
  }

  @Test func impossibleEventsAreLeftOutAndCounted() {
    let layer = EventFeatures(settings: small)
    layer.observe(quote(100, 5, 101, 5), at: at(1))
    layer.observe(quote(100, -5, 101, 5), at: at(2))
    layer.observe(trade(100, 0, .unspecified), at: at(3))
    layer.observe(trade(.max, 1, .unspecified), at: at(3))
    layer.observe(level(.buy, 5, .max), at: at(4))
    layer.closeBar(bar(0, close: 1))
    #expect(layer.refusedCount == 5 && layer[.spreadLast] == 1 && layer[.barIsGap] == 1)
    for index in 0..<EventSignal.allCases.count { #expect(!layer.values[index].isInfinite) }
  }

  @Test func forgettingEverythingIsAsGoodAsNew() {
    let minutes = stream(30, seed: 6, gaps: true)
    let used = EventFeatures(settings: small)
    for (events, bar) in stream(30, seed: 5) {
      for (time, update) in events { used.observe(update, at: time) }
      used.closeBar(bar)
    }
    used.reset()
    let new = EventFeatures(settings: small)
    for (events, bar) in minutes {
      for (time, update) in events {
        used.observe(update, at: time)
        new.observe(update, at: time)
      }
      used.closeBar(bar)
      new.closeBar(bar)
      #expect(vector(used) == vector(new))
    }
  }
}
