// What the exchange's clock says at the close of a bar.

import MarketData
import TradingDomain

/// Follows sessions and hours bar by bar. Sessions are calendar days in Sao Paulo.
struct SessionClock {
  /// The first bar of this session is the newest bar.
  private(set) var isNewSession = false
  /// Session openings seen; the stream's first bar is one only if it starts no later than the opening hour.
  private(set) var sessions = 0
  private(set) var barsInSession = 0
  private var date: SessionDate?
  private var weekdaysLeft = 0
  /// Minutes since local midnight at the bar's close.
  private var minute = 0.0

  private static let openMinute = Double(SessionHours.futures.open.count) / 60e9
  private static let closeMinute = Double(SessionHours.futures.close.count) / 60e9
  /// Minute of the day at which each PTAX window of ten minutes begins. Source: Banco Central do Brasil, Circular
  /// 3,506 of 2010.
  private static let ptaxStarts = (600.0, 660.0, 720.0, 780.0)
  private static let ptaxLength = 10.0

  init() {}

  /// Whether the newest bar's session has been seen from its first bar.
  var isKnownSession: Bool { sessions > 0 }

  /// Takes the next bar.
  mutating func update(_ bar: Bar) {
    let local = BrasiliaTime.local(bar.start)
    isNewSession = local.date != date
    if isNewSession {
      if date != nil || local.timeOfDay <= SessionHours.futures.open { sessions += 1 }
      date = local.date
      barsInSession = 0
      weekdaysLeft = Self.weekdaysLeft(after: local.date)
    } else {
      barsInSession += 1
    }
    minute = Double(local.timeOfDay.count + bar.duration.count) / 60e9
  }

  /// The value of an input at the newest bar.
  func value(_ input: ClockInput) -> Double {
    switch input {
    case .minutesSinceOpen: return minute - Self.openMinute
    case .minutesToClose: return Self.closeMinute - minute
    case .sessionFraction:
      return min(max((minute - Self.openMinute) / (Self.closeMinute - Self.openMinute), 0), 1)
    case .isOpening: return minute <= Self.openMinute + 5 ? 1 : 0
    case .isClosing: return minute > Self.closeMinute - 10 ? 1 : 0
    case .inPtax: return minutesToPtax == 0 ? 1 : 0
    case .minutesToPtax: return minutesToPtax
    case .dayOfWeek: return date.map { Double($0.weekday) } ?? .nan
    case .dayOfMonth: return date.map { Double($0.civil.day) } ?? .nan
    case .weekdaysToMonthEnd: return Double(weekdaysLeft)
    case .barsInSession: return Double(barsInSession)
    }
  }

  /// 0 inside a window, at most 60.
  private var minutesToPtax: Double {
    func distance(_ start: Double) -> Double {
      minute > start + Self.ptaxLength ? 60 : max(0, start - minute)
    }
    let (first, second, third, fourth) = Self.ptaxStarts
    return min(min(min(distance(first), distance(second)), min(distance(third), distance(fourth))), 60)
  }

  private static func weekdaysLeft(after date: SessionDate) -> Int {
    let (year, month, day) = date.civil
    let left = SessionDate.daysInMonth(year: year, month: month) - day
    return left <= 0 ? 0 : (1...left).count { date.advanced(by: $0).weekday <= 5 }
  }
}
