// The page of risk controls is the one that the controls write.

import Glibc
import Risk
import Testing
import TradingDomain

struct RiskReferenceTests {
  /// The committed page, beside the sources of this test's package.
  private var path: String {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/docs/reference/risk-controls.md"
  }

  private func readPage() -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[0..<count]
    }
  }

  @Test func thePageIsWrittenFromTheControls() throws {
    let expected = RiskControlReference.markdown()
    if getenv("TRADER_WRITE_REFERENCE") != nil {
      let file = try #require(fopen(path, "w"), "cannot write \(path)")
      fputs(expected, file)
      fclose(file)
    }
    let page = try #require(
      readPage(), "missing \(path); write it with TRADER_WRITE_REFERENCE=1 swift test --filter RiskReference")
    #expect(page == expected, "\(path) is out of date; rewrite it with TRADER_WRITE_REFERENCE=1")
  }

  @Test func everyReasonNamesItsControlAndEveryControlHasACode() {
    for reason in RiskReason.allCases {
      #expect(RiskControl(rawValue: reason.rawValue / 100) != nil, "\(reason)")
    }
    #expect(RiskControl.instrumentAllowList.code == "P1" && RiskControl.margin.code == "P32")
    #expect(RiskControl.dailyLoss.code == "L2" && RiskControl.newStrategy.code == "O24")
    #expect(Set(RiskControl.allCases.map(\.code)).count == RiskControl.allCases.count)
  }

  @Test func everySettingNamedInARuleExistsAndEverySettingIsUsed() {
    var named: Set<String> = []
    for entry in RiskControlReference.implemented {
      for (index, part) in (entry.rule + " " + entry.onBreach).split(separator: "`", omittingEmptySubsequences: false)
        .enumerated()
      where index % 2 == 1 {
        #expect(RiskSetting.named(String(part)) != nil, "\(entry.control.code) names \(part)")
        named.insert(String(part))
      }
    }
    for setting in RiskSetting.all { #expect(named.contains(setting.name), "\(setting.name) is described nowhere") }
  }
}
