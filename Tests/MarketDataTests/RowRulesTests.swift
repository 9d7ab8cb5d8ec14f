// What happens to single rows: rejected, skipped or flagged, always counted, never lost.

import MarketData
import Testing
import TradingDomain

struct RowRulesTests {
  static let header = "time,open,high,low,close,contracts\n"

  private func bars(_ rows: String, _ change: (inout ImportOptions) -> Void = { _ in }) throws -> (
    ImportReport, [StoredBar]
  ) {
    let folder = try TemporaryFolder()
    let report = try folder.importText(Self.header + rows, change)
    let store = try MarketStore(root: folder.store)
    var all: [StoredBar] = []
    for date in try store.days("WDO", .bars(.minutes(1))) { all += Array(try store.bars("WDO", .minutes(1), date)) }
    #expect(report.isBalanced)
    #expect(report.rowsKept == all.count)
    return (report, all)
  }

  private let good = """
    2021-11-05 10:00:00,5500,5501,5499.5,5500.5,10
    2021-11-05 10:01:00,5500,5501,5499.5,5500.5,10

    """

  @Test(arguments: [
    ("2021-11-05 10:02:00,5500,5501,5499.5,5500.5", RowIssue.wrongColumnCount),
    ("2021-11-05 10:02:00,5500,5501,5499.5,5500.5,10,11", .wrongColumnCount),
    ("2021-11-05 10:02:00", .wrongColumnCount), ("2021-99-05 10:02:00,5500,5501,5499.5,5500.5,10", .badDate),
    ("2021-11-05 10:77:00,5500,5501,5499.5,5500.5,10", .badTime),
    ("2021-11-05 10:02:00,5500,55x1,5499.5,5500.5,10", .badNumber),
    ("2021-11-05 10:02:00,5500,,5499.5,5500.5,10", .missingValue), (",5500,5501,5499.5,5500.5,10", .badDate),
    ("2021-11-05 10:02:00,5500,5501,0,5500.5,10", .zeroPrice),
    ("2021-11-05 10:02:00,5500,5501,-1,5500.5,10", .zeroPrice),
    ("2021-11-05 10:02:00,5500,5499,5499.5,5500.5,10", .inconsistentBar),
    ("2021-11-05 10:02:00,5500,5501,5500.5,5500.5,10", .inconsistentBar),
    ("2021-11-05 10:02:00,5500,5501,5499.5,5500.5,1.5", .fractionalQuantity),
    ("2021-11-05 10:02:00,5500,5501,5499.5,5500.5,-4", .numberOutOfRange),
    ("2021-11-05 10:02:00,999999999999999999,5501,5499.5,5500.5,4", .numberOutOfRange),
    ("2021-11-05 10:01:00,5500,5501,5499.5,5500.5,99", .duplicateTime), ("garbage", .badDate),
  ])
  func aBadRowIsRejectedWithItsLineAndReason(_ row: String, _ issue: RowIssue) throws {
    let (report, stored) = try bars(good + row + "\n" + "2021-11-05 10:03:00,5500,5501,5499.5,5500.5,10\n")
    #expect(report.rowsRead == 4)
    #expect(report.rowsRejected == 1)
    #expect(report.count(issue) == 1)
    #expect(report.rejections.first?.examples.first?.line == 4)
    #expect(stored.count == 3)
    #expect(report.text.contains(issue.rawValue))
  }

  @Test func theSignedVolumeOfABarIsReadAndCannotExceedItsVolume() throws {
    let folder = try TemporaryFolder()
    let report = try folder.importText(
      """
      time,open,high,low,close,contracts,signed_volume
      2021-11-05 10:00:00,5500,5501,5499.5,5500.5,10,-7
      2021-11-05 10:01:00,5500,5501,5499.5,5500.5,10,10
      2021-11-05 10:02:00,5500,5501,5499.5,5500.5,10,-11
      2021-11-05 10:03:00,5500,5501,5499.5,5500.5,10,

      """)
    #expect(report.count(.inconsistentBar) == 1 && report.rowsKept == 3)
    let store = try MarketStore(root: folder.store)
    let date = try #require(store.days("WDO", .bars(.minutes(1))).first)
    #expect(try store.bars("WDO", .minutes(1), date).map(\.signedVolume) == [-7, 10, 0])
  }

