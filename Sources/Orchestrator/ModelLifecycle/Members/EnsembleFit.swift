// Putting members together: corrections, weights and the grounds for keeping still, from held-out forecasts alone.

import Ensemble
import Features
import Glibc
import TradingDomain
import Validation

/// What held-out forecasts say of members.
struct EnsembleFit {
  /// One a kind, in the order of the forecasts.
  let maps: [CalibrationMap]
  let stacking: Stacking
  /// Places, among the kinds, of the members that the ensemble keeps.
  let kept: [Int]
  let settings: EnsembleSettings

  /// Members whose stacked weight is less are not worth their time.
  private static let leastWeight = 0.02
  /// Part of every weight that is shared out evenly, so that a member may come back.
  private static let evenPart = 0.1

  /// Learns from the labels of `folds` whose outcome was known before `time`; nil for all.
  init(
    _ forecasts: HeldOutForecasts, folds: ArraySlice<HeldOutForecasts.Fold>, before time: Timestamp?,
    _ rows: MemberRows, plan: MemberPlan
  ) throws {
    let known = folds.flatMap { fold in
      fold.positions.indices.filter { index in
        time.map { rows.labels[fold.positions[index]].end < $0 } ?? true
      }.map { (fold: fold, index: $0, position: fold.positions[$0]) }
    }
    let members = forecasts.kinds.count
    let outcomes = known.map { rows.outcome($0.position) }
    let weights = known.map { rows.weights[$0.position] }
    maps = try (0..<members).map { member in
      let said = known.flatMap { forecasts.forecast($0.fold, $0.index, of: member) }
      let sample = try CalibrationSample(
        classes: MoveClass.count, probabilities: said, outcomes: outcomes, weights: weights)
      return try CalibrationMap(plan.calibration, fitting: sample)
    }
    // (labels, members, 3).
    var corrected: [Double] = []
    corrected.reserveCapacity(known.count * members * MoveClass.count)
    for label in known {
      for member in 0..<members {
        var p = Array(forecasts.forecast(label.fold, label.index, of: member))
        maps[member].apply(&p, classes: MoveClass.count)
        corrected += p
      }
    }
    let given = (0..<(known.count * members)).map { corrected[$0 * MoveClass.count + outcomes[$0 / members]] }
    stacking = try Stacking(given: given, members: members, weights: weights)
    kept = (0..<members).filter { [stacking] in stacking.weights[$0] >= Self.leastWeight }
    let mixture = Mixture(corrected: corrected, members: members, kept: kept, weights: stacking.weights)
    settings = EnsembleSettings(
      horizonBars: rows.horizonBars, deadZoneTicks: rows.deadZoneTicks,
      members: kept.map { [stacking, maps, kept] member in
        let own = mixture.share(of: member, in: stacking.weights)
        let prior = (1 - Self.evenPart) * own + Self.evenPart / Double(kept.count)
        return EnsembleSettings.Member(
          kind: forecasts.kinds[member], calibration: maps[member],
          prior: Array(repeating: prior, count: Regime.allCases.count))
      },
      weights: plan.weights, moves: Self.moves(known.map(\.position), rows),
      abstention: EnsembleSettings.Abstention(
        novelty: Self.novelty(rows, upTo: known.last?.position, part: plan.noveltyPart),
        disagreement: mixture.divergences.quantile(1 - plan.disagreementPart) ?? .greatestFiniteMagnitude,
        error: plan.error, step: plan.error < 1 ? 0.005 : 0,
        truths: plan.error < 1 ? mixture.truths(outcomes).thinned(to: 1_000) : []))
  }

  /// What each class meant, as multiples of the range at the decision.
  private static func moves(_ positions: [Int], _ rows: MemberRows) -> EnsembleSettings.Moves {
    var moves = EnsembleSettings.Moves(mean: [0, 0, 0], square: [0, 0, 0], size: [0, 0, 0])
    var totals = [Double](repeating: 0, count: MoveClass.count)
    for position in positions {
      let (place, weight) = (rows.outcome(position), rows.weights[position])
      let move = rows.moves[position] / rows.range(position)
      moves.mean[place] += weight * move
      moves.square[place] += weight * move * move
      moves.size[place] += weight * abs(move)
      totals[place] += weight
    }
    for place in 0..<MoveClass.count where totals[place] > 0 {
      moves.mean[place] /= totals[place]
      moves.square[place] /= totals[place]
      moves.size[place] /= totals[place]
    }
    return moves
  }

  /// The gate over all labelled rows up to a label; nil for too few.
  private static func novelty(_ rows: MemberRows, upTo last: Int?, part: Double) -> NoveltyGate? {
    guard let last, last + 1 >= 100 else { return nil }
    return NoveltyGate(x: rows.features(Array(0...last)), columns: rows.columns, part: part)
  }

  /// Held-out forecasts of the members that are kept, mixed.
  private struct Mixture {
    let corrected: [Double]
    let members: Int
    let kept: [Int]
    /// Of all members.
    let weights: [Double]

    func share(of member: Int, in weights: [Double]) -> Double {
      weights[member] / kept.reduce(0) { $0 + weights[$1] }
    }

    var count: Int { corrected.count / members / MoveClass.count }

    /// Between the kept members, one a label; none for one member.
    var divergences: [Double] {
      guard kept.count > 1 else { return [] }
      let shares = kept.map { share(of: $0, in: weights) }
      var p = [Double](repeating: 0, count: kept.count * MoveClass.count)
      return (0..<count).map { row in
        for (place, member) in kept.enumerated() {
          for outcome in 0..<MoveClass.count {
            p[place * MoveClass.count + outcome] = corrected[(row * members + member) * MoveClass.count + outcome]
          }
        }
        return Disagreement.divergence(p, weights: shares, members: kept.count, classes: MoveClass.count)
      }
    }

    /// What the mixture had given to what happened.
    func truths(_ outcomes: [Int]) -> [Double] {
      (0..<count).map { row in
        let sum = kept.reduce(0) { sum, member in
          sum + share(of: member, in: weights) * corrected[(row * members + member) * MoveClass.count + outcomes[row]]
        }
        return min(1, max(0, sum))
      }
    }
  }
}

extension [Double] {
  /// The value below which that part of the values lies; nil for none.
  fileprivate func quantile(_ part: Double) -> Double? {
    guard !isEmpty else { return nil }
    return sorted()[Swift.min(count - 1, Int(part * Double(count)))]
  }

  /// At most so many values, at equal parts of their order.
  fileprivate func thinned(to limit: Int) -> [Double] {
    let sorted = sorted()
    guard count > limit else { return sorted }
    return (0..<limit).map { sorted[(2 * $0 + 1) * count / (2 * limit)] }
  }
}
