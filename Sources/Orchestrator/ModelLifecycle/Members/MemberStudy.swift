// Which members forecast at all, and what a mixture of them adds: purged walk-forward, nothing chosen on what it is
// judged by.

import Ensemble
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
}

/// Walk-forward over all members: each fold's members learn from what lies before it.
package struct MemberStudy: Sendable {
  /// Judged: every fold but the first, from which calibration and weights are learned.
  package let scores: [MemberScore]
  /// Labels judged, and how many independent ones they amount to.
  package let labels: Int
  package let independent: Double
  /// Weights that stacking gave before the last fold, by member.
  package let weights: [Double]
  package let members: [MemberKind]
  /// Mean weight of each member in each regime at the end, (regimes, members).
  package let regimeWeights: [(regime: Regime, weights: [Double])]

  /// - Parameter progress: Told how many fits of how many are done.
  package init(
    _ rows: MemberRows, members: [MemberKind], plan: MemberPlan, progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    precondition(members.first == .base && members.count > 1, "a study compares members with the base rate")
    let first = max(1, Int(Double(rows.count) * plan.forest.firstTrainingPart))
    let folds = plan.forest.folds
    let splits = try WalkForward(
      window: .expanding(minimum: first), testLength: (rows.count - first + folds - 1) / folds
    ).splits(rows.labels)
    guard splits.count >= 2 else { throw TrainingError.tooFewRows(count: rows.count, needed: 2 * first) }
    let fit = MemberFit(rows: rows, plan: plan)
    let classes = MemberRows.classes
    var journal = Journal(members: members.count)
    var tally = Tally(names: members.map(\.words) + ["mean", "stacked", "by regime"])
    let regimes = Regime.allCases
    var last: RegimeWeights?
    for (number, split) in splits.enumerated() {
      var said: [[Double]] = []
      for (index, member) in members.enumerated() {
        progress(number * members.count + index, splits.count * members.count)
        said.append(try fit.forecasts(member, train: split.train, test: split.test))
      }
      guard let opening = split.test.first else { continue }
      let known = journal.known(before: rows.labels[opening].start, rows)
      let isJudged = number > 0
      let chosen = isJudged ? try Mixture(journal, known, rows) : nil
      let online = try RegimeWeights(
        members: members.count, regimes: regimes.count, plan: WeightPlan(share: 0.002),
        prior: chosen.map { stacked in
          regimes.flatMap { _ in stacked.weights.map { 0.9 * $0 + 0.1 / Double(said.count) } }
        })
      var pending = 0
      for (index, position) in split.test.enumerated() {
        var forecasts = said.map { Array($0[(index * classes)..<((index + 1) * classes)]) }
        journal.append(forecasts, position)
        guard let chosen else { continue }
        for member in forecasts.indices { chosen.maps[member].apply(&forecasts[member], classes: classes) }
        // Only outcomes that are known by now teach.
        while pending < index, rows.labels[split.test[pending]].end <= rows.labels[position].start {
          Self.teach(online, said, chosen, at: pending, rows, split.test[pending])
          pending += 1
        }
        let regime = Self.indicator(rows.regimes[position])
        let fresh = [Double](repeating: 0, count: members.count)
        let byRegime = online.mixture(probabilities: regime, ages: fresh).map { weights in
          (0..<members.count).map { weights[$0] }
        }
        let equal = [Double](repeating: 1 / Double(members.count), count: members.count)
        let mixtures = [equal, chosen.weights, byRegime ?? chosen.weights].map { Self.mixed(forecasts, $0) }
        tally.add(forecasts + mixtures, outcome: rows.outcomes[position], weight: rows.weights[position])
      }
      if isJudged { last = online }
    }
    progress(splits.count * members.count, splits.count * members.count)
    self.members = members
    scores = tally.scores
    labels = tally.labels
    independent = tally.weight
    weights = try Mixture(journal, Array(journal.positions.indices), rows).weights
    regimeWeights =
      last.map { online in
        regimes.map { ($0, online.weights(regime: Int($0.rawValue))) }
      } ?? []
  }

  private static func indicator(_ regime: Regime) -> [Double] {
    Regime.allCases.map { $0 == regime ? 1 : 0 }
  }

  private static func mixed(_ forecasts: [[Double]], _ weights: [Double]) -> [Double] {
    (0..<MemberRows.classes).map { place in
      zip(forecasts, weights).reduce(0) { $0 + $1.1 * $1.0[place] }
    }
  }

  private static func teach(
    _ online: RegimeWeights, _ said: [[Double]], _ chosen: Mixture, at index: Int, _ rows: MemberRows, _ position: Int
  ) {
    let classes = MemberRows.classes
    let given = said.enumerated().map { member, said in
      var forecast = Array(said[(index * classes)..<((index + 1) * classes)])
      chosen.maps[member].apply(&forecast, classes: classes)
      return forecast[rows.outcomes[position]]
    }
    online.learn(outcomeProbabilities: given, probabilities: indicator(rows.regimes[position]))
  }
}

