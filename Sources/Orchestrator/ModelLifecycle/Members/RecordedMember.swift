// A member that says again what was said: the ensemble over held-out forecasts is the ensemble that trades.

import Ensemble

/// Held-out forecasts of one member as a member of an ensemble.
final class RecordedMember: EnsembleMember {
  let kind: MemberKind
  let columns: Int
  /// (rows, 3) from `first` on; NaN where nothing was forecast.
  private let said: [Double]
  private let first: Int
  private var row = -1

  /// - Parameter first: The row that is fed first.
  init(_ forecasts: HeldOutForecasts, member: Int, _ rows: MemberRows, from first: Int) {
    kind = forecasts.kinds[member]
    columns = rows.columns
    self.first = first
    var said = [Double](repeating: .nan, count: (rows.rows - first) * MoveClass.count)
    for fold in forecasts.folds {
      for (index, position) in fold.positions.enumerated() where rows.rowOfLabel[position] >= first {
        let start = (rows.rowOfLabel[position] - first) * MoveClass.count
        for (place, p) in forecasts.forecast(fold, index, of: member).enumerated() { said[start + place] = p }
      }
    }
    self.said = said
  }

  func reset() { row = -1 }

  func observe(_ features: UnsafePointer<Float>, slot: Int64) -> Bool {
    row += 1
    return true
  }

  func read(_ features: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool {
    guard row >= 0, (row + 1) * MoveClass.count <= said.count, said[row * MoveClass.count].isFinite else {
      return false
    }
    for place in 0..<MoveClass.count { p[place] = said[row * MoveClass.count + place] }
    return true
  }
}
