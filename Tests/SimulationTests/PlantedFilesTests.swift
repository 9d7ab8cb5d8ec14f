// The text files of planted markets: what is read back is what was made.

import Foundation
import MarketData
import Simulation
import Testing
import TradingDomain

private func temporaryFolder() throws -> URL {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("planted-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder
}

@Test func theImportReadsPlantedBarsBackBarByBar() throws {
  let folder = try temporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  let market = PlantedMarket(edge: PlantedEdge(strength: 0.4), seed: 71, dayCount: 3)
  let policy = OraclePolicy(market: market, band: TradingBand(enter: 3, exit: -2))
  let (barFile, oracleFile) = (folder.appendingPathComponent("bars.csv"), folder.appendingPathComponent("oracle.csv"))
  let result = try market.write(bars: barFile.path, oracle: oracleFile.path, policy: policy)

  let store = folder.appendingPathComponent("store").path
  let report = try MarketImporter.run(ImportOptions(source: barFile.path, store: store, symbol: "WDO"))
  #expect(report.stored.first?.rows == 3 * 540)
  for day in market.days {
    let stored = try MarketStore(root: store).bars("WDO", .minutes(1), day.session.date)
    let read = stored.withRows { rows in rows.map { $0.bar(duration: .minutes(1)) } }
    let expected = day.bars.map { bar in
      // An import that does not know signed volumes leaves them all out; one that does must have them right.
      var bar = bar
      bar.signedVolume = read.first?.signedVolume == 0 ? 0 : bar.signedVolume
      return bar
    }
    let isEqual = read == expected
    #expect(isEqual, "\(day.session.date)")
  }

  let lines = try String(contentsOf: oracleFile, encoding: .utf8).split(separator: "\n")
  #expect(lines.first == "time,forecast,position,net_ticks" && lines.count == 1 + 3 * 540)
  let net = lines.dropFirst().reduce(0) { $0 + (Double($1.split(separator: ",")[3]) ?? .nan) }
  #expect(abs(net / 3 - (try #require(result.ticksPerDay))) < 1e-9)
  #expect(lines[1].hasPrefix("2018-01-01 09:00:00,"))
  let bars = try String(contentsOf: barFile, encoding: .utf8).split(separator: "\n")
  #expect(bars.dropFirst().map { $0.prefix(19) } == lines.dropFirst().map { $0.prefix(19) })
}

@Test func aFileThatCannotBeWrittenIsNamed() {
  let market = PlantedMarket(edge: .none, seed: 1, dayCount: 1)
  let policy = OraclePolicy(market: market, band: .closed)
  let error = #expect(throws: PlantedFileError.self) {
    try market.write(bars: "/nowhere/bars.csv", oracle: "/nowhere/oracle.csv", policy: policy)
  }
  #expect(error?.description.contains("/nowhere/bars.csv: No such file or directory") == true)
}
