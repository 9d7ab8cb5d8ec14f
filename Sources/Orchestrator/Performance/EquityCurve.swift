// Equity over time: what the account was worth, net of every cost, whenever that changed.

package import TradingDomain

/// One point of an equity curve.
package struct EquityPoint: Hashable, Sendable {
  package var time: Timestamp
  /// Capital at the start plus all profit so far, net of costs.
  package var equity: Money

  package init(time: Timestamp, equity: Money) {
    self.time = time
    self.equity = equity
  }
}

/// Net profit of one session.
package struct SessionProfit: Hashable, Sendable {
  package var date: SessionDate
  package var profit: Money

  package init(date: SessionDate, profit: Money) {
    self.date = date
    self.profit = profit
  }
}

/// Equity over time; between points it is constant.
package struct EquityCurve: Hashable, Sendable {
  /// The opening point: capital before the first result. Capital 0 makes the curve one of cumulative profit.
  package let opening: EquityPoint
  /// Points after the opening, in order of time; several may share one time.
  package private(set) var points: [EquityPoint]

  /// A curve without results.
  package init(start: Timestamp, capital: Money) {
    opening = EquityPoint(time: start, equity: capital)
    points = []
  }

  /// Adds a point no earlier than the last.
  package mutating func append(_ point: EquityPoint) throws(PerformanceError) {
    let previous = last.time
    if point.time < previous {
      throw .timeRunsBackward(index: points.count, time: point.time, previous: previous)
    }
    points.append(point)
  }

  /// The newest point, or the opening.
  package var last: EquityPoint { points.last ?? opening }

  /// Profit since the opening.
  package var profit: Money { last.equity - opening.equity }

  /// Net profit of each of `sessions`; a session without a point earned 0 and counts.
  ///
  /// Leaving idle days out would raise every ratio of mean to deviation, so the caller names the days, not the curve.
  /// A point belongs to the calendar day in Sao Paulo of its time.
  package func profits(sessions: [SessionDate]) throws(PerformanceError) -> [SessionProfit] {
    var result: [SessionProfit] = []
    var next = points.startIndex
    var equity = opening.equity
    for date in sessions {
      if let before = result.last?.date, before >= date { throw .unsortedSessions(date: date) }
      let atOpen = equity
      while next < points.endIndex {
        let day = BrasiliaTime.local(points[next].time).date
        if day > date { break }
        if day < date { throw .pointOutsideSessions(date: day) }
        equity = points[next].equity
        next += 1
      }
      result.append(SessionProfit(date: date, profit: equity - atOpen))
    }
    if next < points.endIndex { throw .pointOutsideSessions(date: BrasiliaTime.local(points[next].time).date) }
    return result
  }
}