/// Forecasts so far, whoever made them, with the labels that they were of.
private struct Journal {
  let members: Int
  /// (forecasts, members, classes).
  var said: [Double] = []
  var positions: [Int] = []

  init(members: Int) { self.members = members }

  mutating func append(_ forecasts: [[Double]], _ position: Int) {
    for forecast in forecasts { said += forecast }
    positions.append(position)
  }

  /// Places whose outcomes are known before `time`.
  func known(before time: Timestamp, _ rows: MemberRows) -> [Int] {
    positions.indices.filter { rows.labels[positions[$0]].end < time }
  }

  func forecast(_ place: Int, of member: Int) -> ArraySlice<Double> {
    let classes = MemberRows.classes
    let first = (place * members + member) * classes
    return said[first..<(first + classes)]
  }
}

/// Calibrations and weights learned from known forecasts.
private struct Mixture {
  let maps: [CalibrationMap]
  let weights: [Double]

  init(_ journal: Journal, _ known: [Int], _ rows: MemberRows) throws {
    let outcomes = known.map { rows.outcomes[journal.positions[$0]] }
    let weights = known.map { rows.weights[journal.positions[$0]] }
    var maps: [CalibrationMap] = []
    for member in 0..<journal.members {
      let sample = try CalibrationSample(
        classes: MemberRows.classes, probabilities: known.flatMap { journal.forecast($0, of: member) },
        outcomes: outcomes, weights: weights)
      maps.append(try CalibrationMap(.temperature, fitting: sample))
    }
    var given: [Double] = []
    for (index, place) in known.enumerated() {
      for member in 0..<journal.members {
        var forecast = Array(journal.forecast(place, of: member))
        maps[member].apply(&forecast, classes: MemberRows.classes)
        given.append(forecast[outcomes[index]])
      }
    }
    self.maps = maps
    self.weights = try Stacking(given: given, members: journal.members, weights: weights).weights
  }
}

/// Sums up what was said and what happened; the first name is the base rate.
private struct Tally {
  let names: [String]
  var labels = 0
  var weight = 0.0
  private var losses: [[Double]]
  private var weights: [Double] = []
  private var right: [Double]
  private let monitors: [CalibrationMonitor]

  init(names: [String]) {
    self.names = names
    losses = names.map { _ in [] }
    right = names.map { _ in 0 }
    monitors = names.map { _ in CalibrationMonitor(classes: MemberRows.classes) }
  }

  mutating func add(_ forecasts: [[Double]], outcome: Int, weight: Double) {
    labels += 1
    self.weight += weight
    weights.append(weight)
    for (index, forecast) in forecasts.enumerated() {
      losses[index].append(-log(max(forecast[outcome], 1e-12)))
      let likeliest = forecast.indices.max { (forecast[$0], -$0) < (forecast[$1], -$1) }
      if likeliest == outcome { right[index] += weight }
      monitors[index].observe(forecast, outcome: outcome)
    }
  }

  var scores: [MemberScore] {
    names.indices.map { index in
      func mean(_ value: (Int) -> Double) -> Double {
        weights.indices.reduce(0) { $0 + weights[$1] * value($1) } / weight
      }
      let gain = mean { losses[0][$0] - losses[index][$0] }
      let variance = mean { (losses[0][$0] - losses[index][$0] - gain) * (losses[0][$0] - losses[index][$0] - gain) }
      return MemberScore(
        name: names[index], logLoss: mean { losses[index][$0] }, gain: gain,
        gainError: (variance / weight).squareRoot(), accuracy: right[index] / weight,
        calibrationError: monitors[index].expectedError ?? .nan)
    }
  }
}
