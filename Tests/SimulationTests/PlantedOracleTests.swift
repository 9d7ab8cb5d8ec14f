// The oracle of planted markets: its forecasts against linear algebra, its profits against what they promised.

import Foundation
import QuantMath
import Simulation
import Testing
import TradingDomain

/// One golden file of `make_planted_golden.py`.
private struct GoldenSignal {
  var edge: PlantedEdge
  var flowDeviation: Double
  /// return, flow, deviation, mean, variance
  var rows: [[Double]]

  init(_ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/planted_\(name).csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    var parameters: [String: Double] = [:]
    for field in try #require(lines.first).split(separator: ",") {
      let parts = field.split(separator: "=")
      parameters[String(parts[0])] = Double(parts[1])
    }
    edge = PlantedEdge(
      strength: try #require(parameters["strength"]), halfLife: try #require(parameters["half_life"]),
      flowCorrelation: try #require(parameters["flow_correlation"]))
    flowDeviation = try #require(parameters["flow_deviation"])
    rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
  }
}

@Test(arguments: ["typical", "opposed", "blind"])
func theFilterIsTheConditionalExpectation(name: String) throws {
  let golden = try GoldenSignal(name)
  #expect(golden.rows.count == 120)
  var filter = SignalFilter(edge: golden.edge, flowDeviation: golden.flowDeviation)
  var largest = 0.0
  for row in golden.rows {
    filter.update(return: row[0], flow: row[1], deviation: row[2])
    largest = max(largest, abs(filter.mean - row[3]), abs(filter.variance - row[4]))
  }
  #expect(largest < 1e-9, "largest difference \(largest)")
}

/// Sums for the regression of realised on forecast, over days as the independent units.
private struct ForecastScore {
  var products = 0.0
  var squares = 0.0
  var errors = 0.0
  /// Per day: sum of forecast * (realised - forecast).
  var scores: [Double] = []

  /// Forecasts of the next `horizon` bars at every bar that has them.
  init(_ filterEdge: PlantedEdge, on market: PlantedMarket, horizon: Int) {
    let reach = filterEdge.reach(bars: horizon)
    for path in market.paths {
      var filter = SignalFilter(edge: filterEdge, flowDeviation: market.flowDeviation)
      var score = 0.0
      for bar in 0..<(path.returns.count - horizon) {
        filter.update(return: path.returns[bar], flow: path.flows[bar], deviation: path.deviations[bar])
        let forecast = filter.mean * reach
        let realised = path.returns[(bar + 1)...(bar + horizon)].reduce(0, +)
        products += forecast * realised
        squares += forecast * forecast
        errors += (realised - forecast) * (realised - forecast)
        score += forecast * (realised - forecast)
      }
      scores.append(score)
    }
  }

  var slope: Double { products / squares }
  /// Standard error of the slope, days being independent of each other.
  var slopeError: Double { scores.reduce(0) { $0 + $1 * $1 }.squareRoot() / squares }
}

@Test(arguments: [1, 10, 60])
func forecastsAreUnbiased(horizon: Int) {
  let edge = PlantedEdge(strength: 0.3)
  let market = PlantedMarket(edge: edge, seed: 21, dayCount: 1_500)
  let score = ForecastScore(edge, on: market, horizon: horizon)
  #expect(abs(score.slope - 1) < 3 * score.slopeError, "slope \(score.slope) +- \(score.slopeError)")
  #expect(score.slopeError < 0.05)
}

@Test func noOtherFilterForecastsBetter() {
  let edge = PlantedEdge(strength: 0.3)
  let market = PlantedMarket(edge: edge, seed: 22, dayCount: 1_500)
  let best = ForecastScore(edge, on: market, horizon: 10).errors
  for other in [
    PlantedEdge(strength: 0.3, halfLife: 10), PlantedEdge(strength: 0.3, halfLife: 40), PlantedEdge(strength: 0.6),
    PlantedEdge(strength: 0.15), PlantedEdge(strength: 0.3, flowCorrelation: 0.1),
    PlantedEdge(strength: 0.3, flowCorrelation: 0.4), PlantedEdge.none,
  ] {
    #expect(ForecastScore(other, on: market, horizon: 10).errors > best, "\(other)")
  }
}

@Test func withoutAnEdgeTheOracleDoesNotTrade() {
  let market = PlantedMarket(edge: .none, seed: 5, dayCount: 50)
  let policy = OracleSearch().policy(for: market)
  #expect(policy.band == .closed)
  let result = OracleResult(policy, on: market)
  #expect(result.entriesPerDay == 0 && result.ticksPerDay == 0 && result.sharpe == nil)
  // Nor does it when told to trade on anything.
  let eager = OraclePolicy(market: market, band: TradingBand(enter: 1e-6, exit: 0))
  #expect(OracleResult(eager, on: market).entriesPerDay == 0)
}

