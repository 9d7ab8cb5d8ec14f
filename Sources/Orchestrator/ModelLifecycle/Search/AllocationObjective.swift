// What a way of splitting capital is worth: weights from the past of each session, applied to it.

package import Optimization
package import QuantMath
package import Risk

/// Scores allocations by the portfolio's result a session, each session weighted by what was known before it.
///
/// Every weight is scaled so that the portfolio would have varied as much as equal weights over the same past: a method
/// cannot win by taking more risk.
package struct AllocationObjective: TrialObjective {
  /// Results of one unit of each instrument, (sessions, instruments), oldest first, in reais.
  package let results: Matrix<Double>
  package let outer: Range<Int>
  private let folds: [Range<Int>]

  /// Sessions before the first fold: the longest look back.
  package static let longestLookback = 250

  /// - Throws: ``TrainingError`` where the sessions are too few.
  package init(_ results: Matrix<Double>, folds: Int, outer: Int) throws(TrainingError) {
    let first = min(Self.longestLookback, max(0, results.rows - outer) / 3)
    let traded = results.rows - outer - first
    guard first >= 10, folds >= 2, traded >= folds else {
      throw .tooFewSessions(count: results.rows, needed: outer + 30 + folds)
    }
    self.init(
      results: results, outer: (results.rows - outer)..<results.rows,
      folds: (0..<folds).map { (first + traded * $0 / folds)..<(first + traded * ($0 + 1) / folds) })
  }

  private init(results: Matrix<Double>, outer: Range<Int>, folds: [Range<Int>]) {
    self.results = results
    self.outer = outer
    self.folds = folds
  }

  /// Names that a space may have.
  package static let searchable: [(name: String, meaning: String)] = [
    ("method", "one of " + AllocationMethod.allCases.map(\.rawValue).joined(separator: ", ")),
    ("lookback", "sessions that weights are made from"), ("shrinkage", "of covariances towards their diagonal, 0 to 1"),
    ("rebalance", "sessions between new weights"), ("tail", "part of the sessions that counts as the worst"),
  ]

  package var foldCount: Int { folds.count }

  package func score(_ parameters: ParameterSet, fold: Int) throws -> FoldScore {
    try earned(parameters, over: folds[fold]).score
  }

  package func profits(_ parameters: ParameterSet) throws -> [Double] {
    try folds.flatMap { try earned(parameters, over: $0).sessions }
  }

  package func ending(_ block: Range<Int>) throws -> AllocationObjective {
    var cut = Matrix<Double>(rows: block.upperBound, columns: results.columns)
    for row in 0..<block.upperBound { for column in 0..<results.columns { cut[row, column] = results[row, column] } }
    return try AllocationObjective(cut, folds: folds.count, outer: block.count)
  }

  package func earned(_ parameters: ParameterSet, over block: Range<Int>) throws -> EarnedBlock {
    let plan = try Plan(parameters)
    var sessions: [Double] = []
    var weights: [Double] = []
    for session in block {
      if (session - block.lowerBound) % plan.rebalance == 0 { weights = try self.weights(plan, before: session) }
      sessions.append(weights.indices.reduce(0) { $0 + weights[$1] * results[session, $1] })
    }
    return EarnedBlock(
      sessions: sessions, trades: (block.count + plan.rebalance - 1) / plan.rebalance, seen: 0, comparisons: 0)
  }

  /// Units of each instrument for the session after the last.
  package func newest(_ parameters: ParameterSet) throws -> [Double] {
    try weights(Plan(parameters), before: results.rows)
  }

  /// What a trial sets.
  private struct Plan {
    var method = AllocationMethod.equal
    var lookback = 60
    var shrinkage = 0.2
    var rebalance = 5
    var tail = 0.1

    init(_ set: ParameterSet) throws {
      for entry in set.entries {
        switch (entry.name, entry.value) {
        case ("method", .category(let name)):
          guard let known = AllocationMethod(rawValue: name) else { throw Self.wrong(entry) }
          method = known
        case ("lookback", .integer(let value)) where (2...AllocationObjective.longestLookback).contains(value):
          lookback = value
        case ("rebalance", .integer(let value)) where value >= 1: rebalance = value
        case ("shrinkage", .float(let value)) where (0...1).contains(value): shrinkage = value
        case ("tail", .float(let value)) where value > 0 && value < 1: tail = value
        default: throw Self.wrong(entry)
        }
      }
    }

    private static func wrong(_ entry: ParameterSet.Entry) -> TrainingError {
      .setting(
        name: entry.name, value: "\(entry.value)",
        mend: "Known are "
          + AllocationObjective.searchable.map { "\($0.name) (\($0.meaning))" }.joined(separator: "; ") + ".")
    }
  }

  private func weights(_ plan: Plan, before session: Int) throws -> [Double] {
    let first = max(0, session - plan.lookback)
    var past = Matrix<Double>(rows: session - first, columns: results.columns)
    for row in first..<session {
      for column in 0..<results.columns { past[row - first, column] = results[row, column] }
    }
    let weights = plan.method.weights(past, shrinkage: plan.shrinkage, tail: plan.tail)
    let covariance = SampleCovariance.matrix(past)
    func deviation(_ weights: [Double]) -> Double {
      var variance = 0.0
      for left in weights.indices {
        for right in weights.indices { variance += weights[left] * weights[right] * covariance[left, right] }
      }
      return max(0, variance).squareRoot()
    }
    let (own, even) = (deviation(weights), deviation(weights.map { _ in 1 / Double(weights.count) }))
    guard own > 1e-9 * even, even > 0 else { return weights }
    // Instruments that stood still in the past must not be bought without bound.
    let factor = min(10, even / own)
    return weights.map { $0 * factor * Double(weights.count) }
  }
}