  @Test func aBarThatBeginsBetweenTwoStepsIsRejected() throws {
    let more = (2..<9).map { "2021-11-05 10:0\($0):00,5500,5501,5499.5,5500.5,10\n" }.joined()
    let (report, stored) = try bars(good + more + "2021-11-05 10:09:30,5500,5501,5499.5,5500.5,99\n")
    #expect(report.barSeconds == 60)
    #expect(report.count(.misalignedBar) == 1)
    #expect(report.rejections.first?.examples.first?.line == 11)
    #expect(stored.count == 9)
  }

  @Test func pricesOffTheGridAreRoundedFlaggedAndSaidLoudly() throws {
    let row = "2021-11-05 10:02:00,5500.2,5501,5499.5,5500.5,10\n"
    let (report, stored) = try bars(good + row)
    #expect(report.count(.roundedToTick) == 1)
    #expect(report.warnings.contains { $0.contains("off the tick grid") })
    #expect(stored[2].open == Price(ticks: 11_000))
    #expect(stored[2].flags == .roundedToTick)
    let (strict, kept) = try bars(good + row) { $0.offGrid = .reject }
    #expect(strict.count(.offGrid) == 1)
    #expect(kept.count == 2)
  }

  @Test func newestFirstFilesAreTurnedAround() throws {
    let lines = [
      "2021-11-05 10:02:00,5500,5501,5499.5,5500.5,3", "2021-11-05 10:01:00,5500,5501,5499.5,5500.5,2",
      "2021-11-05 10:00:00,5500,5501,5499.5,5500.5,1",
    ]
    let (report, stored) = try bars(lines.joined(separator: "\n") + "\n")
    #expect(report.isNewestFirst)
    #expect(stored.map(\.volume.contracts) == [1, 2, 3])
    #expect(stored.map(\.sequence) == [0, 1, 2])
    #expect(report.count(.backwardTime) == 0)
  }

  @Test func rowsThatGoBackAreMovedAndFlagged() throws {
    let late = "2021-11-05 09:59:00,5500,5501,5499.5,5500.5,7\n"
    let (report, stored) = try bars(good + late + "2021-11-05 10:02:00,5500,5501,5499.5,5500.5,10\n")
    #expect(report.count(.backwardTime) == 1)
    #expect(report.remarks.first { $0.issue == .backwardTime }?.examples.first?.line == 4)
    #expect(stored.first?.flags == .backwardTime)
    #expect(zip(stored, stored.dropFirst()).allSatisfy { $0.time < $1.time })
  }

  @Test func gapsAndRowsOutsideTheSessionAreFlagged() throws {
    let (report, stored) = try bars(
      good + "2021-11-05 10:05:00,5500,5501,5499.5,5500.5,10\n2021-11-05 19:00:00,5500,5501,5499.5,5500.5,10\n"
        + "2021-11-06 10:00:00,5500,5501,5499.5,5500.5,10\n")
    #expect(report.count(.gap) == 2)
    #expect(report.count(.offSession) == 2)
    #expect(stored.map { $0.flags.contains(.gapBefore) } == [false, false, true, true, false])
    #expect(stored.map { $0.flags.contains(.offSession) } == [false, false, false, true, true])
  }

  @Test func aLastLineWithoutLineFeedIsReadAndRemarked() throws {
    let (report, stored) = try bars(String(good.dropLast()))
    #expect(stored.count == 2)
    #expect(report.warnings.contains { $0.contains("line feed") })
  }

  @Test func windowsLineEndsQuotesAndBlankLinesDoNotMatter() throws {
    let text = good.replacingNewlines(with: "\r\n") + "\r\n\"2021-11-05 10:02:00\", 5500,\"5501\",5499.5 ,5500.5,10\r\n"
    let (report, stored) = try bars(text)
    #expect(stored.count == 3)
    #expect(report.blankLines == 1)
  }

