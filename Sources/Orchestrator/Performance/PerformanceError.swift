// What can be wrong with the records that performance is computed from.

package import TradingDomain

/// Records that contradict themselves; the description names the place, the value and the mend.
package enum PerformanceError: Error, Hashable {
  /// A point of an equity curve precedes the one before it.
  case timeRunsBackward(index: Int, time: Timestamp, previous: Timestamp)
  /// A point of an equity curve belongs to a day that is not among the sessions.
  case pointOutsideSessions(date: SessionDate)
  /// Sessions must be ascending and without repeats.
  case unsortedSessions(date: SessionDate)
  /// A trade closes before it opens, or holds no contracts.
  case impossibleTrade(index: Int, reason: String)
  /// Returns on capital need capital.
  case noCapital(Money)
  /// A return is not a number, or loses all capital or more, so that nothing is left to compound.
  case impossibleReturn(date: SessionDate, value: Double)
  /// Keys that group trades must be as many as the trades.
  case keysDoNotMatch(dimension: String, keys: Int, trades: Int)
}

extension PerformanceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .timeRunsBackward(let index, let time, let previous):
      return """
        equity point \(index) at \(time.nanoseconds) ns precedes the point before it (\(previous.nanoseconds) ns): \
        append points in order of time
        """
    case .pointOutsideSessions(let date):
      return "the equity curve has a point on \(date), which is not among the sessions: add that session"
    case .unsortedSessions(let date):
      return "session \(date) is repeated or out of order: pass sessions in ascending order, each once"
    case .impossibleTrade(let index, let reason):
      return "closed trade \(index) \(reason): records of trades must be whole before they are measured"
    case .noCapital(let capital):
      return "capital of \(capital.brl) BRL: returns need a positive capital; pass it, or measure profits in BRL"
    case .impossibleReturn(let date, let value):
      return "return \(value) of session \(date): pass finite returns above -1, as fractions (0.01 is one percent)"
    case .keysDoNotMatch(let dimension, let keys, let trades):
      return "\(keys) keys of \(dimension) for \(trades) trades: pass one for each trade, nil where it is unknown"
    }
  }
}
