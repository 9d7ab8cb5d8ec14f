// What a search found, and how much of it to believe.
import Foundation
import ModelLifecycle
import Optimization
import Performance
import QuantMath
import Validation

/// The account of a finished search.
struct SearchResult: Encodable {
  struct Candidate: Encodable {
    var trial: Int
    var parameters: String
    /// Net reais a session over the folds, with its standard error over them.
    var score: Double?
    var standardError: Double?
    /// The same over the sessions that the models had learned from: what is lost from there to the folds is overfit.
    var seen: Double?
    /// Net reais a session on the sessions that no trial saw, with its standard error; nil without any.
    var outer: Double?
    var outerError: Double?
    var outerTrades: Int?
  }

  struct FrontTrial: Encodable {
    var trial: Int
    var parameters: String
    var score: Double
    /// The other goals by name.
    var figures: [String: Double]
  }

  var trials: Int
  var pruned: Int
  var failed: Int
  var best: Candidate
  /// The trial on the plateau: as good within a standard error, with good neighbours.
  var plateau: Candidate
  /// Trials that none other beats in every goal; empty for a search with one goal.
  var front: [FrontTrial]
  /// What decided: parts that sum to 1.
  var importance: [String: Double]
  /// Configurations tried on these days in any run, and the probability that the winner's Sharpe ratio is above what
  /// the best of so many worthless ones would show; nil where it is undefined.
  var configurations: Int
  var deflatedProbability: Double?
  /// Whether any trial traded at all.
  var hasTraded: Bool
  /// What the whole procedure earned on sessions that it could not know; nil where it was not asked for.
  var nested: NestedEstimate?
  /// Probability that the best in one half of the folds is below the middle in the other; nil for too few trials.
  var overfitting: Double?

  init(_ study: Study, best: Trial, objective: any TrialObjective, count: TrialCount) throws {
    let history = study.history
    trials = history.count
    pruned = history.count { if case .pruned = $0.outcome { true } else { false } }
    failed = history.count { if case .failed = $0.outcome { true } else { false } }
    self.best = try Self.candidate(best, objective)
    plateau = try Plateau.pick(study).map { try Self.candidate($0.trial, objective) } ?? self.best
    front =
      study.goals.isEmpty
      ? []
      : ParetoFront.trials(study).map { trial in
        let figures = study.goals.compactMap { goal in trial.metrics[goal.metric].map { (goal.metric, $0) } }
        return FrontTrial(
          trial: trial.number, parameters: "\(trial.parameters)", score: trial.score ?? 0,
          figures: Dictionary(figures) { first, _ in first })
      }
    configurations = count.configurations
    hasTraded = history.contains { ($0.metrics["trades"] ?? 0) > 0 }
    importance = Dictionary(uniqueKeysWithValues: Importance.shares(study).map { ($0.name, $0.share) })
    let profits = try objective.profits(best.parameters)
    if let sample = SharpeSample(profits), let variance = count.variance {
      deflatedProbability = try DeflatedSharpe(
        winner: sample, trials: Double(count.configurations), variance: variance)?.probability
    }
    let whole = history.compactMap { trial -> [Double]? in
      // One that earned the same on every fold has no Sharpe ratio to be ranked by.
      guard case .scored(let scores) = trial.outcome, scores.allSatisfy({ $0 == 0 }) || Set(scores).count >= 2 else {
        return nil
      }
      return scores
    }
    // A block is two folds at least.
    let blocks = objective.foldCount / 4 * 2
    // Where every trial earned the same, there was nothing to pick.
    let hasChoice = Set(whole).count >= 2
    if hasChoice, blocks >= 2 {
      var results = Matrix<Double>(rows: objective.foldCount, columns: whole.count)
      for (column, scores) in whole.enumerated() {
        for (row, score) in scores.enumerated() { results[row, column] = score }
      }
      overfitting = try BacktestOverfitting(results: results, blocks: blocks).probability
    }
  }

  private static func candidate(_ trial: Trial, _ objective: any TrialObjective) throws -> Candidate {
    var candidate = Candidate(
      trial: trial.number, parameters: "\(trial.parameters)", score: trial.score, standardError: trial.standardError,
      seen: trial.metrics["seen"])
    if !objective.outer.isEmpty {
      let earned = try objective.earned(trial.parameters, over: objective.outer)
      var moments = RunningMoments()
      for profit in earned.sessions { moments.update(profit) }
      (candidate.outer, candidate.outerError) = (earned.mean, moments.standardErrorOfMean)
      candidate.outerTrades = earned.trades
    }
    return candidate
  }

  func text(resumed: Int) -> String {
    func line(_ candidate: Candidate) -> String {
      let outer = candidate.outer.map {
        "; kept apart \(number($0)) +- \(error(candidate.outerError)), \(candidate.outerTrades ?? 0) trades"
      }
      return "trial \(candidate.trial)  \(candidate.parameters)\n"
        + "           BRL a session: folds \(number(candidate.score)) +- \(error(candidate.standardError)), learned "
        + "from \(number(candidate.seen))\(outer ?? "")"
    }
    let overfit = overfitting.map { DecimalText.percent($0, digits: 0) } ?? "undefined"
    let deflated = deflatedProbability.map { DecimalText.percent($0, digits: 1) } ?? "undefined"
    let decided = importance.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "\($0.key) \(DecimalText.percent($0.value, digits: 0))"
    }.joined(separator: ", ")
    let rows = front.sorted { ($1.score, $0.trial) < ($0.score, $1.trial) }.map { trial in
      let figures = trial.figures.sorted { $0.key < $1.key }.map {
        "\($0.key) \(DecimalText.signed($0.value, digits: 1))"
      }
      return "front      trial \(trial.trial)  \(number(trial.score)) BRL a session, "
        + figures.joined(separator: ", ") + "  \(trial.parameters)\n"
    }
    return rows.joined() + """
      trials     \(trials) (\(resumed) from earlier runs, \(pruned) stopped early, \(failed) failed)
      best       \(line(best))
      plateau    \(line(plateau))
      deflated   \(deflated) sure that the best is better than the best of \(configurations) worthless tries would look
      decided    \(decided)
      overfit    \(overfit) chance that the best in half of the folds is below the middle in the other half
      """ + nestedLine + (hasTraded ? "" : Self.idle)
  }

  private static let idle =
    "\nremark     no trial traded: ask less of a forecast in the configuration, or search the thresholds, too"

  private var nestedLine: String {
    guard let nested else { return "" }
    return "\nnested     \(number(nested.mean)) +- \(error(nested.standardError)) BRL a session over "
      + "\(nested.sessions) sessions, each block judged by a search on the sessions before it"
  }

  private func error(_ value: Double?) -> String {
    value.map { DecimalText.fixed($0, digits: 2) } ?? "undefined"
  }

  private func number(_ value: Double?) -> String {
    value.map { DecimalText.signed($0, digits: 2) } ?? "undefined"
  }
}
