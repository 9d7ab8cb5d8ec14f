// The store: layouts, hostile files, replacement of days, errors of reading.

import Foundation
import MarketData
import Testing
import TradingDomain

struct StoreTests {
  static let bars = """
    time,contract,open,high,low,close,contracts
    2021-11-05 12:47:00,WDOZ21,5565.0,5566.0,5559.5,5561.5,8330
    2021-11-05 12:48:00,WDOZ21,5561.0,5562.5,5559.5,5559.5,4197
    2021-11-08 12:48:00,WDOZ21,5561.0,5562.5,5559.5,5559.5,4197

    """

  @Test func rowsAreLaidOutAsTheirColumnsSay() {
    func check<Row: StoredRow>(_: Row.Type, _ size: Int) {
      #expect(NumpyHeader.rowSize(Row.fields) == size)
      #expect(MemoryLayout<Row>.stride == size)
      #expect(MemoryLayout<Row>.size == size)
    }
    check(StoredTrade.self, 56)
    check(StoredQuote.self, 64)
    check(StoredDepth.self, 56)
    check(StoredBar.self, 80)
    #expect(MemoryLayout<StoredBar>.offset(of: \.contract) == 64)
    #expect(MemoryLayout<StoredTrade>.offset(of: \.kind) == 52)
    #expect(MemoryLayout<StoredDepth>.offset(of: \.endsBatch) == 49)
    #expect(MemoryLayout<StoredQuote>.offset(of: \.flags) == 56)
  }

  @Test func headersRoundTripAndAlignTheRows() throws {
    for rows in [0, 1, 27_096, 1_000_000_007] {
      let header = NumpyHeader.encode(StoredBar.fields, rowCount: rows)
      #expect(header.count % 64 == 0)
      if rows > 1 { continue }
      let file = header + [UInt8](repeating: 0, count: rows * 80)
      let read = try file.withUnsafeBytes { try NumpyHeader($0, expecting: StoredBar.fields) }
      #expect(read.dataOffset == header.count && read.rowCount == rows)
    }
  }

  @Test func aHeaderThatPromisesMoreThanThereIsIsNotBelieved() {
    let whole = NumpyHeader.encode(StoredTrade.fields, rowCount: 3) + [UInt8](repeating: 0, count: 3 * 56)
    func error(_ bytes: [UInt8]) -> NumpyHeaderError? {
      bytes.withUnsafeBytes { bytes in
        do throws(NumpyHeaderError) {
          _ = try NumpyHeader(bytes, expecting: StoredTrade.fields)
          return nil
        } catch {
          return error
        }
      }
    }
    func changed(_ text: String, _ other: String) -> [UInt8] {
      var copy = whole
      let range = Array(text.utf8)
      guard let at = (0..<copy.count - range.count).first(where: { Array(copy[$0..<$0 + range.count]) == range }) else {
        return []
      }
      copy.replaceSubrange(at..<at + range.count, with: Array(other.utf8))
      return copy
    }
    #expect(error(whole) == nil)
    for cut in [0, 5, 9, 40, whole.count - 1] { #expect(error(Array(whole.prefix(cut))) != nil) }
    #expect(error(whole + [0]) == .sizeMismatch(rows: 3, expectedBytes: 168, presentBytes: 169))
    #expect(error(changed("(3,)", "(4,)")) != nil)
    #expect(error(changed("(3,)", "(9223372036854775807,)")) != nil)
    #expect(error(changed("(3,)", "(-1,)")) != nil)
    #expect(error(changed("(3,)", "(3,3)")) != nil)
    #expect(error(changed("False", "True ")) != nil)
    #expect(error(changed("'<i8'", "'>i8'")) != nil)
    #expect(error(changed("'price'", "'prize'")) != nil)
    #expect(error(changed("NUMPY", "NUMPX")) == .notAnArrayFile)
    var other = whole
    other[6] = 3
    #expect(error(other) == .unsupportedVersion(3, 0))
    other[6] = 1
    other[8] = 0xFF
    other[9] = 0xFF
    guard case .headerOutsideFile? = error(other) else { return #expect(Bool(false), "length 65535 was believed") }
  }

  @Test func randomDamageNeverCrashesAndNeverPassesAnotherSize() {
    let whole = NumpyHeader.encode(StoredBar.fields, rowCount: 2) + [UInt8](repeating: 7, count: 160)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    var accepted = 0
    for _ in 0..<20_000 {
      var file = whole
      for _ in 0...random(4) { file[random(file.count)] = UInt8(random(256)) }
      if random(3) == 0 { file.removeLast(random(file.count)) }
      let header = file.withUnsafeBytes { try? NumpyHeader($0, expecting: StoredBar.fields) }
      if let header {
        accepted += 1
        #expect(header.dataOffset + header.rowCount * 80 == file.count)
      }
    }
    // Damage among the rows themselves is no matter of the header.
    #expect(accepted > 0)
  }

  @Test func aSecondImportReplacesTheDaysItHoldsAndNoOthers() throws {
    let folder = try TemporaryFolder()
    let first = try folder.importText(Self.bars)
    #expect(first.daysReplaced == 0)
    let count = try #require(first.stored.first)
    #expect(first.stored.count == 1 && count.stream == "bars-60s" && count.rows == 3 && count.days == 2)
    #expect(count.firstDay == "2021-11-05" && count.lastDay == "2021-11-08")
    let one = Self.bars.split(separator: "\n").prefix(2).joined(separator: "\n") + "\n"
    let second = try folder.importText(one) { $0.barDuration = .minutes(1) }
    #expect(second.daysReplaced == 1)
    let store = try MarketStore(root: folder.store)
    #expect(try store.bars("WDO", .minutes(1), day("2021-11-05")).count == 1)
    #expect(try store.bars("WDO", .minutes(1), day("2021-11-08")).count == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.store + "/WDO/bars-60s")
    #expect(names.sorted() == ["2021-11-05.npy", "2021-11-08.npy"], "no temporary file stays behind")
  }

  @Test func theSameFileGivesTheSameBytes() throws {
    let one = try TemporaryFolder()
    let two = try TemporaryFolder()
    _ = try one.importText(Self.bars)
    _ = try two.importText(Self.bars)
    for name in ["instrument.json", "bars-60s/2021-11-05.npy", "bars-60s/2021-11-08.npy"] {
      let left = try Data(contentsOf: URL(fileURLWithPath: one.store + "/WDO/" + name))
      #expect(left == (try Data(contentsOf: URL(fileURLWithPath: two.store + "/WDO/" + name))))
      #expect(!left.isEmpty)
    }
  }

  @Test func readingErrorsNameWhatIsThere() throws {
    #expect(throws: StoreError.missing(path: "/nowhere")) { try MarketStore(root: "/nowhere") }
    let folder = try TemporaryFolder()
    _ = try folder.importText(Self.bars)
    let store = try MarketStore(root: folder.store)
    #expect(throws: StoreError.unknownSymbol("DOL", present: ["WDO"])) { try store.instrument("DOL") }
    #expect(throws: StoreError.badSymbol("../x")) { try store.instrument("../x") }
    #expect(
      throws: StoreError.noDays(
        symbol: "WDO", stream: "bars-60s", from: day("2022-01-01"), to: day("2022-02-01"), first: day("2021-11-05"),
        last: day("2021-11-08"))
    ) { try store.days("WDO", .bars(.minutes(1)), from: day("2022-01-01"), to: day("2022-02-01")) }
    #expect(throws: StoreError.noStream(symbol: "WDO", wanted: "bars-300s", present: ["bars-60s"])) {
      try StoredMarketStream(
        store, symbol: "WDO", from: day("2021-11-05"), to: day("2021-11-08"), source: .bars(.minutes(5)))
    }
    #expect(throws: StoreError.self) { try store.trades("WDO", day("2021-11-05")) }
  }

