// Runs of wins and of losses.

/// The longest runs of results of one sign; a result of exactly 0 ends both kinds.
package struct Streaks: Hashable, Sendable {
  /// Most wins in a row.
  package private(set) var longestWinning = 0
  /// Most losses in a row.
  package private(set) var longestLosing = 0

  /// - Parameter results: In order of time; anything whose sign tells a win from a loss.
  package init(_ results: some Sequence<Double>) {
    var (winning, losing) = (0, 0)
    for result in results {
      winning = result > 0 ? winning + 1 : 0
      losing = result < 0 ? losing + 1 : 0
      longestWinning = max(longestWinning, winning)
      longestLosing = max(longestLosing, losing)
    }
  }
}
