// Each disease planted once, and a healthy run in which the doctor stays calm.

import Backtest
import Performance
import QuantMath
import Simulation
import Testing
import TradingDomain

private let first = SessionDate(dayNumber: 19_000)

private func trade(_ session: Int, _ number: Int, net: Double, fees: Double = 2, side: Side = .buy) -> ClosedTrade {
  let time = BrasiliaTime.timestamp(
    first.advanced(by: session), timeOfDay: .minutes(Int64(10 * 60 + 7 * number)))
  return ClosedTrade(
    instrument: Instrument.wdo.id, side: side, quantity: 1, entryTime: time, exitTime: time + .minutes(3),
    grossProfit: Money(brl: net + fees), fees: Money(brl: fees))
}

/// A run of trades: sessions follow from them.
private func evidence(_ trades: [ClosedTrade], sessions: Int = 60) -> BacktestEvidence {
  let profits = (0..<sessions).map { session in
    let date = first.advanced(by: session)
    let net = trades.filter { BrasiliaTime.local($0.entryTime).date == date }.reduce(Money.zero) { $0 + $1.netProfit }
    return SessionProfit(date: date, profit: net)
  }
  return BacktestEvidence(trades: trades, sessions: profits, capital: Money(brl: 10_000))
}

/// 240 trades of both sides that gain a little more than they lose, evenly over the days.
private func healthy(edge: Double = 8) -> BacktestEvidence {
  var random = CounterRandom(seed: 3, stream: 1)
  let trades = (0..<60).flatMap { session in
    (0..<4).map { number in
      trade(
        session, number, net: edge + (random.nextUniform() - 0.5) * 60, side: random.nextUniform() < 0.5 ? .buy : .sell)
    }
  }
  return evidence(trades)
}

private func outcome(_ name: String, _ net: Double, trades: Int = 50) -> VariationOutcome {
  VariationOutcome(
    name: name, net: Money(brl: net), trades: trades, drawdown: Money(brl: 100), refusals: 0, sessionsBRL: [net])
}

private func titles(_ evidence: BacktestEvidence, _ severities: Set<ReportVerdict.Severity> = [.warning, .fail])
  -> Set<String>
{
  Set(BacktestDoctor.diagnose(evidence).filter { severities.contains($0.severity) }.map(\.title))
}

@Test func aHealthyRunIsNotComplainedOf() {
  var healthy = healthy()
  healthy.curves = [
    SensitivityCurve(.queueFills, outcomes: SensitivityAxis.queueFills.variations.map { outcome($0.name, 900) })
  ]
  healthy.stresses = [outcome("flash crash", -500)]
  healthy.shuffledNets = [-900, -1_200, 100, -700]
  #expect(titles(healthy) == [])
  #expect(titles(healthy, [.pass]).contains("More than chance"))
}

@Test func missingCostsAndSeenSessionsFail() {
  var free = healthy()
  free.isFree = true
  #expect(titles(free, [.fail]) == ["No costs"])
  var seen = healthy()
  seen.seenSessions = 12
  #expect(titles(seen, [.fail]) == ["In sample"])
}

@Test func profitsFromShuffledLabelsAreALeak() {
  var leaky = healthy()
  leaky.shuffledNets = [4_000, 3_500, -200]
  #expect(titles(leaky, [.fail]) == ["Leak: profits from shuffled labels"])
  var fast = healthy()
  fast.delayedNet = -50
  #expect(titles(fast) == ["The edge lives one bar"])
  fast.delayedNet = 0.9 * fast.net
  #expect(titles(fast, [.pass]).contains("The edge outlives a bar"))
}

@Test func fewOrIndistinctTradesAreNoEvidence() {
  #expect(titles(evidence([])).contains("Hardly any trades"))
  let few = evidence((0..<10).map { trade($0, 0, net: 10 + Double($0)) })
  #expect(titles(few).contains("Too few trades"))
  #expect(titles(healthy(edge: 0.2)).contains("Not distinguishable from nothing"))
  #expect(titles(healthy(edge: -15), [.fail]).contains("It loses, and not by chance"))
}

@Test func manyTrialsAndManyParametersAreToldOf() {
  var tried = healthy(edge: 3)
  tried.trials = 5_000
  #expect(titles(tried).contains("One of many tries"))
  var once = healthy(edge: 15)
  once.trials = 2
  #expect(titles(once, [.pass]).contains("Survives its trials"))
  var rich = healthy()
  rich.parameters = 4_000
  rich.independentObservations = 1_900
  #expect(titles(rich) == ["Many parameters for few observations"])
}

@Test func aFewTradesOrOneDayThatMadeItAreFound() {
  var trades = (0..<60).map { trade($0, 0, net: -5, side: $0 % 2 == 0 ? .buy : .sell) }
  trades[7] = trade(7, 0, net: 900)
  let found = titles(evidence(trades))
  #expect(found.contains("A few trades made it"))
  #expect(found.contains("One day made it"))
}

@Test func whatWouldBreakItIsSaid() {
  // Fees of 2 on a net of 0.5 a trade: gone at 1.25 times the fees.
  let thin = evidence((0..<60).map { trade($0, 0, net: 0.5, side: $0 % 2 == 0 ? .buy : .sell) })
  #expect(titles(thin).contains("Thin after costs"))
  var slow = healthy()
  slow.curves = [
    SensitivityCurve(
      .latency, outcomes: zip(["0", "1", "2", "5", "10"], [900, 800, -100, -500, -900]).map { outcome($0, $1) })
  ]
  #expect(titles(slow) == ["Latency decides"])
  var fickle = healthy()
  fickle.curves = [SensitivityCurve(.barFills, outcomes: [outcome("kind", 700), outcome("harsh", -300)])]
  #expect(titles(fickle, [.fail]) == ["The fill rule decides the sign"])
  var fragile = healthy()
  fragile.stresses = [outcome("flash crash", -7_000)]
  #expect(titles(fragile, [.fail]) == ["A bad market would hurt"])
}

@Test func fillsWithoutAMarketAndOneSidednessAreFound() {
  var stale = healthy()
  stale.conditions.fills = 100
  stale.conditions.stale = 3
  #expect(titles(stale) == ["Fills without a market"])
  let long = evidence((0..<60).map { trade($0, 0, net: 8 + Double($0 % 3), side: .buy) })
  #expect(titles(long, [.note]).contains("Always the same side"))
  let idle = evidence((0..<12).flatMap { day in (0..<5).map { trade(day, $0, net: 8 + Double($0)) } })
  #expect(titles(idle, [.note]).contains("Mostly idle"))
}
