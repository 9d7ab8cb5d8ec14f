// Holds measured figures against budgets.

import Monitoring

/// What became of one budget.
package struct BudgetVerdict {
  let budget: Budget
  /// The figure, or its ratio to the stage named by `relativeTo`; nil when it was not measured.
  package let measured: Double?

  /// An unmeasured figure does not pass.
  var isKept: Bool { measured.map { $0 <= budget.limit } ?? false }
}

/// The verdicts of one run, and their table.
package struct BudgetCheck {
  package private(set) var verdicts: [BudgetVerdict]

  /// Judges `budgets` by `results`: by the median over the rounds, but tails and absolute times by the best round.
  ///
  /// They hold what the machine's other work did to a round, which can only add to it; a slower build lifts the best
  /// round, too. In a ratio both stages bore the same.
  package init(_ budgets: [Budget], _ results: [StageResult]) {
    let stages = Dictionary(results.map { ($0.name, $0) }) { first, _ in first }
    verdicts = budgets.map { budget in
      let spread = stages[budget.stage]?[budget.figure]
      let isAbsoluteTime = budget.figure != .allocated && budget.relativeTo == nil
      var measured = budget.figure.isTail || isAbsoluteTime ? spread?.least : spread?.median
      if let reference = budget.relativeTo {
        let base = stages[reference]?.p50.median
        measured = measured.flatMap { value in base.flatMap { $0 > 0 ? value / $0 : nil } }
      }
      return BudgetVerdict(budget: budget, measured: measured)
    }
  }

  /// The budgets that broke.
  package var broken: [Budget] { verdicts.filter { !$0.isKept }.map(\.budget) }

  /// Takes over the verdicts of a repetition for the budgets that had broken: the machine is shared, and other work can
  /// only ever make a stage slower, so the better of two measurements is the truer one.
  package mutating func repeated(_ other: BudgetCheck) {
    for verdict in other.verdicts {
      guard let index = verdicts.firstIndex(where: { $0.budget.name == verdict.budget.name }) else { continue }
      guard !verdicts[index].isKept else { continue }
      let (old, new) = (verdicts[index].measured ?? .infinity, verdict.measured ?? .infinity)
      if new < old { verdicts[index] = verdict }
    }
  }

  /// One line a budget, broken ones marked.
  package var table: String {
    var table = TextTable(header: ["budget", "stage", "figure", "verdict", "measured", "limit", "used"])
    for verdict in verdicts {
      let budget = verdict.budget
      let figure = budget.relativeTo.map { "\(budget.figure.rawValue) / \($0)" } ?? budget.figure.rawValue
      let used = verdict.measured.flatMap { $0.isFinite && budget.limit > 0 ? $0 / budget.limit : nil }
      table.add([
        budget.name, budget.stage, figure, verdict.isKept ? "kept" : "BROKEN",
        verdict.measured.map { text($0, budget) } ?? "not measured", text(budget.limit, budget),
        used.map { NumberText.decimal($0 * 100, places: 0) + "%" } ?? "-",
      ])
    }
    return table.text(leading: 4)
  }

  private func text(_ value: Double, _ budget: Budget) -> String {
    if budget.relativeTo != nil { return NumberText.decimal(value, places: 2) + "x" }
    if budget.figure == .allocated { return NumberText.decimal(value, places: 1) + " B" }
    return NumberText.duration(nanoseconds: value)
  }
}