  @Test func aTruncatedDayIsRefusedByReaderAndCheck() throws {
    let folder = try TemporaryFolder()
    _ = try folder.importText(Self.bars)
    let path = folder.store + "/WDO/bars-60s/2021-11-05.npy"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.dropLast(17).write(to: URL(fileURLWithPath: path))
    let store = try MarketStore(root: folder.store)
    #expect {
      _ = try store.bars("WDO", .minutes(1), day("2021-11-05"))
    } throws: {
      guard case .badFile(path, .sizeMismatch(rows: 2, _, _))? = $0 as? StoreError else { return false }
      return true
    }
    let check = try StoreInspection.check(store)
    #expect(!check.isSound)
    #expect(check.filesChecked == 2)
    #expect(check.findings.first?.severity == .error)
    #expect(check.findings.first?.day == "2021-11-05")
  }

  @Test func anotherTickSizeIsNotMixedIn() throws {
    let folder = try TemporaryFolder()
    let text = "time;bid;ask\n2021-11-05 10:00;55.01;55.02\n"
    _ = try folder.importText(text, symbol: "BOVA11") { $0.tickSize = 0.01 }
    #expect(throws: ImportError.store(.otherTick(symbol: "BOVA11", stored: 0.01, given: 0.001))) {
      try folder.importText(text, symbol: "BOVA11") { $0.tickSize = 0.001 }
    }
  }

  @Test func listShowAndCheckDescribeTheStore() throws {
    let folder = try TemporaryFolder()
    _ = try folder.importText(Self.bars)
    let store = try MarketStore(root: folder.store)
    let listing = try StoreInspection.list(store)
    let entry = try #require(listing.entries.first)
    #expect(entry.symbol == "WDO" && entry.stream == "bars-60s" && entry.days == 2 && entry.rows == 3)
    #expect(listing.text.contains("bars-60s"))
    let excerpt = try StoreInspection.show(store, symbol: "WDO", date: day("2021-11-05"), rows: 1)
    #expect(excerpt.rowCount == 2)
    let first = [
      "2021-11-05 12:47:00", "5565.0", "5566.0", "5559.5", "5561.5", "8330", "WDOZ21", "complete", "0",
    ]
    #expect(excerpt.first == [first])
    #expect(excerpt.last.first?.first == "2021-11-05 12:48:00")
    #expect(excerpt.chart.contains("5566.0"))
    #expect(excerpt.chart.contains("#"))
    let check = try StoreInspection.check(store, symbol: "WDO")
    #expect(check.isSound)
    #expect(check.rowsChecked == 3)
    #expect(throws: StoreError.self) { try StoreInspection.check(store, symbol: "DOL") }
    #expect(throws: StoreError.self) { try StoreInspection.show(store, symbol: "WDO", date: day("2020-01-01")) }
  }

  @Test func reportsSurviveJSON() throws {
    let folder = try TemporaryFolder()
    let report = try folder.importText(Self.bars)
    let decoded = try JSONDecoder().decode(ImportReport.self, from: JSONEncoder().encode(report))
    #expect(decoded.rowsKept == 3)
    #expect(decoded.text == report.text)
  }
}
