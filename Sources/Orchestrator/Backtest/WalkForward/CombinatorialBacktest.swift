// Many histories instead of one: every choice of test groups fitted and predicted, joined into paths, traded.

package import Engine
import Ensemble
import QuantMath
package import TradingDomain
package import Validation

/// Combinatorial purged cross-validation of a trading rule, after costs.
///
/// Each choice of test groups fits a model on the purged rest and forecasts the groups; the forecasts are joined into
/// complete paths, and each path is traded by the research mode. The paths share data, so their spread says how much
/// luck a single backtest may hold; it is no standard error of the mean.
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), chapter 12.
package struct CombinatorialBacktest: Sendable {
  /// How forecasts are acted on.
  package enum Rule: Hashable, Sendable {
    /// The strategy that trades, regimes and brackets included.
    case strategy(StrategyConfiguration)
    /// The likelier side while it is likely enough, regardless of regimes.
    case forecast(threshold: Float, entry: BarSignal)
  }

  package let instrument: Instrument
  package let tape: BarTape
  package let rows: CombinatorialRows
  package let splitter: CombinatorialPurgedCV
  package let research: BarResearch
  /// Other fill models that the first configuration's paths are traded under, too.
  package let alternatives: [String: BarResearch]
  package let rule: Rule
  package let workers: Int

  /// - Parameters:
  ///   - rows: Labels whose bars are places in the tape.
  ///   - withoutCosts: Must be said where the fills charge no fees.
  package init(
    instrument: Instrument, tape: BarTape, rows: CombinatorialRows, splitter: CombinatorialPurgedCV,
    research: BarResearch, alternatives: [String: BarResearch] = [:], rule: Rule, workers: Int = 2,
    withoutCosts: Bool = false
  ) throws {
    if research.fills.feePerSide <= .zero, !withoutCosts { throw BacktestCostError() }
    precondition(workers >= 1, "a combinatorial backtest needs a worker")
    precondition(
      rows.labels.allSatisfy { tape.bars.indices.contains($0.startIndex) }, "labels must be of the tape's bars")
    self.instrument = instrument
    self.tape = tape
    self.rows = rows
    self.splitter = splitter
    self.research = research
    self.alternatives = alternatives
    self.rule = rule
    self.workers = workers
  }

  /// Fits every split with every configuration, and trades every path.
  ///
  /// - Parameter path: Number of the one path to trade, with the splits that it needs; nil for all of them.
  /// - Throws: What splitter or fitter throw; ``WalkForwardCancelled`` when cancelled, since a part of the paths is no
  ///   distribution.
  package func run(
    _ fitter: any CombinatorialFitter, path: Int? = nil, isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> CombinatorialResult {
    let splits = try splitter.splits(rows.labels)
    let names = fitter.configurations
    let count = splits.count * names.count
    let needed = try path.map { Set(try splitter.paths()[$0]) }
    let predictions = try OrderedWork.results(
      count: count, workers: workers, isCancelled: isCancelled, finished: { progress($0, count) }
    ) { piece in
      let split = splits[piece % splits.count]
      if let needed, !needed.contains(piece % splits.count) {
        return [Forecast](repeating: .none(.noInput), count: split.test.count)
      }
      return try fitter.forecasts(
        of: rows.test(split.test), learning: rows.training(split.train), configuration: piece / splits.count)
    }.compactMap { $0 }
    guard predictions.count == count else { throw WalkForwardCancelled() }
    let columns = StrategyColumns(bars: tape.bars, instrument: instrument)
    var distributions: [PathDistribution] = []
    var elsewhere: [String: Double] = [:]
    var calibration: [Double?] = []
    var daily = [[Double]](
      repeating: [Double](repeating: 0, count: names.count), count: tape.sessions.count)
    for (configuration, name) in names.enumerated() {
      let slice = Array(predictions[configuration * splits.count..<(configuration + 1) * splits.count])
      let assembled = try splitter.assemble(slice, of: splits, missing: .none(.noInput))
      let paths = path.map { [assembled[$0]] } ?? assembled
      let results = try trade(paths, columns, research)
      if configuration == 0 {
        for (name, other) in alternatives {
          elsewhere[name] = Self.perSession(try trade(paths, columns, other))
        }
      }
      calibration.append(paths.first.flatMap { calibrationError(of: $0) })
      distributions.append(
        PathDistribution(
          name: name, profits: results.map(\.sessions), trades: results.map(\.trades.count)))
      for result in results {
        for (session, profit) in result.sessions.enumerated() {
          daily[session][configuration] += profit.brl / Double(results.count)
        }
      }
    }
    let overfitting = Self.overfitting(daily)
    return CombinatorialResult(
      distributions: distributions, fits: count, paths: splitter.pathCount, splits: splits.count,
      overfitting: overfitting.probability, overfittingNote: overfitting.note,
      lossOfBest: overfitting.loss, sessions: daily,
      dates: tape.sessions.map(\.session.date), alternatives: elsewhere, calibrationErrors: calibration)
  }

  private func trade(
    _ paths: [[Forecast]], _ columns: StrategyColumns, _ research: BarResearch
  ) throws -> [BarResearchResult] {
    try OrderedWork.results(count: paths.count, workers: workers) { path in
      try trade(paths[path], columns, research)
    }.compactMap { $0 }
  }

  /// Mean net profit a session over all paths, in reais.
  private static func perSession(_ results: [BarResearchResult]) -> Double {
    let profits = results.flatMap { $0.sessions.map(\.brl) }
    return profits.isEmpty ? 0 : profits.reduce(0, +) / Double(profits.count)
  }

  /// Expected calibration error of P(rise) on labels that moved, over ten bins of equal width; nil without any.
  ///
  /// Of a forecast that gives part of its probability to no move, what counts is the rise among the moves.
  private func calibrationError(of path: [Forecast]) -> Double? {
    var bins = [(said: Double, came: Double, count: Double)](repeating: (0, 0, 0), count: 10)
    for (label, forecast) in zip(rows.labels, path) where label.value != 0 && forecast.abstention == nil {
      let (up, down) = (Double(forecast.probabilityUp), Double(forecast.probabilityDown))
      let probability = up / max(up + down, 1e-9)
      let bin = min(9, max(0, Int(probability * 10)))
      bins[bin].said += probability
      bins[bin].came += label.value > 0 ? 1 : 0
      bins[bin].count += 1
    }
    let count = bins.reduce(0) { $0 + $1.count }
    return count > 0 ? bins.reduce(0) { $0 + abs($1.said - $1.came) } / count : nil
  }

  /// One path through the research mode.
  private func trade(
    _ path: [Forecast], _ columns: StrategyColumns, _ research: BarResearch
  ) throws -> BarResearchResult {
    var forecasts = [Forecast](repeating: .none(.noInput), count: tape.bars.count)
    for (label, forecast) in zip(rows.labels, path) { forecasts[label.startIndex] = forecast }
    switch rule {
    case .strategy(let strategy):
      return try research.run(
        tape, sessions: tape.sessions.indices, strategy: strategy, tickSize: instrument.tickSize, columns: columns,
        forecasts: forecasts)
    case .forecast(let threshold, let entry):
      return forecasts.map { $0.isValid ? $0.probabilityUp : .nan }.withUnsafeBufferPointer { column in
        guard let start = column.baseAddress else {
          return BarResearchResult(trades: [], sessions: [], bars: 0, missedEntries: 0, roughExits: 0)
        }
        var rule = ForecastBarRule(probabilities: start, threshold: threshold, entry: entry)
        return research.run(tape, sessions: tape.sessions.indices, rule: &rule)
      }
    }
  }

  /// PBO over sessions, with as many blocks as they allow, 16 at most.
  ///
  /// - Parameter daily: Net profits in reais, `daily[session][configuration]`.
  package static func overfitting(_ daily: [[Double]]) -> (probability: Double?, loss: Double?, note: String?) {
    guard let width = daily.first?.count, width >= 2 else {
      return (nil, nil, "one configuration: nothing was selected")
    }
    let blocks = min(16, daily.count / 2 / 2 * 2)
    guard blocks >= 2 else { return (nil, nil, "\(daily.count) sessions are too few") }
    let flat = daily.flatMap { $0 }
    let matrix = Matrix(rows: daily.count, columns: width, elements: flat)
    do {
      let found = try BacktestOverfitting(results: matrix, blocks: blocks)
      return (found.probability, found.probabilityOfLoss, nil)
    } catch {
      return (nil, nil, error.description)
    }
  }
}
