// Which members forecast at all, and what a mixture of them adds: nothing is chosen on what it is judged by.

import Backtest
package import Ensemble
import Features
import Glibc
package import TradingDomain
import Validation

/// What the study found of one member or mixture, over the judged labels.
package struct MemberScore: Hashable, Sendable {
  package var name: String
  /// Weighted mean, nats a label.
  package var logLoss: Double
  /// How much less than the base rate, with the standard error of as many independent labels as the weights amount to.
  package var gain: Double
  package var gainError: Double
  /// Share of labels whose likeliest class happened.
  package var accuracy: Double
  /// Mean distance between what was said and what happened; see ``CalibrationMonitor``.
  package var calibrationError: Double
  /// Gain in each regime that had labels, with its error and the weight of the labels.
  package var byRegime: [RegimeGain]

  /// The gain of one regime.
  package struct RegimeGain: Hashable, Sendable {
    package var regime: Regime
    package var gain: Double
    package var gainError: Double
    package var weight: Double
  }
}

/// Every fold but the first, judged by ensembles that were put together from the folds before it.
package struct MemberStudy: Sendable {
  /// Each member calibrated, then all with equal weights, the stacked mixture, and the ensemble as it would have run.
  package let scores: [MemberScore]
  /// Labels judged, and how many independent ones they amount to.
  package let labels: Int
  package let independent: Double
  package let members: [MemberKind]
  /// Weights that stacking gave before each judged fold, (folds, members).
  package let weights: [[Double]]
  /// Weights of the last fold's ensemble in each regime at the end, by the members that it kept.
  package let regimeWeights: [(regime: Regime, weights: [(kind: MemberKind, weight: Double)])]
  /// What the ensemble said of every bar of the judged folds; none elsewhere.
  package let column: [Forecast]
  /// Part of the judged labels on which the ensemble abstained, by reason.
  package let abstentions: [AbstentionReason: Double]
  /// The ensemble's reliability over the judged labels: bins of each class.
  package let reliability: [[CalibrationMonitor.Bin]]

  package init(_ forecasts: HeldOutForecasts, _ rows: MemberRows, plan: MemberPlan) throws {
    precondition(forecasts.kinds.first == .base && forecasts.folds.count > 1, "a study compares with the base rate")
    let kinds = forecasts.kinds
    var tally = Tally(names: kinds.map(\.words) + ["mean", "stacked", "ensemble"])
    var column = [Forecast](repeating: .none(.noInput), count: rows.tape.bars.count)
    var weights: [[Double]] = []
    var abstained: [AbstentionReason: Double] = [:]
    var last: MultiModalEnsemble?
    for number in 1..<forecasts.folds.count {
      let fold = forecasts.folds[number]
      guard let opening = fold.positions.first else { continue }
      let fit = try EnsembleFit(
        forecasts, folds: forecasts.folds[..<number], before: rows.labels[opening].start, rows, plan: plan)
      weights.append(fit.stacking.weights)
      let ensemble = try Self.run(fit, forecasts, fold, rows) { index, forecast in
        let position = fold.positions[index]
        column[rows.labels[position].startIndex] = forecast
        var said = kinds.indices.map { member -> [Double] in
          var p = Array(forecasts.forecast(fold, index, of: member))
          fit.maps[member].apply(&p, classes: MoveClass.count)
          return p
        }
        let even = [Double](repeating: 1 / Double(kinds.count), count: kinds.count)
        let (mean, stacked) = (Self.mixed(said, even), Self.mixed(said, fit.stacking.weights))
        said += [mean, stacked]
        let (up, down) = (Double(forecast.probabilityUp), Double(forecast.probabilityDown))
        said.append([down, max(0, 1 - up - down), up])
        let weight = rows.weights[position]
        if let reason = forecast.abstention { abstained[reason, default: 0] += weight }
        tally.add(said, outcome: rows.outcome(position), weight: weight, regime: rows.regime(position))
      }
      last = ensemble
    }
    members = kinds
    scores = tally.scores
    labels = tally.labels
    independent = tally.weight
    self.weights = weights
    self.column = column
    abstentions = abstained.mapValues { [tally] in $0 / tally.weight }
    reliability = tally.reliability
    regimeWeights =
      last.map { ensemble in
        Regime.allCases.map { regime in
          (regime, zip(ensemble.kinds, ensemble.weights(in: regime)).map { (kind: $0, weight: $1) })
        }
      } ?? []
  }

  /// Runs the ensemble of `fit` over a fold, and some bars before it, as the engine runs it.
  private static func run(
    _ fit: EnsembleFit, _ forecasts: HeldOutForecasts, _ fold: HeldOutForecasts.Fold, _ rows: MemberRows,
    _ body: (Int, Forecast) -> Void
  ) throws -> MultiModalEnsemble {
    let opening = fold.positions.first.map { rows.rowOfLabel[$0] } ?? 0
    let first = max(0, opening - MemberPlan.warmUpRows)
    let ensemble = try MultiModalEnsemble(
      fit.settings,
      members: fit.kept.map { RecordedMember(forecasts, member: $0, rows, from: first) },
      schemaHash: rows.schema.hash)
    let firstBar = rows.tape.matrix.barIndexes[first]
    var next = 0
    rows.tape.eachBar { place, input in
      guard place >= firstBar, next < fold.positions.count else { return }
      ensemble.observe(input)
      guard rows.labels[fold.positions[next]].startIndex == place else { return }
      body(next, ensemble.forecast(input))
      next += 1
    }
    return ensemble
  }

  private static func mixed(_ forecasts: [[Double]], _ weights: [Double]) -> [Double] {
    (0..<MoveClass.count).map { place in
      zip(forecasts, weights).reduce(0) { $0 + $1.1 * $1.0[place] }
    }
  }
}

