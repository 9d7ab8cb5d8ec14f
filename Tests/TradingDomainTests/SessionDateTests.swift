// Dates of sessions, and the time of day in Brasilia.

import Testing
import TradingDomain

@Suite struct SessionDateTests {
  @Test func roundTripsEveryDayOfFourCenturies() throws {
    var date = try #require(SessionDate(year: 1899, month: 12, day: 30))
    let end = try #require(SessionDate(year: 2300, month: 1, day: 1))
    while date < end {
      let (year, month, day) = date.civil
      #expect(SessionDate(year: year, month: month, day: day) == date)
      date = date.advanced(by: 1)
    }
  }

  @Test func knowsWeekdaysAndLeapDays() throws {
    #expect(SessionDate("2026-11-22")?.weekday == 7)
    #expect(SessionDate("1970-01-01")?.weekday == 4)
    #expect(SessionDate("2024-02-29") != nil)
    #expect(SessionDate("2023-02-29") == nil)
    #expect(SessionDate("2023-13-01") == nil)
    #expect(SessionDate("2023-1-01") == nil)
  }

  @Test func printsWhatItParses() {
    #expect(SessionDate("2021-11-05")?.description == "2021-11-05")
  }
}

@Suite struct BrasiliaTimeTests {
  @Test func convertsInBothDirectionsAcrossDaylightSaving() throws {
    for text in ["2018-01-02", "2018-11-03", "2018-11-04", "2019-02-16", "2019-02-17", "2021-11-05"] {
      let date = try #require(SessionDate(text))
      let time = BrasiliaTime.timestamp(date, timeOfDay: .seconds(9 * 3600))
      let local = BrasiliaTime.local(time)
      #expect(local.date == date)
      #expect(local.timeOfDay == .seconds(9 * 3600))
    }
  }

  @Test func isTwoHoursBehindUtcInSummerTimeAndThreeOtherwise() throws {
    let summer = try #require(SessionDate("2018-12-03"))
    let now = try #require(SessionDate("2021-12-03"))
    #expect(BrasiliaTime.offset(on: summer) == .seconds(-7200))
    #expect(BrasiliaTime.offset(on: now) == .seconds(-10800))
  }
}