@Test func profitsAreWhatTheForecastsPromised() throws {
  let market = PlantedMarket(edge: PlantedMarket.ladder[1].edge, seed: 31, dayCount: 6_000)
  let result = OracleResult(OracleSearch().policy(for: market), on: market)
  let (profit, promised) = (try #require(result.ticksPerDay), try #require(result.expectedTicksPerDay))
  #expect(abs(profit - promised) < 3 * (try #require(result.standardError)), "\(profit) against \(promised)")
  #expect(result.profitPerDay(.wdo) == Money(brl: profit * 5))
}

@Test func roundingToTicksCostsTheOracleNothing() {
  let market = PlantedMarket(edge: PlantedMarket.ladder[2].edge, seed: 32, dayCount: 300)
  let policy = OracleSearch().policy(for: market)
  for day in market.days {
    let (exact, shown) = (policy.trade(day.path), policy.trade(day))
    #expect(exact.positions == shown.positions)
    // Positions open and close on prices that are each up to half a tick off.
    #expect(abs(exact.profit - shown.profit) <= Double(2 * shown.entries))
  }
}

@Test func profitsAreCountedFromPositionsMovesAndCosts() {
  // The same ledger by hand: moves while holding, costs on every change, the last change at the session's end.
  let market = PlantedMarket(edge: PlantedEdge(strength: 0.6), seed: 33, dayCount: 20)
  let policy = OraclePolicy(market: market, band: TradingBand(enter: 3, exit: -2), costPerSide: 0.75)
  for day in market.days {
    let session = policy.trade(day)
    var (profit, entries, before) = (0.0, 0, 0)
    for (position, bar) in zip(session.positions, day.bars) {
      profit += Double(position) * Double(bar.close.ticks - bar.open.ticks) - 0.75 * Double(abs(position - before))
      if position != 0, position != before { entries += 1 }
      before = position
    }
    profit -= 0.75 * Double(abs(before))
    #expect(abs(session.profit - profit) < 1e-9)
    #expect(session.entries == entries && session.positions.first == 0 && entries > 0)
    // Each position follows from the forecast of the bar before it.
    for bar in 1..<540 {
      let held = session.positions[bar - 1]
      #expect(session.positions[bar] == policy.band.position(held: held, forecast: session.forecasts[bar - 1]))
    }
  }
}

@Test func theRungsOfTheLadderEarnTheirSharpeRatios() throws {
  #expect(PlantedMarket.ladder.map(\.sharpe) == [2, 4, 9])
  for rung in PlantedMarket.ladder {
    // 20,000 days: a Sharpe ratio measured to about 0.11; another seed than that of the calibration.
    let market = PlantedMarket(edge: rung.edge, seed: 4_321, dayCount: 20_000)
    let result = OracleResult(OracleSearch().policy(for: market), on: market)
    let sharpe = try #require(result.sharpe)
    #expect(abs(sharpe / rung.sharpe - 1) < 0.15, "rung \(rung.sharpe): \(sharpe)")
    let promised = try #require(result.expectedSharpe)
    #expect(abs(promised / rung.sharpe - 1) < 0.15, "rung \(rung.sharpe): \(promised)")
  }
}

@Test func barsTellNearlyAllThatTheUnroundedPathTells() {
  // Whoever learns from bars learns from prices in ticks and flows in contracts: little of the oracle's forecast is
  // out of their reach.
  let market = PlantedMarket(edge: PlantedMarket.ladder[0].edge, seed: 34, dayCount: 200)
  var (difference, square) = (0.0, 0.0)
  for day in market.days {
    var exact = SignalFilter(edge: market.edge, flowDeviation: market.flowDeviation)
    var shown = exact
    for (index, bar) in day.bars.enumerated() {
      let deviation = day.path.deviations[index]
      exact.update(return: day.path.returns[index], flow: day.path.flows[index], deviation: deviation)
      let flow = Double(bar.signedVolume) / Double(bar.volume.contracts)
      shown.update(return: Double((bar.close - bar.open).ticks), flow: flow, deviation: deviation)
      difference += (exact.mean - shown.mean) * (exact.mean - shown.mean)
      square += exact.mean * exact.mean
    }
  }
  #expect(difference > 0 && difference / square < 0.001, "share of variance lost: \(difference / square)")
}