/// Sums up what was said and what happened; the first name is the base rate.
private struct Tally {
  let names: [String]
  var labels = 0
  var weight = 0.0
  private var losses: [[Double]]
  private var weights: [Double] = []
  private var regimes: [Regime] = []
  private var right: [Double]
  private let monitors: [CalibrationMonitor]

  init(names: [String]) {
    self.names = names
    losses = names.map { _ in [] }
    right = names.map { _ in 0 }
    monitors = names.map { _ in CalibrationMonitor(classes: MoveClass.count) }
  }

  mutating func add(_ forecasts: [[Double]], outcome: Int, weight: Double, regime: Regime) {
    labels += 1
    self.weight += weight
    weights.append(weight)
    regimes.append(regime)
    for (index, forecast) in forecasts.enumerated() {
      losses[index].append(-log(max(forecast[outcome], 1e-12)))
      let likeliest = forecast.indices.max { (forecast[$0], -$0) < (forecast[$1], -$1) }
      if likeliest == outcome { right[index] += weight }
      monitors[index].observe(forecast, outcome: outcome)
    }
  }

  /// Of the last name.
  var reliability: [[CalibrationMonitor.Bin]] {
    (0..<MoveClass.count).map { monitors[monitors.count - 1].diagram(of: $0) }
  }

  private func gain(_ index: Int, _ labels: [Int]) -> (gain: Double, error: Double, weight: Double) {
    let weight = labels.reduce(0) { $0 + weights[$1] }
    func mean(_ value: (Int) -> Double) -> Double { labels.reduce(0) { $0 + weights[$1] * value($1) } / weight }
    let gain = mean { losses[0][$0] - losses[index][$0] }
    let variance = mean { (losses[0][$0] - losses[index][$0] - gain) * (losses[0][$0] - losses[index][$0] - gain) }
    return (gain, (variance / weight).squareRoot(), weight)
  }

  var scores: [MemberScore] {
    names.indices.map { index in
      let all = gain(index, Array(weights.indices))
      let loss = weights.indices.reduce(0) { $0 + weights[$1] * losses[index][$1] } / weight
      return MemberScore(
        name: names[index], logLoss: loss, gain: all.gain, gainError: all.error, accuracy: right[index] / weight,
        calibrationError: monitors[index].expectedError ?? .nan,
        byRegime: Regime.allCases.compactMap { regime in
          let labels = weights.indices.filter { regimes[$0] == regime }
          guard !labels.isEmpty else { return nil }
          let part = gain(index, labels)
          return MemberScore.RegimeGain(regime: regime, gain: part.gain, gainError: part.error, weight: part.weight)
        })
    }
  }
}
