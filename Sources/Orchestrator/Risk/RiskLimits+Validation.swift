// Checks of limits before they are used: fail closed, name the setting, say what is allowed.

package import TradingDomain

/// Why limits were refused.
package enum RiskLimitError: Error, Hashable, CustomStringConvertible {
  /// The configuration names a limit that does not exist.
  case unknownSetting(String)
  /// Not a whole number: setting and what was given.
  case notWhole(String, Double)
  /// Outside the compiled bounds: setting, value, smallest, largest.
  case outOfBounds(String, value: Int64, smallest: Int64, largest: Int64)
  /// Two settings contradict each other: the first must not exceed the second.
  case disordered(String, mustNotExceed: String)
  /// The instrument's own constants are unusable.
  case unusableInstrument(String)

  package var description: String {
    switch self {
    case .unknownSetting(let name):
      return "risk limit '\(name)' does not exist; see docs/reference/risk-controls.md for the names"
    case .notWhole(let name, let value):
      return "risk limit \(name) = \(value) is not a whole number; limits are given in whole units"
    case .outOfBounds(let name, let value, let smallest, let largest):
      return "risk limit \(name) = \(value) lies outside the compiled bounds \(smallest) to \(largest); "
        + "bounds cannot be configured away, so correct the value"
    case .disordered(let name, let other):
      return "risk limit \(name) must not exceed \(other); correct one of them"
    case .unusableInstrument(let symbol):
      return "instrument '\(symbol)' has no positive, finite tick size, tick value and lot; correct its definition"
    }
  }
}

extension RiskLimits {
  /// Sets the limit called `name`, as read from configuration; bounds are checked by ``validate(for:)``.
  ///
  /// - Throws: ``RiskLimitError`` for an unknown name and for anything but a whole number (also for NaN and infinity).
  package mutating func set(_ name: String, to value: Double) throws(RiskLimitError) {
    guard let setting = RiskSetting.named(name) else { throw .unknownSetting(name) }
    guard let whole = Int64(exactly: value) else { throw .notWhole(name, value) }
    self[keyPath: setting.path] = whole
  }

  /// Checks every limit against its compiled bounds for `instrument`, and limits against each other.
  ///
  /// - Throws: the first ``RiskLimitError`` in the order of ``RiskSetting/all``.
  package func validate(for instrument: Instrument) throws(RiskLimitError) {
    guard instrument.tickSize.isFinite, instrument.tickSize > 0, instrument.tickValue > .zero,
      instrument.tickValue <= Money(brl: 1_000_000), (1...100_000).contains(instrument.lot.contracts)
    else { throw .unusableInstrument(instrument.symbol) }
    for setting in RiskSetting.all {
      let value = self[keyPath: setting.path]
      let bounds = setting.bounds(for: instrument)
      guard bounds.contains(value) else {
        throw .outOfBounds(setting.name, value: value, smallest: bounds.lowerBound, largest: bounds.upperBound)
      }
    }
    let ordered: [(String, String)] = [
      ("ordersPerSecond", "ordersPerMinute"), ("ordersPerMinute", "ordersPerDay"),
      ("marketDataAgeMilliseconds", "cancelEntriesAgeMilliseconds"),
      ("cancelEntriesAgeMilliseconds", "exitAgeMilliseconds"), ("pageNotFlatMinutes", "flatByMinutes"),
      ("flatByMinutes", "flattenStartMinutes"), ("flattenStartMinutes", "entryBeforeCloseMinutes"),
    ]
    for (lower, upper) in ordered {
      guard let small = RiskSetting.named(lower), let large = RiskSetting.named(upper) else {
        throw .unknownSetting(lower)
      }
      if self[keyPath: small.path] > self[keyPath: large.path] { throw .disordered(lower, mustNotExceed: upper) }
    }
  }

  /// Whether these limits are nowhere looser than `other`: such a change is allowed at any time.
  ///
  /// Every limit is compared in the direction in which its control tightens.
  package func isNowhereLooser(than other: RiskLimits) -> Bool {
    let larger: Set<String> = [
      "expirySessions", "priceLimitInsetTicks", "ratePauseSeconds", "entryAfterOpenMinutes", "entryBeforeCloseMinutes",
      "flattenStartMinutes", "flatByMinutes", "pageNotFlatMinutes", "flattensOnKill",
    ]
    return RiskSetting.all.allSatisfy { setting in
      let (ours, theirs) = (self[keyPath: setting.path], other[keyPath: setting.path])
      return larger.contains(setting.name) ? ours >= theirs : ours <= theirs
    }
  }
}
