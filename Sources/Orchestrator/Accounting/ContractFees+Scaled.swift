// Fees as they might become: for questions of the kind "what if trading cost half as much again?".

import TradingDomain

extension ContractFees {
  /// All fees multiplied, each rounded to the nearest millionth of a real.
  package func scaled(by factor: Double) -> ContractFees {
    precondition(factor >= 0 && factor <= 1_000, "fee factor \(factor) is out of range: 0 to 1000")
    func scaled(_ money: Money) -> Money { Money(microBRL: Int64((Double(money.microBRL) * factor).rounded())) }
    return ContractFees(
      exchange: scaled(exchange), broker: scaled(broker), serviceTax: scaled(serviceTax),
      settlement: scaled(settlement))
  }
}
