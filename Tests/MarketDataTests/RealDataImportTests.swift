// Every row that the READMEs of the shared data count must be accounted for.

import MarketData
import Testing
import TradingDomain

/// One file of the shared data with what its README says.
struct RealFile: CustomTestStringConvertible, Sendable {
  var path: String
  var symbol: String
  var rows: Int
  var kept: Int
  var tickSize: Double?
  var isUTC = false
  var testDescription: String { path }
}

@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
struct RealDataImportTests {
  static let files = [
    RealFile(path: "b3-wdo-1min-2021-2022/wdo_m1.csv.zst", symbol: "WDO", rows: 27_096, kept: 27_096),
    RealFile(path: "b3-wdo-1min-2021-2022/WDO_profit_export_raw.csv.zst", symbol: "WDO", rows: 27_096, kept: 27_096),
    RealFile(path: "b3-wdo-5min/wdo_m5_2018-2019H1_mt5.tsv.zst", symbol: "WDO", rows: 37_676, kept: 37_676),
    RealFile(path: "b3-wdo-5min/wdo_m5_2021-2022.csv.zst", symbol: "WDO", rows: 24_915, kept: 24_915),
    RealFile(path: "b3-wdo-5min/WDOFUT_F_0_5min_profit_export_raw.csv.zst", symbol: "WDO", rows: 24_915, kept: 24_915),
    RealFile(path: "b3-wdo-1min-2025-2026/wdo_m1.csv.zst", symbol: "WDO", rows: 69_822, kept: 69_822),
    RealFile(path: "b3-wdo-1min-2025-2026/wdo_m1_as_published.csv.zst", symbol: "WDO", rows: 69_822, kept: 69_822),
    RealFile(path: "b3-dol-ticks-20200402/dolk20_ticks_mt5.tsv.zst", symbol: "DOL", rows: 63_632, kept: 63_629),
    RealFile(path: "b3-dol-ticks-20200402/dolk20_m1_mt5.tsv.zst", symbol: "DOL", rows: 3_769, kept: 3_769),
    RealFile(path: "b3-dol-usdbrl/dol_m30_mt5.tsv.zst", symbol: "DOL", rows: 19_448, kept: 19_448),
    RealFile(
      path: "b3-dol-usdbrl/usdbrl_m5_mt5.tsv.zst", symbol: "USDBRL", rows: 13_002, kept: 13_002, tickSize: 0.0001,
      isUTC: true),
    RealFile(
      path: "b3-bova11-trades/bova11_trades.tsv.zst", symbol: "BOVA11", rows: 53_021, kept: 53_021, tickSize: 0.01),
    RealFile(path: "b3-wdo-win-15min/wdo_win_m15.csv.zst", symbol: "WDO", rows: 31_975, kept: 31_975),
    RealFile(path: "b3-wdo-win-15min/wdo_win_m15.csv.zst", symbol: "WIN", rows: 31_975, kept: 31_975),
    RealFile(path: "b3-wdo-topbook-20250811/wdou25_top_of_book.csv.zst", symbol: "WDO", rows: 10_000, kept: 10_000),
    RealFile(path: "b3-win-5min/win_m5_2021-2022.csv.zst", symbol: "WIN", rows: 20_001, kept: 20_001),
    RealFile(path: "b3-win-5min/WINFUT_F_0_5min_profit_export_raw.csv.zst", symbol: "WIN", rows: 11_582, kept: 11_582),
  ]

  @Test(arguments: files)
  func everyRowOfTheReadmeIsAccountedFor(_ file: RealFile) throws {
    let folder = try TemporaryFolder()
    var options = ImportOptions(source: SharedData.path(file.path), store: folder.store, symbol: file.symbol)
    options.tickSize = file.tickSize
    if file.isUTC { options.timeZone = .utc }
    let report = try MarketImporter.run(options)
    print(report.text)
    #expect(report.rowsRead == file.rows)
    #expect(report.rowsKept == file.kept)
    #expect(report.isBalanced)
    #expect(report.rowsRejected == 0)
    let store = try MarketStore(root: folder.store)
    var stored = 0
    for count in report.stored {
      let stream = try #require(StreamName(folder: count.stream))
      for date in try store.days(file.symbol, stream) {
        switch stream {
        case .trades: stored += try store.trades(file.symbol, date).count
        case .quotes: stored += try store.quotes(file.symbol, date).count
        case .depth: stored += try store.depth(file.symbol, date).count
        case .bars(let duration): stored += try store.bars(file.symbol, duration, date).count
        }
      }
    }
    #expect(stored == file.kept)
  }

  @Test func theDollarTicksAreTradesQuotesAndHousekeeping() throws {
    let folder = try TemporaryFolder()
    let report = try MarketImporter.run(
      ImportOptions(
        source: SharedData.path("b3-dol-ticks-20200402/dolk20_ticks_mt5.tsv.zst"), store: folder.store, symbol: "DOL"))
    #expect(report.stored.first { $0.stream == "trades" }?.rows == 33_118)
    #expect(report.stored.first { $0.stream == "quotes" }?.rows == 30_511)
    #expect(report.count(.housekeeping) == 3)
    let store = try MarketStore(root: folder.store)
    let trades = try store.trades("DOL", day("2020-04-02"))
    #expect(trades.reduce(0) { $0 + $1.quantity.contracts } == 305_990)
    let quotes = try store.quotes("DOL", day("2020-04-02"))
    #expect(quotes.filter { $0.flags.contains(.bidChanged) }.count == 15_290)
    #expect(quotes.filter { $0.flags.contains(.askChanged) }.count == 15_250)
    let sequences = (trades.map(\.sequence) + quotes.map(\.sequence)).sorted()
    #expect(sequences == Array(0..<63_629))
  }

  @Test(arguments: [
    ("20151126", 18_302, "PETRL7"), ("20160104", 35_518, "PETRA17"), ("20160105", 25_200, "PETRA17"),
    ("20160620", 38_501, "PETRG10"), ("20160621", 35_523, "PETRG10"), ("20160622", 44_061, "PETRG10"),
    ("20160623", 43_697, "PETRG10"), ("20160624", 59_439, "PETRG10"),
  ])
  func exchangeTradeFilesHoldTheRowsTheirHeadersDeclare(_ date: String, _ rows: Int, _ symbol: String) throws {
    let folder = try TemporaryFolder()
    var options = ImportOptions(
      source: SharedData.path("b3-options-trades-neg/NEG_OPCOES_\(date).TXT.zst"), store: folder.store, symbol: nil)
    options.tickSize = 0.01
    #expect {
      _ = try MarketImporter.run(options)
    } throws: { error in
      guard case .symbolNeeded(_, let examples, let distinct)? = error as? ImportError else { return false }
      print(error)
      return examples.count == 6 && distinct > 100
    }
    options.symbol = symbol
    let report = try MarketImporter.run(options)
    #expect(report.rowsRead == rows)
    #expect(report.isBalanced)
    #expect(report.rowsRejected == 0)
    if date == "20160624" { #expect(report.rowsKept == 6_711) }
  }
}
