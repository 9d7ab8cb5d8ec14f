// The honest estimate of a search: search again before each block, and judge the winner on the block.
import Foundation
import ModelLifecycle
import Optimization
import QuantMath

/// What the whole procedure of searching and picking earns on sessions that it could not know.
struct NestedEstimate: Encodable {
  /// Winner of each block.
  var winners: [String]
  /// Net reais a session over all blocks, with its standard error.
  var mean: Double
  var standardError: Double?
  var sessions: Int
}

/// Cuts the sessions kept apart into blocks; for each, the same search runs on the sessions before it alone.
struct NestedSearch {
  private let search: SearchRun
  private let blocks: Int

  init(_ search: SearchRun, blocks: Int) {
    self.search = search
    self.blocks = blocks
  }

  func run(_ isCancelled: @escaping @Sendable () -> Bool) throws -> NestedEstimate? {
    let outer = search.objective.outer
    var moments = RunningMoments()
    var winners: [String] = []
    for block in 0..<blocks {
      let range =
        (outer.lowerBound + outer.count * block / blocks)..<(outer.lowerBound + outer.count * (block + 1) / blocks)
      let optimizer = HyperparameterOptimizer(study: search.study) { trial, _ in
        if trial.score != nil { try search.ledger.append(search.booked(trial)) }
      }
      let objective = try search.objective.ending(range)
      let best = try optimizer.run(
        trials: search.trials, folds: objective.foldCount, workers: search.workers,
        limits: SearchLimits(isCancelled: isCancelled)
      ) { parameters, fold in try objective.score(parameters, fold: fold) }
      if isCancelled() { return nil }
      for profit in try objective.earned(best.parameters, over: range).sessions { moments.update(profit) }
      winners.append("\(best.parameters)")
    }
    return NestedEstimate(
      winners: winners, mean: moments.mean, standardError: moments.standardErrorOfMean, sessions: outer.count)
  }
}
