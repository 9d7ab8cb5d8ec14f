// Numbers and dates in the forms that Brazilian and international sources write.

import MarketData
import Testing
import TradingDomain

/// The number in `text`, or nil when the text is not exactly one number.
private func number(_ text: String, _ style: NumberStyle, delimiter: UInt8 = UInt8(ascii: ";")) -> Double? {
  Array(text.utf8).withUnsafeBufferPointer { bytes in
    guard var cursor = bytes.baseAddress else { return nil }
    let end = cursor + bytes.count
    let decimal = DecimalScanner(style, delimiter: delimiter).scan(&cursor, end)
    guard decimal.isValid, cursor == end else { return nil }
    return (0..<decimal.places).reduce(Double(decimal.value)) { value, _ in value / 10 }
  }
}

struct NumberTests {
  @Test(arguments: [
    ("5.553,500", 5553.5), ("64.209.120,00", 64_209_120), ("1.156", 1156), ("55,01", 55.01), ("-3,5", -3.5),
    ("0,0", 0), ("1.234.567", 1_234_567), ("999", 999), ("000000000000,320000", 0.32),
  ])
  func commaStyleReadsBrazilianNumbers(_ text: String, _ value: Double) throws {
    let read = try #require(number(text, .decimalComma))
    #expect(abs(read - value) < 1e-9 * max(1, abs(value)))
  }

  @Test(arguments: [
    ("5553.5", 5553.5), ("1,234,567.25", 1_234_567.25), ("0.00000000", 0), ("5454.500", 5454.5), ("8330", 8330),
    ("000000000000.320000", 0.32), (".5", 0.5), ("7.", 7),
  ])
  func pointStyleReadsInternationalNumbers(_ text: String, _ value: Double) throws {
    let read = try #require(number(text, .decimalPoint))
    #expect(abs(read - value) < 1e-9 * max(1, abs(value)))
  }

  @Test(arguments: [
    ("", NumberStyle.decimalPoint), ("-", .decimalPoint), (".", .decimalPoint), ("1.2.3", .decimalPoint),
    ("12,34", .decimalPoint), ("1,2345", .decimalPoint), ("1234,567", .decimalPoint), (",123", .decimalPoint),
    ("1e5", .decimalPoint), ("nan", .decimalPoint), ("1 234", .decimalPoint), ("5454.500", .decimalComma),
    ("1.15", .decimalComma), ("1.234.56,0", .decimalComma), ("1,2,3", .decimalComma),
    ("1234567890123456789", .decimalPoint),
    ("0x10", .decimalPoint), ("--1", .decimalPoint), ("1,234.5.6", .decimalPoint),
  ])
  func whatIsNoNumberInTheStyleIsRefused(_ text: String, _ style: NumberStyle) {
    #expect(number(text, style) == nil)
  }

  @Test func theFastScanAgreesWithTheObviousOne() {
    var state: UInt64 = 1
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let alphabet = Array("0123456789012345678901234567890123456789..,,;; -x\n".utf8)
    var valid = 0
    for _ in 0..<200_000 {
      let bytes = (0..<8 + random(12)).map { _ in alphabet[random(alphabet.count)] }
      let scanner = DecimalScanner(
        random(2) == 0 ? .decimalPoint : .decimalComma, delimiter: random(2) == 0 ? 59 : UInt8(ascii: ","))
      bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        var fast = base
        var slow = base
        let left = scanner.scan(&fast, base + bytes.count)
        let right = scanner.scanAny(&slow, base + bytes.count)
        #expect(left == right)
        if left.isValid {
          valid += 1
          #expect(fast == slow)
        }
      }
    }
    #expect(valid > 50_000)
  }

  @Test func aCommaThatSeparatesColumnsEndsTheNumber() {
    var bytes = Array("12,345".utf8)
    bytes.withUnsafeMutableBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var cursor = UnsafePointer(base)
      let decimal = DecimalScanner(.decimalPoint, delimiter: UInt8(ascii: ",")).scan(&cursor, UnsafePointer(base) + 6)
      #expect(decimal.value == 12)
      #expect(cursor - UnsafePointer(base) == 2)
    }
  }

  @Test(arguments: [
    (0.5, Int64(55_505), 1, Int64(11_101), true), (0.5, 5_553, 0, 11_106, true), (0.5, 5_634_991, 3, 11_270, false),
    (5.0, 108_853, 0, 21_771, false), (5.0, 1_088_525, 1, 21_771, false), (0.01, 5_501, 2, 5_501, true),
    (0.01, 320_000, 6, 32, true), (0.0001, 38_860, 4, 38_860, true), (0.25, 25, 2, 1, true), (0.5, 25, 2, 1, false),
    (0.5, -25, 2, -1, false), (0.5, -24, 2, 0, false), (0.001, 7, 0, 7_000, true),
  ])
  func pricesBecomeTicksExactly(_ tick: Double, _ value: Int64, _ places: Int, _ ticks: Int64, _ isExact: Bool) throws {
    let grid = try #require(TickGrid(tickSize: tick))
    let result = try #require(grid.ticks(value, places: places))
    #expect(result.ticks == ticks)
    #expect(result.isExact == isExact)
  }

  @Test func ticksAgreeWithFloatingPointWhereThatIsExact() throws {
    let grid = try #require(TickGrid(tickSize: 0.5))
    for value in Int64(-20_000)...20_000 {
      let result = try #require(grid.ticks(value, places: 2))
      #expect(result.ticks == Int64((Double(value) / 50).rounded(.toNearestOrAwayFromZero)))
      #expect(result.isExact == (value % 50 == 0))
    }
  }

  @Test(arguments: [0, -0.5, .nan, .infinity, 1e-12, 1e300])
  func impossibleTickSizesAreRefused(_ size: Double) {
    #expect(TickGrid(tickSize: size) == nil)
  }
}

