// Further goals and bounds of a search, as people write them.
import Optimization

/// Reads `minimise:drawdown` and `drawdown<=300`.
enum SearchGoals {
  /// Figures of a trial by name.
  static let figures: [(name: String, meaning: String)] = [
    ("drawdown", "largest loss from a peak within a fold, BRL"), ("trades", "trades a fold"),
    ("sharpe", "of the sessions of a fold"), ("comparisons", "of a forecast by the trees: what it costs in time"),
  ]

  static var help: String {
    "Figures: " + figures.map { "\($0.name) (\($0.meaning))" }.joined(separator: ", ") + "; means over the folds."
  }

  static func goal(_ text: String) throws -> MetricGoal {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let direction = SearchDirection(rawValue: parts[0]), isFigure(parts[1]) else {
      throw CommandFailure(.badInput, "--goal \(text): give minimise:FIGURE or maximise:FIGURE. \(help)")
    }
    return MetricGoal(parts[1], direction)
  }

  static func constraint(_ text: String) throws -> MetricConstraint {
    let parts = text.split(separator: "<=", omittingEmptySubsequences: false).map {
      $0.split(separator: " ").joined()
    }
    guard parts.count == 2, isFigure(parts[0]), let most = Double(parts[1]), most.isFinite else {
      throw CommandFailure(.badInput, "--keep \(text): give \"FIGURE<=NUMBER\". \(help)")
    }
    return MetricConstraint(parts[0], atMost: most)
  }

  private static func isFigure(_ name: String) -> Bool { figures.contains { $0.name == name } }
}
