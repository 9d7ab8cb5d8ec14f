// One plan over the paths of a combinatorial purged cross-validation, trees or ensemble.

package import Backtest
import Engine
import Execution
import Features
import QuantMath
import Risk
package import TradingDomain
package import Validation

/// Fits, forecasts and trades a plan over every choice of test groups of some sessions.
package struct CombinatorialTrial: Sendable {
  package var plan: SearchPlan
  /// What a fill costs under the plan's handling of orders.
  package let fills: BarFillModel
  /// Up to the close of the last session, with those that warm the features.
  package let bars: [Bar]
  package let sessions: [TapeSession]
  package let splitter: CombinatorialPurgedCV
  /// Features chosen inside each split; nil takes all of the plan's schema.
  package var selection: SplitSelection?
  /// Other fill models that the paths are traded under, too.
  package var alternatives: [String: BarFillModel] = [:]
  /// Hands the outcomes to other rows, so that nothing can be learned; nil leaves them.
  package var shuffleSeed: UInt64?

  package init(
    plan: SearchPlan, fills: BarFillModel, bars: [Bar], sessions: [TapeSession], splitter: CombinatorialPurgedCV
  ) {
    self.plan = plan
    // The rows around a test part have no newest end to stop a forest early by; an ensemble keeps some back itself.
    if plan.members == nil { self.plan.fitter.training.patience = nil }
    self.fills = fills
    self.bars = bars
    self.sessions = sessions
    self.splitter = splitter
  }

  /// - Parameter path: The one path to trade; nil for all of them.
  package func run(path: Int? = nil) throws -> CombinatorialResult {
    let tape = try BarTape(
      bars: bars, sessions: sessions, limits: plan.limits, entryLifetime: plan.execution.entryLifetime)
    let opening = sessions.first?.session.open ?? .distantPast
    var rows = try CombinatorialRows(
      bars: bars, labelledFrom: bars.firstIndex { $0.start >= opening } ?? 0, schema: plan.fitter.schema,
      instrument: plan.instrument, horizonBars: plan.fitter.training.horizonBars)
    if let shuffleSeed { rows = try rows.shuffled(seed: shuffleSeed) }
    let contracts = plan.fitter.strategy.quantity.contracts
    let backtest = try CombinatorialBacktest(
      instrument: plan.instrument, tape: tape, rows: rows, splitter: splitter,
      research: BarResearch(fills: fills, contracts: contracts),
      alternatives: alternatives.mapValues { BarResearch(fills: $0, contracts: contracts) },
      rule: .strategy(plan.fitter.strategy), workers: 1)
    return try backtest.run(fitter(), path: path)
  }

  private func fitter() throws -> any CombinatorialFitter {
    guard let members = plan.members else {
      return try CombinatorialForestFitter([("trial", plan.fitter.training)], selection: selection)
    }
    return CombinatorialEnsembleFitter(
      members: members, plan: plan.fitter, instrument: plan.instrument, bars: bars, selection: selection)
  }
}

extension CombinatorialRows {
  /// The same rows with the outcomes of other rows: nothing can be learned from them.
  fileprivate func shuffled(seed: UInt64) throws -> CombinatorialRows {
    var random = CounterRandom(seed: seed, purpose: "challenger.shuffle")
    var values = labels.map(\.value)
    random.shuffle(&values)
    var turned = labels
    for place in turned.indices { turned[place].value = values[place] }
    return try CombinatorialRows(names: names, values: self.values, labels: turned, weights: weights)
  }
}
