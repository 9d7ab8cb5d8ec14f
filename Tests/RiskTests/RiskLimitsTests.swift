// Limits: baselines, bounds of every setting, and settings that contradict each other.

import Risk
import Testing
import TradingDomain

struct RiskLimitsTests {
  @Test(arguments: Instrument.families)
  func theBaselineOfEveryFamilyIsValid(instrument: Instrument) throws {
    for lots: Int64 in 1...5 { try RiskLimits.baseline(for: instrument, lots: lots).validate(for: instrument) }
    try RiskLimits.baseline(for: instrument).forBars(of: .minutes(1)).validate(for: instrument)
    try RiskLimits.baseline(for: instrument).forBars(of: .minutes(30)).validate(for: instrument)
    #expect(throws: RiskLimitError.self) { try RiskLimits.baseline(for: instrument, lots: 6).validate(for: instrument) }
  }

  @Test func theBaselineOfTheMiniDollarIsTheDefault() {
    #expect(RiskLimits.baseline(for: .wdo) == RiskLimits())
    #expect(RiskLimits.baseline(for: .dol).maxPositionContracts == 10)
    #expect(RiskLimits.baseline(for: .dol).dailyLossBRL == 15_000)
  }

  @Test func everySettingRefusesWhatLiesOutsideItsBounds() throws {
    for setting in RiskSetting.all {
      let bounds = setting.bounds(for: .wdo)
      for value in [bounds.lowerBound - 1, bounds.upperBound + 1, .min, .max] {
        var limits = RiskLimits()
        limits[keyPath: setting.path] = value
        #expect(
          throws: RiskLimitError.outOfBounds(
            setting.name, value: value, smallest: bounds.lowerBound, largest: bounds.upperBound)
        ) { try limits.validate(for: .wdo) }
        #expect(throws: RiskLimitError.self) {
          _ = try RiskEngine(limits: limits, instrument: .wdo, killSwitch: KillSwitch())
        }
      }
    }
  }

  @Test(arguments: ["maxOrderContracts", "maxPositionContracts", "dailyLossBRL", "maxWorkingOrders", "ordersPerSecond"])
  func aTypingErrorOfAFactorOfAHundredIsRefused(name: String) throws {
    let setting = try #require(RiskSetting.named(name))
    var limits = RiskLimits()
    try limits.set(name, to: Double(limits[keyPath: setting.path] * 100))
    #expect(throws: RiskLimitError.self) { try limits.validate(for: .wdo) }
  }

  @Test func everySettingHasItsNameOnceAndCanBeSet() throws {
    #expect(Set(RiskSetting.all.map(\.name)).count == RiskSetting.all.count)
    #expect(Mirror(reflecting: RiskLimits()).children.count == RiskSetting.all.count)
    for (child, setting) in zip(Mirror(reflecting: RiskLimits()).children, RiskSetting.all) {
      #expect(child.label == setting.name)
      var limits = RiskLimits()
      try limits.set(setting.name, to: 7)
      #expect(limits[keyPath: setting.path] == 7)
    }
  }

  @Test func whatIsNoWholeNumberIsRefused() {
    var limits = RiskLimits()
    for value in [Double.nan, .infinity, 2.5, 1e300] {
      #expect(throws: RiskLimitError.self) { try limits.set("maxOrderContracts", to: value) }
    }
    #expect(throws: RiskLimitError.unknownSetting("maxOrders")) { try limits.set("maxOrders", to: 1) }
    #expect(limits == RiskLimits())
  }

  @Test func limitsThatContradictEachOtherAreRefused() throws {
    var limits = RiskLimits()
    limits.flattenStartMinutes = 50
    #expect(throws: RiskLimitError.disordered("flattenStartMinutes", mustNotExceed: "entryBeforeCloseMinutes")) {
      try limits.validate(for: .wdo)
    }
    limits = RiskLimits()
    limits.marketDataAgeMilliseconds = 6000
    #expect(
      throws: RiskLimitError.disordered("marketDataAgeMilliseconds", mustNotExceed: "cancelEntriesAgeMilliseconds")
    ) {
      try limits.validate(for: .wdo)
    }
  }

  @Test func anInstrumentWithoutConstantsIsRefused() {
    for change: (inout Instrument) -> Void in [
      { $0.tickSize = .nan }, { $0.tickSize = 0 }, { $0.tickValue = .zero }, { $0.lot = 0 },
      { $0.tickSize = -.infinity },
    ] {
      var instrument = Instrument.wdo
      change(&instrument)
      #expect(throws: RiskLimitError.unusableInstrument("WDO")) { try RiskLimits().validate(for: instrument) }
    }
  }

  @Test func tighteningIsToldFromLoosening() {
    let base = RiskLimits()
    #expect(base.isNowhereLooser(than: base))
    var other = base
    other.maxOrderContracts = 1
    other.entryBeforeCloseMinutes = 60
    #expect(other.isNowhereLooser(than: base) && !base.isNowhereLooser(than: other))
    other.ratePauseSeconds = 59
    #expect(!other.isNowhereLooser(than: base))
  }
}
