// Estimate of Brazilian income tax on day trades, for reports. It is no tax advice and books nothing.

package import TradingDomain

/// Income tax of one month's day trades.
package struct MonthlyIncomeTax: Hashable, Sendable {
  package var year: Int
  /// 1 = January ... 12 = December.
  package var month: Int
  /// Net result of the month after fees.
  package var result: Money
  /// Loss carried in from earlier months; zero or positive.
  package var lossCarriedIn: Money
  /// Gain on which tax is due: result less losses carried in, never negative.
  package var taxable: Money
  /// 20 % of the taxable gain.
  package var tax: Money
  /// 1 % of each day's positive net result, kept by the broker.
  package var withheld: Money
  /// To be paid: tax less amounts withheld in this month and not yet used; never negative.
  package var due: Money
  /// Loss carried to the next month.
  package var lossCarriedOut: Money
}

/// Monthly tax on day trades.
///
/// Rules: 20 % of the month's net gain; losses of day trades reduce later gains of day trades, without limit in time;
/// 1 % of each day's positive result is withheld and counts towards the month's tax, an excess towards later months.
/// Source: law 11,033 of 2004 art. 2, normative instruction RFB 1,585 of 2015 arts. 65-66. The minimum payment of 10
/// reais is not modelled. Amounts are rounded to the nearest cent, ties away from zero.
package struct IncomeTaxEstimate: Hashable, Sendable {
  package static let ratePercent: Int64 = 20
  package static let withholdingPercent: Int64 = 1

  /// One entry per month with results, in order.
  package let months: [MonthlyIncomeTax]

  /// - Parameter days: net result (after fees) per day, in any order; several entries of one day are added up.
  package init(days: [(date: SessionDate, net: Money)], lossCarriedIn: Money = .zero) {
    var byDay: [SessionDate: Money] = [:]
    for (date, net) in days { byDay[date, default: .zero] += net }

    var months: [MonthlyIncomeTax] = []
    var loss = max(lossCarriedIn, .zero)
    var unusedCredit = Money.zero
    var month: MonthlyIncomeTax?

    func close(_ open: MonthlyIncomeTax) {
      var closed = open
      closed.lossCarriedIn = loss
      let balance = closed.result - loss
      closed.taxable = max(balance, .zero)
      loss = max(-balance, .zero)
      closed.lossCarriedOut = loss
      closed.tax = IncomeTaxEstimate.percent(IncomeTaxEstimate.ratePercent, of: closed.taxable)
      let credit = unusedCredit + closed.withheld
      closed.due = max(closed.tax - credit, .zero)
      unusedCredit = max(credit - closed.tax, .zero)
      months.append(closed)
    }

    for (date, net) in byDay.sorted(by: { $0.key < $1.key }) {
      let (year, number, _) = date.civil
      if let open = month, (open.year, open.month) != (year, number) {
        close(open)
        month = nil
      }
      var current =
        month
        ?? MonthlyIncomeTax(
          year: year, month: number, result: .zero, lossCarriedIn: .zero, taxable: .zero, tax: .zero, withheld: .zero,
          due: .zero, lossCarriedOut: .zero)
      current.result += net
      current.withheld += IncomeTaxEstimate.percent(IncomeTaxEstimate.withholdingPercent, of: max(net, .zero))
      month = current
    }
    if let open = month { close(open) }
    self.months = months
  }

  /// Tax over all months.
  package var tax: Money { months.reduce(.zero) { $0 + $1.tax } }

  /// `percent` of a non-negative amount in whole cents.
  private static func percent(_ percent: Int64, of amount: Money) -> Money {
    // microBRL x percent / 100 is millionths; one cent is 10,000 of them.
    let cents = (amount.microBRL * percent + 500_000) / 1_000_000
    return Money(microBRL: cents * 10_000)
  }
}
