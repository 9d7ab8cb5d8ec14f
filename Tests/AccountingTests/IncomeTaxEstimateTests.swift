// The income tax estimate: losses carried, tax withheld, whole cents.

import Accounting
import Testing
import TradingDomain

struct IncomeTaxEstimateTests {
  @Test func lossesAreCarriedAndWithheldTaxCounts() throws {
    let estimate = IncomeTaxEstimate(days: [
      (day("2021-12-02"), Money(brl: -300)), (day("2021-11-08"), Money(brl: 400)),
      (day("2021-11-09"), Money(brl: -900)),
      (day("2021-12-03"), Money(brl: 1000)), (day("2022-01-03"), Money(brl: 250)),
    ])
    #expect(estimate.months.map(\.month) == [11, 12, 1])
    let november = estimate.months[0]
    #expect(november.result == Money(brl: -500) && november.tax == .zero && november.withheld == Money(brl: 4))
    #expect(november.lossCarriedOut == Money(brl: 500))
    let december = estimate.months[1]
    // 700 less 500 carried = 200; 20 % = 40; withheld 10 this month and 4 left from November.
    #expect(december.taxable == Money(brl: 200) && december.tax == Money(brl: 40))
    #expect(december.due == Money(brl: 26) && december.lossCarriedOut == .zero)
    let january = estimate.months[2]
    #expect(january.tax == Money(brl: 50) && january.due == Money(brl: 47.5))
    #expect(estimate.tax == Money(brl: 90))
  }

  @Test func amountsAreWholeCents() throws {
    let estimate = IncomeTaxEstimate(days: [(day("2022-01-03"), Money(microBRL: 12_345_678))])
    let month = try #require(estimate.months.first)
    #expect(month.tax == Money(brl: 2.47) && month.withheld == Money(brl: 0.12))
  }

  @Test func noDaysMeanNoTax() {
    #expect(IncomeTaxEstimate(days: []).months.isEmpty)
    #expect(IncomeTaxEstimate(days: []).tax == .zero)
  }
}
