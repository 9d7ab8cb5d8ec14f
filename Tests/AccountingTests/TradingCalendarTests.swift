// Trading days and hours of the calendar, against the days that recorded data has.

import Accounting
import Testing
import TradingDomain

struct TradingCalendarTests {
  // Weekdays absent from recorded sessions 2015 to 2026 (known defects of the files left out).
  static let recordedClosures = [
    "2015-02-16", "2015-02-17", "2015-04-03", "2015-04-21", "2015-05-01", "2015-06-04", "2015-07-09", "2015-09-07",
    "2015-10-12", "2015-11-02", "2015-11-20", "2015-12-24", "2015-12-25", "2015-12-31", "2016-01-01", "2016-01-25",
    "2016-02-08", "2016-02-09", "2016-03-25", "2016-04-21", "2016-05-26", "2016-09-07", "2016-10-12", "2016-11-02",
    "2016-11-15", "2016-12-30", "2017-01-25", "2017-02-27", "2017-02-28", "2017-04-14", "2017-04-21", "2017-05-01",
    "2017-06-15", "2017-09-07", "2017-10-12", "2017-11-02", "2017-11-15", "2017-11-20", "2017-12-25", "2017-12-29",
    "2018-01-01", "2018-01-25", "2018-02-12", "2018-02-13", "2018-03-30", "2018-05-01", "2018-05-31", "2018-07-09",
    "2018-09-07", "2018-10-12", "2018-11-02", "2018-11-15", "2018-11-20", "2018-12-24", "2018-12-25", "2018-12-31",
    "2019-01-01", "2019-01-25", "2019-03-04", "2019-03-05", "2019-04-19", "2019-05-01", "2019-06-20", "2021-04-02",
    "2021-04-21", "2021-06-03", "2021-07-09", "2021-09-07", "2021-10-12", "2021-11-02", "2021-11-15", "2021-12-24",
    "2021-12-31", "2022-02-28", "2022-03-01", "2022-04-15", "2022-04-21", "2025-11-20", "2025-12-24", "2025-12-25",
    "2025-12-31", "2026-01-01",
  ]

