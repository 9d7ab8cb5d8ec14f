// Trading costs of one account: exchange fees by volume band, broker fee, service tax.

package import TradingDomain

/// Who trades, how much, at which exchange rate and with which broker: everything that decides the fee of a contract.
///
/// Rounding: the whole product (average fee x price factor x (1 - reduction) x exchange rate) is computed as one
/// exact fraction and rounded once, per contract and side, to the nearest millionth of a real, ties away from zero. A
/// trade of `n` contracts costs `n` times that. The broker's note rounds day totals to cents; that is not modelled.
package struct FeeSchedule: Hashable, Sendable {
  /// Average daily volume of the dollar family last month, in weighted contracts (DOL 1, WDO 0.2).
  package var dollarVolume: Int64
  /// Average daily day-trade volume of the dollar family, same unit.
  package var dollarDayTradeVolume: Int64
  /// Average daily volume of the index family (IND 1, WIN 0.2).
  package var indexVolume: Int64
  /// Average daily day-trade volume of the index family.
  package var indexDayTradeVolume: Int64
  /// Reais per U.S. dollar in millionths (5.40 = 5,400,000); the exchange uses a PTAX rate.
  package var microBRLPerUSD: Int64
  /// Broker fee per contract and side.
  package var brokerFee: Money
  /// Municipal service tax on the broker fee, in millionths (5 % = 50,000).
  package var serviceTaxMillionths: Int64

  /// - Throws: ``FeeScheduleError`` when a volume, rate or fee is negative, absent or beyond any plausible value.
  package init(
    dollarVolume: Int64 = 1, dollarDayTradeVolume: Int64 = 1, indexVolume: Int64 = 1, indexDayTradeVolume: Int64 = 1,
    usdBRL: Double, brokerFee: Money = .zero, serviceTaxPercent: Double = 5
  ) throws(FeeScheduleError) {
    for (name, volume) in [
      ("dollarVolume", dollarVolume), ("dollarDayTradeVolume", dollarDayTradeVolume), ("indexVolume", indexVolume),
      ("indexDayTradeVolume", indexDayTradeVolume),
    ] where !(0...10_000_000).contains(volume) {
      throw .outOfRange(name, Double(volume), "0 to 10,000,000 contracts a day")
    }
    // The negated form also catches NaN.
    guard usdBRL >= 0.5, usdBRL <= 50 else { throw .outOfRange("usdBRL", usdBRL, "0.5 to 50 reais per dollar") }
    guard serviceTaxPercent >= 0, serviceTaxPercent <= 10 else {
      throw .outOfRange("serviceTaxPercent", serviceTaxPercent, "0 to 10 percent")
    }
    guard brokerFee >= .zero, brokerFee <= Money(brl: 1000) else {
      throw .outOfRange("brokerFee", brokerFee.brl, "0 to 1000 reais per contract")
    }
    self.dollarVolume = dollarVolume
    self.dollarDayTradeVolume = dollarDayTradeVolume
    self.indexVolume = indexVolume
    self.indexDayTradeVolume = indexDayTradeVolume
    microBRLPerUSD = Int64((usdBRL * 1_000_000).rounded())
    self.brokerFee = brokerFee
    serviceTaxMillionths = Int64((serviceTaxPercent * 10_000).rounded())
  }

  /// The lowest volume band, no broker fee: what a small day trader with a zero-fee broker pays.
  ///
  /// At any rate WDO costs USD 0.97 x 0.25 x 0.84 = USD 0.2037 per contract and side; WIN costs 1.97 x 0.2 x 0.65 =
  /// BRL 0.2561.
  package static func smallDayTrader(usdBRL: Double) throws(FeeScheduleError) -> FeeSchedule {
    try FeeSchedule(usdBRL: usdBRL)
  }

  /// Costs per contract of a day trade in that family.
  ///
  /// - Throws: ``FeeScheduleError/unknownFamily(_:)`` when the exchange's table for the family is not known.
  package func dayTradeFees(for instrument: Instrument) throws(FeeScheduleError) -> ContractFees {
    try fees(for: instrument, isDayTrade: true)
  }

  /// Costs per contract of a trade whose position is kept overnight (no day-trade reduction).
  ///
  /// - Throws: as ``dayTradeFees(for:)``.
  package func positionFees(for instrument: Instrument) throws(FeeScheduleError) -> ContractFees {
    try fees(for: instrument, isDayTrade: false)
  }

  private func fees(for instrument: Instrument, isDayTrade: Bool) throws(FeeScheduleError) -> ContractFees {
    guard let table = ExchangeFeeTable.published(for: instrument.symbol) else {
      throw .unknownFamily(instrument.symbol)
    }
    let isDollar = table.currency == .usd
    let million: Int128 = 1_000_000
    let average = table.fee.average(volume: isDollar ? dollarVolume : indexVolume)
    // Kept fraction = 1 - reduction, over the same denominator as the reduction.
    var kept: (numerator: Int128, denominator: Int128) = (million, million)
    if isDayTrade {
      let reduction = table.dayTradeReduction.average(volume: isDollar ? dollarDayTradeVolume : indexDayTradeVolume)
      kept = (
        Int128(reduction.denominator) * million - Int128(reduction.numerator), Int128(reduction.denominator) * million
      )
    }
    // Exchange rate in millionths; a table in reais multiplies and divides by one million alike.
    let rate = isDollar ? Int128(microBRLPerUSD) : million
    let exchange = FeeSchedule.rounded(
      Int128(average.numerator) * Int128(table.factorThousandths) * kept.numerator * rate,
      over: Int128(average.denominator) * 1000 * kept.denominator * million)
    let settlement = FeeSchedule.rounded(Int128(table.settlementMillionths) * rate, over: million)
    let serviceTax = FeeSchedule.rounded(Int128(brokerFee.microBRL) * Int128(serviceTaxMillionths), over: million)
    return ContractFees(exchange: exchange, broker: brokerFee, serviceTax: serviceTax, settlement: settlement)
  }

  /// The nearest whole millionth, ties away from zero; both arguments are non-negative.
  private static func rounded(_ numerator: Int128, over denominator: Int128) -> Money {
    Money(microBRL: Int64((numerator * 2 + denominator) / (denominator * 2)))
  }
}

/// Why a fee schedule cannot be made.
package enum FeeScheduleError: Error, Hashable, CustomStringConvertible {
  /// Setting, its value, and the range that would be accepted.
  case outOfRange(String, Double, String)
  /// No fee table is known for this family.
  case unknownFamily(String)

  package var description: String {
    switch self {
    case .outOfRange(let name, let value, let range):
      return "fee schedule: \(name) = \(value) is not in the accepted range (\(range)); correct the configuration"
    case .unknownFamily(let symbol):
      return "fee schedule: no exchange fee table for '\(symbol)'; known families are WDO, DOL, WIN and IND"
    }
  }
}
