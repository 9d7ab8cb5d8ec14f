// What can be wrong with a search before or while it runs.

/// A search that cannot be carried out; the description names the parameter or trial, the value and the mend.
package enum OptimizationError: Error, Hashable {
  /// A space without parameters.
  case emptySpace
  /// Two parameters share a name.
  case duplicateParameter(name: String)
  /// A parameter's domain holds no values or is contradictory.
  case domain(parameter: String, problem: String)
  /// An argument outside its range.
  case argument(name: String, value: String, requirement: String)
  /// A trial number that the sampler has no parameters for.
  case noSuchTrial(number: Int, limit: Int?)
  /// A trial whose past is not finished.
  case tooEarly(number: Int, width: Int)
  /// A trial recorded twice.
  case alreadyRecorded(number: Int)
  /// A trial whose parameters are not the ones this study gives that number.
  case foreignTrial(number: Int)
  /// No trial gave a score.
  case everyTrialFailed(count: Int, firstReason: String)
  /// Trials have scores, but each breaks a constraint.
  case noTrialKeepsConstraints(count: Int, constraints: [String], closest: Int, by: Double)
}

extension OptimizationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .emptySpace: return "the search space has no parameters: declare at least one"
    case .duplicateParameter(let name): return "parameter '\(name)' is declared twice: names must be unique"
    case .domain(let parameter, let problem): return "parameter '\(parameter)': \(problem)"
    case .argument(let name, let value, let requirement): return "\(name) is \(value), but must be \(requirement)"
    case .noSuchTrial(let number, let limit):
      return "trial \(number) does not exist: trials run from 0 to \(limit.map { "\($0 - 1)" } ?? "any number")"
    case .tooEarly(let number, let width):
      return "trial \(number) may know trials up to \(number - width), and not all of them are finished"
    case .alreadyRecorded(let number):
      return "trial \(number) is already recorded: a finished trial is never run again under the same number"
    case .foreignTrial(let number):
      return "trial \(number) has other parameters than this study draws for it: it belongs to another space or seed"
    case .everyTrialFailed(let count, let reason):
      return "all \(count) trials failed; the first said: \(reason)"
    case .noTrialKeepsConstraints(let count, let constraints, let closest, let excess):
      return "none of \(count) scored trials keeps \(constraints.joined(separator: " and ")); the closest is trial "
        + "\(closest), which is \(excess) above: loosen the bound, or search elsewhere"
    }
  }
}
