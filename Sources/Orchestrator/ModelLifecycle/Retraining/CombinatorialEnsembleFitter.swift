// Ensembles for combinatorial cross-validation: members, corrections and weights from the training rows alone.

import Backtest
import Engine
import Ensemble
import Features
import TradingDomain
import Validation

/// Fits an ensemble to each choice of training rows, and streams it over the rows that are tested.
struct CombinatorialEnsembleFitter: CombinatorialFitter {
  private let members: SearchPlan.MemberChoice
  private let plan: FitterPlan
  private let instrument: Instrument
  /// With all candidates.
  private let tape: ForecastTape
  private let selection: SplitSelection?

  init(
    members: SearchPlan.MemberChoice, plan: FitterPlan, instrument: Instrument, bars: [Bar],
    selection: SplitSelection?
  ) {
    self.members = members
    self.plan = plan
    self.instrument = instrument
    self.selection = selection
    tape = ForecastTape(
      matrix: FeatureMatrix(schema: plan.schema, instrument: instrument, bars: bars), bars: bars,
      columns: StrategyColumns(bars: bars, instrument: instrument))
  }

  var configurations: [String] { ["ensemble"] }

  func forecasts(of test: TestRows, learning rows: TrainingRows, configuration: Int) throws -> [Forecast] {
    let tape = try tape(for: rows)
    let learned = try MemberRows(
      tape: tape, instrument: instrument, labels: rows.labels, horizonBars: plan.training.horizonBars,
      deadZoneTicks: members.deadZoneTicks)
    let model = try EnsembleTrainer.train(learned, kinds: members.kinds, plan: members.memberPlan(plan.training))
    let ensemble = try model.ensemble(schemaHash: tape.matrix.schema.hash)
    var said: [Forecast] = []
    said.reserveCapacity(test.count)
    var next = 0
    while next < test.count {
      // Tested groups that lie apart are streams of their own.
      var end = next + 1
      while end < test.count, test.bars[end] - test.bars[end - 1] <= MemberPlan.warmUpRows { end += 1 }
      stream(ensemble, tape, Array(test.bars[next..<end]), into: &said)
      next = end
    }
    return said
  }

  /// Warms the ensemble on the bars before `wanted`, whose outcomes teach its weights nothing, and asks it at each.
  private func stream(
    _ ensemble: MultiModalEnsemble, _ tape: ForecastTape, _ wanted: [Int], into said: inout [Forecast]
  ) {
    guard let first = wanted.first, let last = wanted.last else { return }
    let start = max(0, first - MemberPlan.warmUpRows)
    let expected = said.count + wanted.count
    var next = 0
    ensemble.reset()
    tape.eachBar(in: start..<(last + 1)) { place, input in
      if place == first { ensemble.forgetLearning() }
      ensemble.observe(input)
      guard next < wanted.count, wanted[next] == place else { return }
      said.append(ensemble.forecast(input))
      next += 1
    }
    precondition(said.count == expected, "every tested row is a bar that was streamed")
  }

  /// The tape with the features that the split's training rows choose.
  private func tape(for rows: TrainingRows) throws -> ForecastTape {
    guard let selection else { return tape }
    let names = try selection.places(rows).map { plan.schema.names[$0] }
    let schema = try plan.schema.selecting(names, name: "selected")
    return ForecastTape(
      matrix: FeatureMatrix(schema: schema, instrument: instrument, bars: tape.bars), bars: tape.bars,
      columns: tape.columns)
  }
}
