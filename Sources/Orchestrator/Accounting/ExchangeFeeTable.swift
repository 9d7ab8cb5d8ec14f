// B3's fee tables for dollar and Ibovespa futures.

/// The currency in which a fee table is written.
package enum FeeCurrency: Hashable, Sendable {
  case brl
  case usd
}

/// The exchange's fee rules for one family of contracts.
///
/// Source: b3.com.br, "U.S. Dollar futures" and "Ibovespa futures" fee pages (English and Portuguese agree).
package struct ExchangeFeeTable: Hashable, Sendable {
  package var currency: FeeCurrency
  /// Fee per contract by average daily volume of the family, in millionths of the currency.
  package var fee: ProgressiveRate
  /// Reduction for day trades by average daily day-trade volume, in millionths of 1.
  package var dayTradeReduction: ProgressiveRate
  /// Price factor of the contract, in thousandths (WDO: 250).
  package var factorThousandths: Int64
  /// Weight of one contract in the average daily volume, in thousandths (WDO: 200).
  package var weightThousandths: Int64
  /// Fee for cash settlement at expiry per contract, in millionths of the currency.
  package var settlementMillionths: Int64

  package init(
    currency: FeeCurrency, fee: ProgressiveRate, dayTradeReduction: ProgressiveRate, factorThousandths: Int64,
    weightThousandths: Int64, settlementMillionths: Int64
  ) {
    self.currency = currency
    self.fee = fee
    self.dayTradeReduction = dayTradeReduction
    self.factorThousandths = factorThousandths
    self.weightThousandths = weightThousandths
    self.settlementMillionths = settlementMillionths
  }

  /// The published table of that family, or nil when its fees are not known.
  package static func published(for symbol: String) -> ExchangeFeeTable? {
    switch symbol {
    case "WDO": return dollar(factor: 250, weight: 200, settlement: 120_000)
    case "DOL": return dollar(factor: 1000, weight: 1000, settlement: 600_000)
    case "WIN": return index(factor: 200, weight: 200, settlement: 300_000)
    case "IND": return index(factor: 1000, weight: 1000, settlement: 1_520_000)
    default: return nil
    }
  }

  private static func dollar(factor: Int64, weight: Int64, settlement: Int64) -> ExchangeFeeTable {
    ExchangeFeeTable(
      currency: .usd,
      fee: table([
        (1, 970_000, 0), (251, 880_000, 22_500_000), (1001, 830_000, 72_500_000), (2501, 770_000, 222_500_000),
        (6001, 730_000, 462_500_000), (10_001, 690_000, 862_500_000), (15_001, 660_000, 1_312_500_000),
        (25_001, 510_000, 5_062_500_000), (45_001, 360_000, 11_812_500_000), (80_001, 330_000, 14_212_500_000),
      ]),
      dayTradeReduction: table([
        (1, 160_000, 0), (21, 250_000, -1_800_000), (501, 400_000, -76_800_000), (1501, 450_000, -151_800_000),
        (3001, 500_000, -301_800_000), (5001, 550_000, -551_800_000), (10_001, 575_000, -801_800_000),
        (20_001, 600_000, -1_301_800_000), (35_001, 625_000, -2_176_800_000), (60_001, 650_000, -3_676_800_000),
      ]),
      factorThousandths: factor, weightThousandths: weight, settlementMillionths: settlement)
  }

  private static func index(factor: Int64, weight: Int64, settlement: Int64) -> ExchangeFeeTable {
    ExchangeFeeTable(
      currency: .brl,
      fee: table([
        (1, 1_970_000, 0), (51, 1_820_000, 7_500_000), (151, 1_720_000, 22_500_000), (501, 1_570_000, 97_500_000),
        (1501, 1_420_000, 322_500_000), (3501, 1_270_000, 847_500_000), (7501, 1_170_000, 1_597_500_000),
        (15_001, 1_070_000, 3_097_500_000),
      ]),
      dayTradeReduction: table([
        (1, 350_000, 0), (6, 400_000, -250_000), (51, 550_000, -7_750_000), (151, 700_000, -30_250_000),
        (1501, 750_000, -105_250_000),
      ]),
      factorThousandths: factor, weightThousandths: weight, settlementMillionths: settlement)
  }

  private static func table(_ rows: [(Int64, Int64, Int64)]) -> ProgressiveRate {
    ProgressiveRate(rows.map { .init(from: $0.0, rateMillionths: $0.1, additionalMillionths: $0.2) })
  }
}
