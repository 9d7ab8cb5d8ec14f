// Every way in which a file can be wrong has its own error, and nothing is written to the store then.

import Foundation
import MarketData
import Testing
import TradingDomain

struct BadInputTests {
  static let header = "time,contract,open,high,low,close,contracts\n"
  static let row = "2021-11-05 12:47:00,WDOZ21,5565.0,5566.0,5559.5,5561.5,8330\n"
  static let row2 = "2021-11-05 12:48:00,WDOZ21,5561.0,5562.5,5559.5,5559.5,4197\n"

  /// The error of an import, or nil when it succeeded; checks that a failed import left no day behind.
  private func failure(
    _ bytes: [UInt8], symbol: String? = "WDO", _ change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> ImportError? {
    let folder = try TemporaryFolder()
    var options = ImportOptions(source: try folder.file("f", bytes), store: folder.store, symbol: symbol)
    change(&options)
    do throws(ImportError) {
      _ = try MarketImporter.run(options)
      return nil
    } catch {
      #expect(!FileManager.default.fileExists(atPath: folder.store))
      #expect(error.description.count > 20)
      return error
    }
  }

  private func failure(
    _ text: String, symbol: String? = "WDO", _ change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> ImportError? {
    try failure(Array(text.utf8), symbol: symbol, change)
  }

  @Test func aMissingFileIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect {
      _ = try MarketImporter.run(ImportOptions(source: "/nowhere/at/all.csv", store: folder.store, symbol: "WDO"))
    } throws: {
      guard case .unreadable("/nowhere/at/all.csv", _)? = $0 as? ImportError else { return false }
      return true
    }
  }

  @Test func aFolderInPlaceOfAFileIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect {
      _ = try MarketImporter.run(ImportOptions(source: folder.path, store: folder.store, symbol: "WDO"))
    } throws: {
      guard case .unreadable? = $0 as? ImportError else { return false }
      return true
    }
  }

