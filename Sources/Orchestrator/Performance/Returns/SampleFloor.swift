// From how many observations a number is worth printing.

/// The least number of observations for each kind of statistic; below it the statistic is absent.
///
/// A ratio of a handful of sessions is mostly noise, and a table of them invites picking the luckiest.
package struct SampleFloor: Hashable, Sendable {
  /// Sessions for ratios, moments and normal approximations.
  package var sessions: Int
  /// Sessions expected beyond a quantile: 1 asks for 20 sessions at 5 %, for 100 at 1 %.
  package var beyondQuantile: Double
  /// Weeks, months or years for statistics over such periods.
  package var periods: Int
  /// Trades for statistics of a group of them.
  package var trades: Int

  /// Every field as given.
  package init(sessions: Int, beyondQuantile: Double, periods: Int, trades: Int) {
    self.sessions = sessions
    self.beyondQuantile = beyondQuantile
    self.periods = periods
    self.trades = trades
  }

  /// A month of sessions, one session beyond the quantile, three periods, twenty trades.
  package static let standard = SampleFloor(sessions: 20, beyondQuantile: 1, periods: 3, trades: 20)
  /// Whatever the formula can be computed for: to compare with other software, not to judge by.
  package static let lowest = SampleFloor(sessions: 1, beyondQuantile: 0, periods: 1, trades: 1)

  /// Whether `count` sessions are enough for the quantile with that probability on its thinner side.
  func allows(quantile share: Double, count: Int) -> Bool {
    // A hair of rounding must not refuse 20 sessions at 0.05.
    Double(count) * min(share, 1 - share) >= beyondQuantile - 1e-9
  }
}
