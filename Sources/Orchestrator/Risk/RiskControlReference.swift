// The reference page of the controls, written from the controls themselves.

import TradingDomain

/// Produces `docs/reference/risk-controls.md`.
package enum RiskControlReference {
  /// The implemented controls in the order of the page.
  package static let implemented: [ControlDescription] = [
    InstrumentAllowList.description, ExpiryGuard.description, FieldSanity.description, MaxOrderQuantity.description,
    MaxOrderValue.description, MaxPosition.description, MaxWorkingOrders.description, DynamicCollar.description,
    StaticCollar.description, NoRawMarketOrders.description, OrderRate.description, DuplicateIdentifier.description,
    ReduceOnlyReduces.description, StaleMarketData.description, ConnectionGate.description, MarketPhase.description,
    SessionWindow.description, DailyLoss.description, EndOfDayFlat.description, StateGate.description,
  ]

  /// The page as Markdown.
  package static func markdown() -> String {
    var page = """
      # Risk controls

      Written by `RiskControlReference.markdown()` from the control types in `Sources/Orchestrator/Risk`; a test
      compares this page with them. Numbers follow the control catalogue: P before each order, L loss and position, O
      operation.

      ## Controls

      | control | rule | on breach |
      |---|---|---|

      """
    for entry in implemented {
      page += "| \(entry.control.code) \(entry.title) | \(entry.rule) | \(entry.onBreach) |\n"
    }
    page += """

      ## Limits

      Defaults are the baseline of two round lots. Quantities are in contracts and grow with the round lot (DOL and IND:
      5); money grows with the lot and with the contract's size in minis (DOL and IND: 5). The range is compiled in:
      configuration outside of it is refused.

      | control | setting | unit | WDO | DOL | WIN | IND | range for WDO |
      |---|---|---|---|---|---|---|---|

      """
    let families = Instrument.families
    for setting in RiskSetting.all {
      let defaults = families.map { String(RiskLimits.baseline(for: $0)[keyPath: setting.path]) }
      let range = setting.bounds(for: .wdo)
      page +=
        "| \(setting.control.code) | `\(setting.name)` | \(setting.unit) | \(defaults.joined(separator: " | ")) | "
      page += "\(range.lowerBound) to \(range.upperBound) |\n"
    }
    page += """

      ## States

      | state | new orders that pass | left by |
      |---|---|---|
      | ACTIVE | all that the controls let through | any control, operator |
      | REDUCE_ONLY | exits, stops, targets, flatten orders | resume by a human |
      | HALTED | flatten orders | resume by a human |
      | KILLED | flatten orders, if `flattensOnKill` is 1; raw market orders allowed | resume by a human (1) |

      (1) With the kill switch cleared, and after a daily loss not before the next session.

      States move towards safety by themselves and back only by a human; cancels pass in every state. A pause after rate
      breaches ends by itself.

      ## Reasons

      | code | reason |
      |---|---|

      """
    for reason in RiskReason.allCases { page += "| \(reason.rawValue) | \(reason.control.code) \(reason) |\n" }
    return page
  }
}
