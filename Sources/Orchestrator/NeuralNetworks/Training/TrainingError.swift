// Why a training run cannot begin or go on.

/// A problem of a training run, with where it lies and what mends it.
package enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A number of the data is NaN or infinite.
  case notFinite(what: String, row: Int, column: Int)
  /// A position is no row of the data.
  case position(Int, rows: Int)
  /// Sizes that do not fit each other.
  case sizes(String)
  /// There is nothing to train on.
  case noPositions
  /// The loss is no number any more.
  case diverged(epoch: Int, step: Int, rate: Double)
  /// A checkpoint is not one of this run.
  case checkpoint(String)

  package var description: String {
    switch self {
    case .notFinite(let what, let row, let column):
      return "\(what) of row \(row), column \(column) is not a finite number: leave the row out or fill it"
    case .position(let position, let rows): return "position \(position) is none of the \(rows) rows"
    case .sizes(let what): return what
    case .noPositions: return "there is no position to train on: give at least one labelled row"
    case .diverged(let epoch, let step, let rate):
      return "the loss became infinite in epoch \(epoch), step \(step), at a rate of \(rate): lower the rate or clip"
    case .checkpoint(let what): return "the checkpoint does not fit this run: \(what)"
    }
  }
}
