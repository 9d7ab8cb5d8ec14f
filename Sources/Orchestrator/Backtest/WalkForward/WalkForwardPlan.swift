// How time is cut: a stretch to learn from, a stretch to trade, and on.

package import TradingDomain

/// Which sessions each model of a walk-forward learns from and trades; lengths count sessions.
package struct WalkForwardPlan: Hashable, Sendable {
  /// What a model learns from.
  package enum Training: Hashable, Sendable {
    /// Every session from the first one; at least so many.
    case anchored(least: Int)
    /// So many sessions just before the window.
    case sliding(Int)
  }

  package var training: Training
  /// Sessions that a model trades before the next one takes over.
  package var tradeSessions: Int
  /// Sessions by which windows advance; nil for ``tradeSessions``, so that no session goes untraded.
  package var step: Int?
  /// Bars left out between the newest outcome that is learnt from and the first traded session.
  package var embargoBars: Int
  /// Windows that are fitted and traded at the same time; the result is the same for any number.
  package var workers: Int

  package init(
    training: Training, tradeSessions: Int, step: Int? = nil, embargoBars: Int = 0, workers: Int = 2
  ) {
    self.training = training
    self.tradeSessions = tradeSessions
    self.step = step
    self.embargoBars = embargoBars
    self.workers = workers
  }

  /// One window: places of sessions.
  package struct Window: Hashable, Sendable {
    package var number: Int
    package var training: Range<Int>
    package var trading: Range<Int>
  }

  /// The windows over `count` sessions; the last may trade fewer sessions than the others.
  package func windows(count: Int) throws(WalkForwardError) -> [Window] {
    let least: Int
    switch training {
    case .anchored(let number), .sliding(let number): least = number
    }
    try Self.require(least >= 1, "training sessions", least, "at least 1")
    try Self.require(tradeSessions >= 1, "traded sessions a window", tradeSessions, "at least 1")
    let step = step ?? tradeSessions
    try Self.require(
      step >= tradeSessions, "step", step,
      "at least the \(tradeSessions) traded sessions: a session that two models trade would count twice")
    try Self.require(embargoBars >= 0, "embargo", embargoBars, "0 bars or more")
    try Self.require((1...256).contains(workers), "workers", workers, "1 to 256")
    guard count > least else { throw .tooFewSessions(count: count, needed: least + 1) }
    return stride(from: least, to: count, by: step).enumerated().map { number, first in
      var lower = 0
      if case .sliding = training { lower = first - least }
      return Window(number: number, training: lower..<first, trading: first..<min(first + tradeSessions, count))
    }
  }

  private static func require(
    _ isSatisfied: Bool, _ name: String, _ value: Int, _ requirement: String
  ) throws(WalkForwardError) {
    if !isSatisfied { throw .setting(name: name, value: value, requirement: requirement) }
  }
}

/// Why a walk-forward cannot be made.
package enum WalkForwardError: Error, Hashable, Sendable, CustomStringConvertible {
  case setting(name: String, value: Int, requirement: String)
  case tooFewSessions(count: Int, needed: Int)
  /// Sessions must be in order, and each a session of its own.
  case unsortedSessions(SessionDate)
  /// The bars that models learn from are those of the sessions that are traded.
  case noBars(SessionDate)

  package var description: String {
    switch self {
    case .setting(let name, let value, let requirement):
      return "walk-forward: \(name) is \(value), but must be \(requirement)"
    case .tooFewSessions(let count, let needed):
      return "walk-forward: \(count) sessions are too few, at least \(needed) are needed: widen the dates, or train on "
        + "fewer sessions"
    case .unsortedSessions(let date):
      return "walk-forward: session \(date) does not come after the one before it: give sessions in order of time"
    case .noBars(let date):
      return "walk-forward: session \(date) has no bars to learn from: give bars for every session, or leave it out"
    }
  }
}