  @Test func closuresBetween2015And2019AreExactlyTheRecordedOnes() {
    let closed = Set(TradingCalendarTests.recordedClosures.map(day))
    var date = day("2015-01-02")
    while date <= day("2019-06-28") {
      if date.weekday <= 5 { #expect(TradingCalendar.b3.isSession(date) == !closed.contains(date), "\(date)") }
      date = date.advanced(by: 1)
    }
  }

  @Test(arguments: [("2021-02-22", "2022-05-18"), ("2025-08-05", "2026-01-29")])
  func closuresOfTheLaterRecordingsAgree(first: String, last: String) {
    let closed = Set(TradingCalendarTests.recordedClosures.map(day))
    for offset in 0...Int(day(last).dayNumber - day(first).dayNumber) {
      let date = day(first).advanced(by: offset)
      if date.weekday <= 5 { #expect(TradingCalendar.b3.isSession(date) == !closed.contains(date), "\(date)") }
    }
  }

  @Test(arguments: [
    ("2020-07-09", true), ("2021-01-25", false), ("2022-01-25", true), ("2022-12-30", false), ("2023-11-20", true),
    ("2023-12-29", false), ("2024-07-09", true), ("2024-11-20", false), ("2024-05-30", false), ("2027-02-09", false),
    ("2026-11-22", false),
  ])
  func changesOfTheHolidayRulesAreDated(date: String, isSession: Bool) {
    #expect(TradingCalendar.b3.isSession(day(date)) == isSession)
  }

  @Test(arguments: [
    (2015, "2015-04-05"), (2018, "2018-04-01"), (2019, "2019-04-21"), (2024, "2024-03-31"), (2027, "2027-03-28"),
  ])
  func easterIsWhereTheChurchPutsIt(year: Int, date: String) {
    #expect(ExchangeHoliday.easter(year) == day(date))
  }

  // First bar's start and end of the last bar of recorded days.
  @Test(arguments: [
    ("WDO", "2018-02-14", 13, 0, 18, 15), ("WDO", "2018-02-15", 9, 0, 18, 15), ("WDO", "2018-06-01", 9, 0, 18, 0),
    ("WDO", "2018-11-30", 9, 0, 18, 30), ("WDO", "2019-03-06", 13, 0, 18, 15), ("DOL", "2020-04-02", 9, 0, 18, 0),
    ("WDO", "2021-02-17", 13, 0, 18, 30), ("WDO", "2021-03-12", 9, 0, 18, 30), ("WDO", "2021-03-15", 9, 0, 18, 0),
    ("WDO", "2021-11-05", 9, 0, 18, 0), ("WDO", "2021-11-08", 9, 0, 18, 30), ("WIN", "2021-08-24", 9, 0, 17, 55),
    ("WIN", "2021-11-08", 9, 0, 18, 25), ("WIN", "2022-03-02", 13, 0, 18, 25), ("WIN", "2022-03-14", 9, 0, 17, 55),
    ("WDO", "2025-08-06", 9, 0, 18, 30), ("WDO", "2026-01-29", 9, 0, 18, 30), ("IND", "2026-11-23", 9, 0, 18, 25),
  ])
  func hoursAreThoseOfTheRecordedDay(
    symbol: String, date: String, openHour: Int64, openMinute: Int64, closeHour: Int64, closeMinute: Int64
  ) throws {
    let instrument = try #require(Instrument.family(symbol))
    let session = try #require(TradingCalendar.b3.session(for: instrument, on: day(date)))
    #expect(session.open == time(date, openHour, openMinute))
    #expect(session.close == time(date, closeHour, closeMinute))
    #expect(session.date == day(date))
  }

  @Test func thereIsNoSessionWhereNothingIsKnown() {
    #expect(TradingCalendar.b3.session(for: .wdo, on: day("2025-11-20")) == nil)
    #expect(TradingCalendar.b3.session(for: .wdo, on: day("2028-03-01")) == nil)
    #expect(TradingCalendar.b3.session(forFamily: "EURUSD", on: day("2025-11-21")) == nil)
  }

  @Test func configurationOverridesDaysAndHours() throws {
    let special = SessionHours(
      symbols: ["EURUSD", "WDO"], from: day("2028-01-01"), through: day("2028-12-31"), open: SessionHours.time(10, 0),
      close: SessionHours.time(16, 0))
    let calendar = TradingCalendar(
      extraClosedDays: [day("2025-11-21")], extraOpenDays: [day("2025-11-20")], hoursOverrides: [special])
    #expect(!calendar.isSession(day("2025-11-21")))
    #expect(calendar.isSession(day("2025-11-20")))
    #expect(calendar.session(after: day("2025-11-19")) == day("2025-11-20"))
    let session = try #require(calendar.session(forFamily: "EURUSD", on: day("2028-03-02")))
    #expect(session.close - session.open == .minutes(360))
    #expect(calendar.session(forFamily: "EURUSD", on: day("2029-03-02")) == nil)
  }

  @Test func walkingSessionsSkipsWeekendsAndHolidays() {
    #expect(TradingCalendar.b3.session(before: day("2026-01-02")) == day("2025-12-30"))
    #expect(TradingCalendar.b3.session(onOrAfter: day("2026-02-14")) == day("2026-02-18"))
    #expect(
      TradingCalendar.b3.sessions(from: day("2025-12-22"), through: day("2026-01-02"))
        == ["2025-12-22", "2025-12-23", "2025-12-26", "2025-12-29", "2025-12-30", "2026-01-02"].map(day))
    #expect(TradingCalendar.b3.sessions(from: day("2026-01-02"), through: day("2026-01-01")).isEmpty)
  }
}
