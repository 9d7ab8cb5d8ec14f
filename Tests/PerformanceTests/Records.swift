// Records that the tests of this module measure; the same formulas are in Tests/oracle/make_performance_golden.py.

import Performance
import TradingDomain

enum Records {
  static let firstDay = SessionDate(dayNumber: 19_000)

  static func time(day: Int, hour: Int64, minute: Int64 = 0) -> Timestamp {
    BrasiliaTime.timestamp(firstDay.advanced(by: day), timeOfDay: .seconds(hour * 3600 + minute * 60))
  }

  static func session(_ day: Int) -> TradingSession {
    TradingSession(
      date: firstDay.advanced(by: day), open: time(day: day, hour: 9), close: time(day: day, hour: 18))
  }

  /// Net profits per session in BRL.
  static func daily(_ count: Int) -> [Double] {
    (0..<count).map { (t: Int) -> Double in
      let residue: Int = (t * t * 31 + t * 17) % 1009
      return Double(residue - 460) / 4
    }
  }

  /// Net profits per trade.
  static func tradeProfits(_ count: Int) -> [Money] {
    (0..<count).map { (t: Int) -> Money in
      let residue: Int = (t * t * 53 + t * 7) % 401
      return Money(brl: Double(residue - 180) / 2)
    }
  }

  /// One point a day at 17:00, from capital 0 at 09:00 of the first.
  static func curve(_ daily: [Double], capital: Money = .zero) throws -> EquityCurve {
    var curve = EquityCurve(start: time(day: 0, hour: 9), capital: capital)
    for (day, profit) in daily.enumerated() {
      try curve.append(EquityPoint(time: time(day: day, hour: 17), equity: curve.last.equity + Money(brl: profit)))
    }
    return curve
  }

  static func trade(
    day: Int = 0, from: (Int64, Int64), to: (Int64, Int64), quantity: Quantity = 1, gross: Double = 10, fees: Double = 1
  ) -> ClosedTrade {
    ClosedTrade(
      instrument: InstrumentID(1), side: .buy, quantity: quantity,
      entryTime: time(day: day, hour: from.0, minute: from.1),
      exitTime: time(day: day, hour: to.0, minute: to.1), grossProfit: Money(brl: gross), fees: Money(brl: fees))
  }
}
