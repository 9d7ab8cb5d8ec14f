// Minimum day-trade margin per contract, by date.

package import TradingDomain

/// One dated minimum.
package struct MarginRequirement: Hashable, Sendable {
  package var symbol: String
  /// First day on which it holds.
  package var from: SessionDate
  /// Minimum guarantee per contract of a day trade.
  package var perContract: Money

  package init(symbol: String, from: SessionDate, perContract: Money) {
    self.symbol = symbol
    self.from = from
    self.perContract = perContract
  }
}

/// The dated day-trade minima of the exchange, with room for a broker's stricter ones.
///
/// Source: press on exchange circular 059/2025-VPC (WDO 150 reais since 2022-01-31, 140 since 2026-02-02; WIN 100
/// before, 155 since 2026-02-02). The start of WIN's 100 reais is not documented and taken as WDO's. DOL and IND, of
/// which no figure was found, count as five minis. Margin overnight is much larger and not modelled.
package struct MarginSchedule: Hashable, Sendable {
  /// Requirements in ascending order of `from`; later entries win.
  package var requirements: [MarginRequirement]

  package init(requirements: [MarginRequirement]) { self.requirements = requirements }

  /// The minima of the exchange.
  package static let exchangeMinimum: MarginSchedule = {
    let rows: [(String, Int, Int, Int, Double)] = [
      ("WDO", 2022, 1, 31, 150), ("DOL", 2022, 1, 31, 750), ("WIN", 2022, 1, 31, 100), ("IND", 2022, 1, 31, 500),
      ("WDO", 2026, 2, 2, 140), ("DOL", 2026, 2, 2, 700), ("WIN", 2026, 2, 2, 155), ("IND", 2026, 2, 2, 775),
    ]
    return MarginSchedule(
      requirements: rows.map { symbol, year, month, day, amount in
        guard let from = SessionDate(year: year, month: month, day: day) else {
          preconditionFailure("margin table holds the impossible date \(year)-\(month)-\(day)")
        }
        return MarginRequirement(symbol: symbol, from: from, perContract: Money(brl: amount))
      })
  }()

  /// The minimum per contract on `date`, or nil when none is known for that family and day.
  package func perContract(of symbol: String, on date: SessionDate) -> Money? {
    requirements.last { $0.symbol == symbol && $0.from <= date }?.perContract
  }

  /// The minimum for `contracts` of either side; nil as in ``perContract(of:on:)``.
  package func required(for symbol: String, contracts: Int64, on date: SessionDate) -> Money? {
    perContract(of: symbol, on: date).map { $0 * abs(contracts) }
  }
}