  @Test func anEmptyFileIsRefused() throws {
    guard case .emptyFile? = try failure("") else { return #expect(Bool(false), "not refused as empty") }
  }

  @Test func aFileWithOnlyAHeaderHasNoRows() throws {
    guard case .noRows? = try failure(Self.header) else { return #expect(Bool(false), "not refused") }
  }

  @Test(arguments: ["", "\n", "\n\n\n"])
  func blankLinesAreNoRows(_ text: String) throws {
    #expect(try failure(text) != nil)
    #expect(try failure(Self.header + text) != nil)
  }

  @Test func anUnknownFormatShowsItsFirstLineAndTheKnownOnes() throws {
    let error = try #require(try failure("Dear trader please find attached\nnothing\n"))
    guard case .unknownFormat(_, let firstLine) = error else { return #expect(Bool(false), "other error: \(error)") }
    #expect(firstLine == "Dear trader please find attached")
    #expect(error.description.contains("MetaTrader ticks"))
  }

  @Test func missingColumnsAreNamed() throws {
    guard case .missingColumns? = try failure("time;open;high;low\n2021-11-05 10:00;1;1;1\n") else {
      return #expect(Bool(false), "missing close not refused")
    }
    guard case .missingColumns? = try failure("open;high;low;close\n1;1;1;1\n") else {
      return #expect(Bool(false), "missing time not refused")
    }
    guard case .missingColumns? = try failure("time;price\n2021-11-05 10:00;1\n") else {
      return #expect(Bool(false), "missing quantity not refused")
    }
  }

  @Test func unreadableDatesAreShown() throws {
    let error = try failure("time;bid;ask\nNov 5th;10;11\n")
    guard case .unreadableDates(_, "Nov 5th")? = error else { return #expect(Bool(false), "other: \(error as Any)") }
  }

  @Test func otherEncodingsGetTheMendInWords() throws {
    let cases: [[UInt8]] = [
      [0xFF, 0xFE, 65, 0, 66, 0], Array("PK".utf8) + [3, 4, 20, 0], Array("PAR1....".utf8),
      [0x93] + Array("NUMPY".utf8),
      Array("a;b\0c;d\n".utf8), Array("BZh9".utf8),
    ]
    for bytes in cases {
      guard case .unsupportedEncoding? = try failure(bytes) else { return #expect(Bool(false), "\(bytes) passed") }
    }
  }

  @Test func aFileOfAnotherFamilyIsRefusedWhenItTells() throws {
    let error = try failure(Self.header + Self.row + Self.row2, symbol: "DOL")
    #expect(error == .wrongSymbol(path: pathOf(error), wanted: "DOL", found: ["WDOZ21"]))
    guard case .wrongSymbol? = try failure(Self.header + Self.row, symbol: "WDOF22") else {
      return #expect(Bool(false), "another contract of the family passed as WDOF22")
    }
  }

  private func pathOf(_ error: ImportError?) -> String {
    if case .wrongSymbol(let path, _, _)? = error { return path }
    return ""
  }

  @Test func theSymbolIsTakenFromTheFileOrAskedFor() throws {
    let folder = try TemporaryFolder()
    #expect(try folder.importText(Self.header + Self.row + Self.row2, symbol: nil).symbol == "WDO")
    guard case .symbolNeeded(_, _, 0)? = try failure("time;bid;ask\n2021-11-05 10:00;10;11\n", symbol: nil) else {
      return #expect(Bool(false), "file without a symbol passed")
    }
    let two = Self.header + Self.row + Self.row2.replacingOccurrences(of: "WDO", with: "DOL")
    guard case .symbolNeeded(_, ["WDO", "DOLZ21"], 2)? = try failure(two, symbol: nil) else {
      return #expect(Bool(false), "file with two symbols passed")
    }
  }

  @Test func unknownSymbolsNeedATickSize() throws {
    let text = "time;bid;ask\n2021-11-05 10:00;55.01;55.02\n"
    #expect(try failure(text, symbol: "BOVA11") == .tickSizeNeeded(symbol: "BOVA11"))
    let folder = try TemporaryFolder()
    #expect(try folder.importText(text, symbol: "BOVA11") { $0.tickSize = 0.01 }.rowsKept == 1)
    #expect(try MarketStore(root: folder.store).instrument("BOVA11").tickSize == 0.01)
    guard case .badTickSize? = try failure(text, symbol: "BOVA11", { $0.tickSize = 0 }) else {
      return #expect(Bool(false), "tick size 0 passed")
    }
    guard case .badTickSize(_, 1, 0.5)? = try failure(text, symbol: "WDO", { $0.tickSize = 1 }) else {
      return #expect(Bool(false), "another tick size for WDO passed")
    }
  }

  @Test(arguments: ["../WDO", "", "a/b", ".x", "W DO"])
  func symbolsCannotLeaveTheStore(_ symbol: String) throws {
    #expect(try failure(Self.header + Self.row, symbol: symbol) { $0.tickSize = 1 } == .store(.badSymbol(symbol)))
  }

  @Test func oneBarDoesNotTellItsDuration() throws {
    guard case .barDurationNeeded? = try failure(Self.header + Self.row) else {
      return #expect(Bool(false), "one bar passed")
    }
    let folder = try TemporaryFolder()
    let report = try folder.importText(Self.header + Self.row) { $0.barDuration = .minutes(1) }
    #expect(report.barSeconds == 60)
    #expect(report.barSecondsAgreement == nil)
  }

  @Test func truncatedAndDamagedArchivesAreToldApart() throws {
    let text =
      Self.header
      + (0..<500).map { index in
        Self.row.replacingOccurrences(
          of: "12:47", with: "1\(index / 60 % 9):\(index % 60 < 10 ? "0" : "")\(index % 60)")
      }.joined()
    for (kind, tool) in [("zstd", ["zstd", "-qc"]), ("gzip", ["gzip", "-c"])] {
      let folder = try TemporaryFolder()
      let packed = try pack(try folder.file("plain", text), tool)
      #expect(try failure(packed) == nil, "a whole \(kind) archive must pass")
      for cut in [5, packed.count / 2, packed.count - 1] {
        let error = try failure(Array(packed.prefix(cut)))
        guard case .truncatedArchive(_, kind)? = error else {
          return #expect(Bool(false), "\(kind) cut at \(cut): \(String(describing: error))")
        }
      }
      var damaged = packed
      for index in packed.count / 3..<packed.count / 3 + 20 { damaged[index] ^= 0xA5 }
      #expect(try failure(damaged) != nil)
      #expect(try failure(packed + packed) == nil, "two \(kind) archives in a row are one text")
    }
  }

  private func pack(_ path: String, _ command: [String]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command + [path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(data)
  }

  @Test func exchangeTradeFilesMustBeWhole() throws {
    let row =
      "2016-06-24;PETRG10                                           ;0000000010; 000000000000.340000;"
      + "000000000000000100;13:52:32.299;1;2016-06-24;000086930263945;000000017459528;2;2016-06-24;"
      + "000086930263946;000000017459529;1;0;1;2\n"
    let head = "RH NEG                 2016-06-24 2016-06-24 000000003\n"
    let tail = "RT NEG                 2016-06-24 2016-06-24 000000003\n"
    func result(_ text: String) throws -> ImportError? {
      try failure(text, symbol: "PETRG10") { $0.tickSize = 0.01 }
    }
    #expect(try result(head + row + tail) == nil)
    for text in [head + row, head + row + row + tail, head + tail, head + tail + row] {
      guard case .truncatedFile? = try result(text) else { return #expect(Bool(false), "passed: \(text)") }
    }
    guard
      case .wrongSymbol(_, "VALEG3", ["PETRG10"])? = try failure(
        head + row + tail, symbol: "VALEG3", { $0.tickSize = 0.01 })
    else { return #expect(Bool(false), "absent symbol passed") }
  }

  @Test func anUnwritableFolderIsTheMachinesFault() throws {
    let folder = try TemporaryFolder()
    let inTheWay = try folder.file("market", "a file where the store should be")
    let source = try folder.file("f.csv", Self.header + Self.row + Self.row2)
    #expect {
      _ = try MarketImporter.run(ImportOptions(source: source, store: inTheWay, symbol: "WDO"))
    } throws: {
      guard let error = $0 as? ImportError, case .store(.unwritable) = error else { return false }
      return error.isEnvironment
    }
    #expect {
      _ = try MarketImporter.run(ImportOptions(source: source, store: "/proc/market", symbol: "WDO"))
    } throws: {
      ($0 as? ImportError)?.isEnvironment == true
    }
  }

  @Test func aLineWithoutEndIsNotReadIntoMemory() throws {
    let error = try failure(Array(Self.header.utf8) + [UInt8](repeating: 65, count: 6 << 20))
    guard case .lineTooLong(_, 2)? = error else { return #expect(Bool(false), "\(String(describing: error))") }
  }
}
