// What a search maximises.

package import Optimization

/// Scores trials on folds, and judges a winner on sessions that no fold has.
package protocol TrialObjective: Sendable {
  /// Folds of a trial, in the order in which they are run.
  var foldCount: Int { get }
  /// Sessions that no trial sees.
  var outer: Range<Int> { get }

  /// Score of a trial on a fold: net reais a session.
  func score(_ parameters: ParameterSet, fold: Int) throws -> FoldScore
  /// The same score with no more work than this fold needs: for a process that runs one fold alone.
  func scoreAlone(_ parameters: ParameterSet, fold: Int) throws -> FoldScore
  /// Net reais of each session that the folds judge a trial on.
  func profits(_ parameters: ParameterSet) throws -> [Double]
  /// The same objective as if `block` were the last sessions there are, and kept apart.
  func ending(_ block: Range<Int>) throws -> Self
  /// What models fitted on the sessions before earn over a block of sessions.
  func earned(_ parameters: ParameterSet, over block: Range<Int>) throws -> EarnedBlock
}

extension TrialObjective {
  package func scoreAlone(_ parameters: ParameterSet, fold: Int) throws -> FoldScore {
    try score(parameters, fold: fold)
  }
}

/// What a plan earned over a block of sessions.
package struct EarnedBlock: Sendable {
  /// Net, in reais, one a session.
  package var sessions: [Double]
  package var trades: Int
  /// Mean a session of the sessions that the model had learned from.
  package var seen: Double
  /// Most comparisons of a forecast: what it costs in time, whatever the machine.
  package var comparisons: Double

  package init(sessions: [Double], trades: Int, seen: Double, comparisons: Double) {
    self.sessions = sessions
    self.trades = trades
    self.seen = seen
    self.comparisons = comparisons
  }

  package var mean: Double { sessions.reduce(0, +) / Double(max(1, sessions.count)) }

  /// Per session; 0 without spread.
  package var sharpe: Double {
    let squares = sessions.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(max(1, sessions.count - 1))).squareRoot()
    return deviation > 0 ? mean / deviation : 0
  }

  /// Largest loss from a peak, in reais.
  package var drawdown: Double {
    var (sum, peak, worst) = (0.0, 0.0, 0.0)
    for profit in sessions {
      sum += profit
      peak = max(peak, sum)
      worst = max(worst, peak - sum)
    }
    return worst
  }

  /// As a score on a fold.
  package var score: FoldScore {
    FoldScore(
      mean,
      metrics: [
        "drawdown": drawdown, "trades": Double(trades), "sharpe": sharpe, "seen": seen, "comparisons": comparisons,
      ])
  }
}