  @Test func brazilianExportsInLatin1AreUnderstood() throws {
    let folder = try TemporaryFolder()
    var bytes = Array("Ativo;Data;Hora;Abertura;M".utf8)
    bytes += [0xE1] + Array("ximo;M".utf8) + [0xED] + Array("nimo;Fechamento;Volume;Quantidade\n".utf8)
    bytes += Array("WDOFUT;05/11/2021;12:48:00;5.561,00;5.562,50;5.559,50;5.559,50;233.395.780,00;4.197\n".utf8)
    bytes += Array("WDOFUT;05/11/2021;12:47:00;5.565,00;5.566,00;5.559,50;5.561,50;463.295.740,00;8.330\n".utf8)
    let report = try MarketImporter.run(
      ImportOptions(source: try folder.file("export.csv", bytes), store: folder.store, symbol: "WDO"))
    #expect(report.rowsKept == 2)
    #expect(report.numberStyle == .decimalComma)
    #expect(report.format == "Profit export")
    let first = try #require(try MarketStore(root: folder.store).bars("WDO", .minutes(1), day("2021-11-05")).first)
    #expect(first.volume == 8_330)
    #expect(first.open == Price(ticks: 11_130))
    #expect("\(first.contract)" == "WDOFUT")
  }

  @Test func metaTraderTicksCarryTheUnchangedSideForward() throws {
    let folder = try TemporaryFolder()
    let report = try folder.importText(
      """
      <DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>
      2020.04.02\t05:30:23.152\t0.0\t0.0\t0.0\t0.00000000
      2020.04.02\t09:00:02.322\t5200.0\t5201.0\t\t
      2020.04.02\t09:00:02.322\t\t\t5200.5\t10.00000000
      2020.04.02\t09:00:03.000\t5200.5\t\t\t
      2020.04.02\t09:00:04.000\t\t\t5201.0\t0.00000000
      2020.04.02\t09:00:05.000\t\t0.0\t\t
      2020.04.02\t09:00:06.000\t\t\t\t

      """, symbol: "DOL")
    #expect(report.rowsRead == 7)
    #expect(report.count(.housekeeping) == 1)
    #expect(report.count(.zeroQuantity) == 1)
    #expect(report.count(.missingValue) == 1)
    #expect(report.isBalanced)
    let quotes = Array(try MarketStore(root: folder.store).quotes("DOL", day("2020-04-02")))
    #expect(quotes.map(\.bid.ticks) == [10_400, 10_401, 10_401])
    #expect(quotes.map(\.ask.ticks) == [10_402, 10_402, 0])
    #expect(quotes.map(\.sequence) == [0, 2, 3])
  }

  @Test func cancelledTradesStayFlagged() throws {
    func row(_ number: Int, _ indicator: Int) -> String {
      "2016-06-24;PETRG10                                           ;00000000\(number)0; 000000000000.340000;"
        + "000000000000000100;13:52:3\(number).299;\(indicator);2016-06-24;1;2;1;2016-06-24;3;4;2;0;1;2\n"
    }
    let folder = try TemporaryFolder()
    let ends = " NEG                 2016-06-24 2016-06-24 000000004\n"
    let report = try folder.importText("RH" + ends + row(1, 1) + row(2, 2) + "RT" + ends, symbol: "PETRG10") {
      $0.tickSize = 0.01
    }
    #expect(report.count(.cancelled) == 1)
    #expect(report.rowsKept == 2)
    let store = try MarketStore(root: folder.store)
    let trades = Array(try store.trades("PETRG10", day("2016-06-24")))
    #expect(trades.map { $0.flags.contains(.cancelled) } == [false, true])
    #expect(trades[0].trade.kind == .buyerAggressor)
    #expect(trades[0].number == 10)
    let stream = try StoredMarketStream(store, symbol: "PETRG10", from: day("2016-06-24"), to: day("2016-06-24"))
    var events = 0
    while let event = stream.next() { if case .trade = event.update { events += 1 } }
    #expect(events == 1)
  }
}

extension String {
  fileprivate func replacingNewlines(with end: String) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end)
  }
}