struct DateTests {
  /// Imports one quote with that time and gives its instant, or nil when the row was rejected.
  private func instant(_ time: String, _ zone: SourceTimeZone = .saoPaulo, delimiter: String = ";") throws -> Int64? {
    let folder = try TemporaryFolder()
    let text =
      ["time", "bid", "ask"].joined(separator: delimiter) + "\n"
      + [time, "10.5", "11.0"].joined(separator: delimiter) + "\n"
    do {
      _ = try folder.importText(text) { $0.timeZone = zone }
    } catch {
      return nil
    }
    let store = try MarketStore(root: folder.store)
    let date = try #require(try store.days("WDO", .quotes).first)
    return try store.quotes("WDO", date).first?.time.nanoseconds
  }

  private static let secondsOfNoon: Int64 = 1_636_124_400  // 2021-11-05 15:00:00 UTC

  @Test(arguments: [
    "2021-11-05 12:00:00", "2021.11.05 12:00:00", "2021/11/05 12:00", "05/11/2021 12:00:00", "05-11-2021 12:00:00",
    "05.11.2021 12:00:00", "20211105 12:00:00", "2021-11-05T12:00:00", "2021-11-05T12:00:00.000",
    "2021-11-05T15:00:00Z",
    "2021-11-05T12:00:00-03:00", "2021-11-05T18:00:00+03:00", "\"2021-11-05 12:00:00\"",
  ])
  func everyFormOfADateGivesTheSameInstant(_ text: String) throws {
    #expect(try instant(text) == DateTests.secondsOfNoon * 1_000_000_000)
  }

  @Test(arguments: [
    "2021-13-05 12:00:00", "2021-02-29 12:00:00", "31/04/2021 12:00:00", "2021-11-05 24:00:00", "2021-11-05 12:60:00",
    "2021-11-05 12:00:61", "2021-11-05", "2021-11-05 12", "2021-11-05 1a:00:00", "1021-11-05 12:00:00",
    "2021-11-05 12:00:00.0123456789", "2021-11-05 12:00:00 PM", "",
  ])
  func impossibleTimesAreRejected(_ text: String) throws {
    #expect(try instant(text) == nil)
  }

  @Test func everySecondOfTheDayIsReadInItsShortAndItsLongForm() throws {
    let dates = DateScanner(form: .compact, zone: .utc, delimiter: UInt8(ascii: ","))
    func read(_ text: String) -> Int64? {
      Array(text.utf8).withUnsafeBufferPointer { bytes in
        guard var cursor = bytes.baseAddress else { return nil }
        let end = cursor + bytes.count
        let time = dates.timeOfDay(&cursor, end)
        return cursor == end ? time : nil
      }
    }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    for second in stride(from: 0, to: 86_400, by: 7) {
      let text = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
      #expect(read(text) == Int64(second) * 1_000_000_000)
      #expect(read(text + ".5") == Int64(second) * 1_000_000_000 + 500_000_000)
    }
    for text in ["24:00:00", "00:60:00", "00:00:60", "0a:00:00", "00;00:00", "00:00:0", "99:99:99"] {
      #expect(read(text) == nil)
    }
  }

  @Test func fractionsOfASecondKeepAllNineDigits() throws {
    let base = DateTests.secondsOfNoon * 1_000_000_000
    #expect(try instant("2021-11-05 12:00:00.123456789") == base + 123_456_789)
    #expect(try instant("2021-11-05 12:00:00.5") == base + 500_000_000)
    #expect(try instant("2021-11-05 12:00:00,25") == base + 250_000_000)
    #expect(try instant("2021-11-05 12:00:00.25", delimiter: ",") == base + 250_000_000)
  }

  @Test func zonesShiftTheInstant() throws {
    let base = DateTests.secondsOfNoon * 1_000_000_000
    #expect(try instant("2021-11-05 15:00:00", .utc) == base)
    let moscow = try #require(SourceTimeZone("+03:00"))
    #expect(try instant("2021-11-05 18:00:00", moscow) == base)
    #expect("\(moscow)" == "+03:00")
    #expect(SourceTimeZone("Mars/Olympus") == nil)
    #expect(SourceTimeZone("America/Sao_Paulo") == .saoPaulo)
  }

  @Test func daylightSavingTimeIsAppliedByDate() throws {
    // 2018-01-02 was summer time (UTC-2), 2018-06-01 was not.
    #expect(try instant("2018-01-02 09:00:00") == 1_514_890_800 * 1_000_000_000)
    #expect(try instant("2018-06-01 09:00:00") == 1_527_854_400 * 1_000_000_000)
  }
}
