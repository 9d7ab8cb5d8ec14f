// What members say of labels that they had not seen: the ground that everything else is learned on.

package import Ensemble
import Validation

/// Forecasts of a purged walk-forward, raw: each fold's by members that learned from what lies before it.
package struct HeldOutForecasts: Sendable {
  /// One test window.
  package struct Fold: Sendable {
    /// Labels, ascending.
    package let positions: [Int]
    /// (labels, members, 3).
    package let said: [Double]
  }

  package let kinds: [MemberKind]
  package let folds: [Fold]
  /// Rounds or epochs after which each member was best in each fold, (members, folds).
  package let lengths: [[Int]]

  /// - Parameters:
  ///   - imported: Takes the place of trained trees; folds that it may have seen are left out.
  ///   - progress: Told how many fits of how many are done.
  package init(
    _ rows: MemberRows, kinds: [MemberKind], plan: MemberPlan, imported: ImportedTrees? = nil,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    let first = max(1, Int(Double(rows.count) * plan.forest.firstTrainingPart))
    let count = plan.forest.folds
    let splits = try WalkForward(
      window: .expanding(minimum: first), testLength: max(1, (rows.count - first + count - 1) / count)
    ).splits(rows.labels).filter { split in
      guard let imported, let opening = split.test.first else { return true }
      return rows.labels[opening].start > imported.knownUntil
    }
    guard splits.count >= 2 else {
      if let imported { throw TrainingError.importedTooNew(name: imported.name, folds: splits.count) }
      throw TrainingError.tooFewRows(count: rows.count, needed: 2 * first)
    }
    let fit = MemberFit(rows: rows, plan: plan)
    var folds: [Fold] = []
    var lengths = [[Int]](repeating: [], count: kinds.count)
    for (number, split) in splits.enumerated() {
      var said = [Double](repeating: .nan, count: split.test.count * kinds.count * MoveClass.count)
      for (place, kind) in kinds.enumerated() {
        progress(number * kinds.count + place, splits.count * kinds.count)
        var fitted: MemberFit.Result
        if kind == .trees, let imported {
          fitted = MemberFit.Result(member: .trees(imported.bytes, name: imported.name), length: 0)
        } else {
          fitted = try fit.fit(kind, train: split.train)
        }
        lengths[place].append(fitted.length)
        let member = try fitted.member.member()
        Self.stream(member, rows, split.test) { index, p in
          for outcome in 0..<MoveClass.count {
            said[(index * kinds.count + place) * MoveClass.count + outcome] = p[outcome]
          }
        }
      }
      folds.append(Fold(positions: split.test, said: said))
    }
    progress(splits.count * kinds.count, splits.count * kinds.count)
    self.kinds = kinds
    self.folds = folds
    self.lengths = lengths
  }

  /// Feeds `member` bar by bar, from as far back as it can remember, and hands over what it says at the labels `test`.
  static func stream(
    _ member: any EnsembleMember, _ rows: MemberRows, _ test: [Int], _ body: (Int, [Double]) -> Void
  ) {
    guard let opening = test.first, let closing = test.last else { return }
    let slots = rows.slots
    let first = max(0, rows.rowOfLabel[opening] - MemberPlan.warmUpRows)
    var p = [Double](repeating: 0, count: MoveClass.count)
    var next = 0
    member.reset()
    rows.values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for row in first...rows.rowOfLabel[closing] {
        let features = start + row * rows.columns
        _ = member.observe(features, slot: slots[row])
        guard rows.rowOfLabel[test[next]] == row else { continue }
        if member.read(features, into: &p) { body(next, p) }
        next += 1
        if next == test.count { return }
      }
    }
  }

  /// What a member gave to each class at a label of a fold.
  func forecast(_ fold: Fold, _ index: Int, of member: Int) -> ArraySlice<Double> {
    let first = (index * kinds.count + member) * MoveClass.count
    return fold.said[first..<(first + MoveClass.count)]
  }

  /// The middle of a member's lengths; the lower one of two. At least 1 where there is such a thing.
  func length(of member: Int) -> Int {
    let sorted = lengths[member].sorted()
    return max(1, sorted[(sorted.count - 1) / 2])
  }
}
