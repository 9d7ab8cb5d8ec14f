// The order-by-order market as a stream: reproducible, well-formed, with an edge only where one was planted.

import MarketData
import Simulation
import Testing
import TradingDomain

@Test func theSameSeedMakesTheSameFlowAndAnotherSeedOrDayAnother() {
  let first = flowEvents(shortFlow(seed: 1))
  #expect(first.count > 2000)
  #expect(first == flowEvents(shortFlow(seed: 1)))
  #expect(first != flowEvents(shortFlow(seed: 2)))
  var other = shortFlow(seed: 1)
  other.session =
    OrderFlowConfiguration.wdo(
      date: SessionDate(dayNumber: 20_312), seed: 1, length: .seconds(60)
    ).session
  #expect(Array(first.dropFirst(2).map(\.update)) != Array(flowEvents(other).dropFirst(2).map(\.update)))
}

@Test func aSessionOfFlowIsWellFormed() {
  let configuration = shortFlow(seed: 4, seconds: 120)
  let all = flowEvents(configuration)
  #expect(all.first?.update == .limits(configuration.limits))
  #expect(all[1].update == .phase(.opened) && all[1].exchangeTime == configuration.session.open)
  #expect(all.last?.update == .phase(.closed) && all.last?.exchangeTime == configuration.session.close)
  var quote: Quote?
  var trade: UInt64 = 0
  for (index, event) in all.enumerated() {
    #expect(event.sequence == UInt64(index + 1))
    if index > 0 { #expect(event.exchangeTime >= all[index - 1].exchangeTime) }
    switch event.update {
    case .quote(let new):
      #expect(new.ask > new.bid && new.bidQuantity > 0 && new.askQuantity > 0 && new != quote)
      quote = new
    case .trade(let print):
      // The first print of an order is at the touch that was published before it; later ones are worse.
      if let quote {
        let isBuy = print.kind == .buyerAggressor
        #expect(isBuy ? print.price >= quote.ask : print.price <= quote.bid)
      }
      trade += 1
      #expect(print.number == trade && print.quantity > 0)
    default: break
    }
  }
}

@Test func withoutDepthTheQuotesAndTradesAreTheSame() {
  var configuration = shortFlow(seed: 6)
  func isLevel(_ event: MarketEvent) -> Bool { if case .depth = event.update { true } else { false } }
  let full = flowEvents(configuration).filter { !isLevel($0) }.map(\.update)
  configuration.publishesDepth = false
  #expect(flowEvents(configuration).map(\.update) == full)
}

/// Minute by minute: mean of the hidden signal, mean sign of prints, and the move from the first print to the last.
private func minutes(
  _ configuration: OrderFlowConfiguration
) -> (signals: [Double], signs: [Double], moves: [Double]) {
  let market = OrderFlowMarket(configuration)
  let length = 60_000_000_000 as Int64
  let open = configuration.session.open.nanoseconds
  let count = Int((configuration.session.close.nanoseconds - open) / length)
  var signals = [Double](repeating: 0, count: count)
  var signs = [Double](repeating: 0, count: count)
  var trades = [Double](repeating: 0, count: count)
  var first = [Double](repeating: 0, count: count)
  var last = first
  while let event = market.next() {
    guard case .trade(let trade) = event.update else { continue }
    let minute = Int((event.exchangeTime.nanoseconds - open) / length)
    signs[minute] += trade.kind == .buyerAggressor ? 1 : -1
    if trades[minute] == 0 { first[minute] = Double(trade.price.ticks) }
    last[minute] = Double(trade.price.ticks)
    trades[minute] += 1
    signals[minute] += market.hiddenSignal(at: event.exchangeTime)
  }
  return (
    zip(signals, trades).map { $0 / max(1, $1) }, zip(signs, trades).map { $0 / max(1, $1) }, zip(last, first).map(-)
  )
}

@Test func thePlantedSignalTellsTradeSignsAndWithoutStrengthTellsNothing() {
  var configuration = OrderFlowConfiguration.wdo(
    date: SessionDate(dayNumber: 20_311), seed: 12, length: .minutes(240))
  configuration.signal = OrderFlowSignal(strength: 0.25, halfLife: 15)
  let planted = minutes(configuration)
  #expect(correlation(planted.signals, planted.signs) > 0.3)
  // What is pushed also moves.
  #expect(correlation(planted.signals, planted.moves) > 0.2)
  print(
    "order flow: signal and sign \(correlation(planted.signals, planted.signs)), signal and move",
    correlation(planted.signals, planted.moves))
  configuration.signal.strength = 0
  let none = minutes(configuration)
  #expect(abs(correlation(none.signals, none.signs)) < 3.3 / 240.0.squareRoot())
  configuration.signal.strength = -0.25
  let opposed = minutes(configuration)
  #expect(correlation(opposed.signals, opposed.signs) < -0.3)
}

@Test func aSignalWithoutStrengthLeavesNoTraceInTheMessages() {
  var configuration = shortFlow(seed: 8)
  let plain = flowEvents(configuration)
  configuration.signal = OrderFlowSignal(strength: 0, halfLife: 3)
  #expect(flowEvents(configuration) == plain)
  configuration.signal.strength = 0.5
  #expect(flowEvents(configuration) != plain)
}

@Test func theHiddenSignalHasUnitVarianceAndItsHalfLife() {
  var configuration = OrderFlowConfiguration.wdo(date: SessionDate(dayNumber: 20_311), seed: 3)
  configuration.signal = OrderFlowSignal(strength: 0.1, halfLife: 10)
  let market = OrderFlowMarket(configuration)
  let signals = (0..<34_200).map {
    market.hiddenSignal(at: configuration.session.open + .seconds(Int64($0)))
  }
  let variance = signals.reduce(0) { $0 + $1 * $1 } / 34_200
  // The variance of such a mean of squares is 2 (1 + phi^2) / (1 - phi^2) / n.
  #expect(abs(variance - 1) < 0.1)
  #expect(abs(correlation(Array(signals.dropLast(10)), Array(signals.dropFirst(10))) - 0.5) < 0.06)
}

@Test func stressIsFasterAndThinnerThanCalm() {
  let configuration = OrderFlowConfiguration.wdo(date: SessionDate(dayNumber: 20_311), seed: 14)
  let market = OrderFlowMarket(configuration)
  var seconds = [Double](repeating: 0, count: 3)
  for second in 0..<34_200 {
    seconds[market.hiddenRegime(at: configuration.session.open + .seconds(Int64(second)))] += 1
  }
  var trades = [Double](repeating: 0, count: 3)
  var (sizes, quotes) = (trades, trades)
  while let event = market.next() {
    guard configuration.session.contains(event.exchangeTime) else { continue }
    let regime = market.hiddenRegime(at: event.exchangeTime)
    switch event.update {
    case .trade: trades[regime] += 1
    case .quote(let quote):
      quotes[regime] += 1
      sizes[regime] += Double(quote.bidQuantity.contracts + quote.askQuantity.contracts)
    default: break
    }
  }
  #expect(seconds.allSatisfy { $0 > 100 })
  #expect(trades[2] / seconds[2] > 1.5 * trades[0] / seconds[0])
  #expect(sizes[2] / quotes[2] < 0.8 * sizes[0] / quotes[0])
}

@Test func theDayIsBusyAtItsEndsAndMoreSoAtTheOpen() {
  var configuration = OrderFlowConfiguration.wdo(
    date: SessionDate(dayNumber: 20_311), seed: 5, length: .minutes(180))
  configuration.regimes = [OrderFlowRegime(name: "calm", activity: 1, meanSeconds: 60, weight: 1)]
  configuration.dayShape = OrderFlowDayShape(open: 2, middle: 0.5, close: 1.5)
  var counts = [Double](repeating: 0, count: 9)
  for event in flowEvents(configuration) where event.exchangeTime < configuration.session.close {
    let part = (event.exchangeTime.nanoseconds - configuration.session.open.nanoseconds) / 1_200_000_000_000
    if case .trade = event.update { counts[Int(part)] += 1 }
  }
  #expect(counts[0] > 1.2 * counts[8] && counts[8] > 1.5 * counts[4] && counts[4] > 100)
}

@Test func thePlainModelTradesOneContractAtATimeAndForgetsItsSigns() {
  var configuration = OrderFlowConfiguration.zeroIntelligence(
    date: SessionDate(dayNumber: 20_311), seed: 2, length: .minutes(60))
  configuration.marketRate = 2
  var signs = Autocorrelation(lags: 5)
  for event in flowEvents(configuration) {
    guard case .trade(let trade) = event.update else { continue }
    #expect(trade.quantity == 1)
    signs.update(trade.kind == .buyerAggressor ? 1 : -1)
  }
  #expect(signs.valueCount > 10_000)
  for lag in 1...5 {
    #expect(abs(signs.coefficient(lag) ?? 1) < 3.5 * (signs.standardError(lag) ?? 0))
  }
}

@Test func flowIsFastEnoughToBacktestOn() {
  let market = OrderFlowMarket(.wdo(date: SessionDate(dayNumber: 20_311), seed: 1))
  var events = 0
  let clock = ContinuousClock()
  let taken = clock.measure { while market.next() != nil { events += 1 } }
  let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18
  print("order flow: \(events) events of one session in \(seconds) s, \(Int(Double(events) / seconds)) events/s")
  #expect(Double(events) / seconds > 100_000)
}
