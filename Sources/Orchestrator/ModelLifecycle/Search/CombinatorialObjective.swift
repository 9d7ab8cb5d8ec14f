// What a trial is worth over many histories: combinatorial purged cross-validation, after costs.

import Backtest
import Foundation
package import Optimization
import Risk
import TradingDomain
import Validation

/// Scores a plan of trees by what the paths of a combinatorial purged cross-validation earn a session.
///
/// Fold p is path p. Models also learn from sessions after those they are tested on, purged, so a score says how robust
/// a plan is, not what trading would have earned; the winner is judged by ``outer`` sessions in a walk-forward.
package final class CombinatorialObjective: TrialObjective, @unchecked Sendable {
  private let walk: WalkForwardObjective
  private let splitter: CombinatorialPurgedCV
  private let lock = NSLock()
  /// Paths of the trials being worked on: all folds of a trial come from the same fits.
  private var known: [ParameterSet: [EarnedBlock]] = [:]
  private static let kept = 64

  /// - Parameter walk: The market, the plan, and the sessions kept apart.
  /// - Throws: ``ValidationError`` for impossible groups.
  package init(_ walk: WalkForwardObjective, groups: Int, tested: Int) throws {
    self.walk = walk
    splitter = try CombinatorialPurgedCV(groups: groups, testGroups: tested)
  }

  private init(_ walk: WalkForwardObjective, _ splitter: CombinatorialPurgedCV) {
    self.walk = walk
    self.splitter = splitter
  }

  package var foldCount: Int { splitter.pathCount }
  package var outer: Range<Int> { walk.outer }

  package func score(_ parameters: ParameterSet, fold: Int) throws -> FoldScore {
    try paths(parameters)[fold].score
  }

  package func scoreAlone(_ parameters: ParameterSet, fold: Int) throws -> FoldScore {
    guard let block = try traded(parameters, path: fold).first else { return FoldScore(.nan) }
    return block.score
  }

  /// The mean over the paths.
  package func profits(_ parameters: ParameterSet) throws -> [Double] {
    let paths = try paths(parameters)
    return (0..<(paths.first?.sessions.count ?? 0)).map { session in
      paths.reduce(0) { $0 + $1.sessions[session] } / Double(paths.count)
    }
  }

  package func ending(_ block: Range<Int>) throws -> CombinatorialObjective {
    CombinatorialObjective(try walk.ending(block), splitter)
  }

  package func earned(_ parameters: ParameterSet, over block: Range<Int>) throws -> EarnedBlock {
    try walk.earned(parameters, over: block)
  }

  private func paths(_ parameters: ParameterSet) throws -> [EarnedBlock] {
    if let found = lock.withLock({ known[parameters] }) { return found }
    let blocks = try traded(parameters, path: nil)
    lock.withLock {
      if known.count >= Self.kept { known.removeAll() }
      known[parameters] = blocks
    }
    return blocks
  }

  /// All paths, or one with the fits that it needs.
  private func traded(_ parameters: ParameterSet, path: Int?) throws -> [EarnedBlock] {
    let plan = try walk.plan.applying(parameters)
    let inner = Array(
      walk.market.tapeSessions(expirySessions: plan.limits.expirySessions)[..<outer.lowerBound])
    let closing = inner[inner.count - 1].session.close
    let found = try CombinatorialTrial(
      plan: plan, fills: walk.fills(plan.execution), bars: Array(walk.market.bars.prefix { $0.end <= closing }),
      sessions: inner, splitter: splitter
    ).run(path: path)
    guard let distribution = found.distributions.first else { return [] }
    let comparisons = Double(plan.fitter.training.rounds * plan.fitter.training.maximumDepth)
    return zip(distribution.curves, distribution.trades).map { curve, trades in
      let sessions = curve.indices.map { curve[$0] - ($0 > 0 ? curve[$0 - 1] : 0) }
      return EarnedBlock(sessions: sessions, trades: trades, seen: 0, comparisons: comparisons)
    }
  }
}
