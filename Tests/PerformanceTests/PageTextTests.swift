// Numbers and axes as text.

import Performance
import Testing

@Suite struct PageTextTests {
  @Test(arguments: [
    (0.0, "0"), (7, "7"), (-7, "-7"), (45.61, "45.6"), (0.126, "0.13"), (-0.001, "-0.0010"), (9.996, "10.0"),
    (99.96, "100"),
    (999, "999"), (999.4, "999"), (999.6, "1.00k"), (-1234, "-1.23k"), (45_678, "45.7k"), (999_499, "999k"),
    (999_500, "1.00M"), (12_345_678, "12.3M"),
  ])
  func compactNumbersKeepThreeFigures(_ value: Double, _ text: String) {
    #expect(DecimalText.compact(value) == text)
  }

  @Test func signsAreWrittenUnlessTheNumberRoundsToZero() {
    #expect(DecimalText.signed(0.004, digits: 2) == "0.00")
    #expect(DecimalText.signed(-0.004, digits: 2) == "0.00")
    #expect(DecimalText.signed(0.005, digits: 2) == "+0.01")
    #expect(DecimalText.signed(-1234.5, digits: 1) == "-1,234.5")
    #expect(DecimalText.signed(.nan, digits: 1) == "undefined")
    #expect(DecimalText.percent(0.1234) == "12.3 %")
  }

  @Test func axesCoverTheirRangeWithRoundSteps() {
    for (low, high) in [(-0.37, 12.9), (0, 1), (5123.5, 5151), (-1e6, 3.3e7), (2, 2), (-4e-7, 9e-7)] {
      let ticks = ChartAxis.values(covering: low...high, count: 5)
      #expect(ticks[0] <= low && ticks[ticks.count - 1] >= high)
      #expect((2...8).contains(ticks.count))
      let labels = ticks.map { DecimalText.fixed($0, digits: ChartAxis.decimals(ticks)) }
      #expect(Set(labels).count == labels.count || high < 1e-6, "\(labels)")
    }
    #expect(ChartAxis.values(covering: 0...12.1, count: 5) == [0, 2.5, 5, 7.5, 10, 12.5])
    #expect(ChartAxis.values(covering: 0...1.2, count: 5, leastStep: 1) == [0, 1, 2])
    #expect(ChartAxis.decimals([0, 2.5]) == 1)
    #expect(ChartAxis.decimals([0, 250]) == 0)
    #expect(ChartAxis.decimals([0, 0.25]) == 2)
  }

  @Test func proseGetsTrueSignsOnlyWhereNumbersStand() {
    #expect(
      HTML.prose("-5 to (-3), +- 2, walk-forward 2021-01")
        == "\u{2212}5 to (\u{2212}3), \u{00B1} 2, walk-forward 2021-01")
    #expect(HTML.number("-1,234.50") == "\u{2212}1,234.50")
    #expect(HTML.anchor("Result & risk (2)") == "result-risk-2")
  }

  @Test func datesInHeadingsDoNotBreak() {
    #expect(HTML.datesKept("<x>, 2024-06-28, 2024-13-01") == "&lt;x&gt;, <time>2024-06-28</time>, 2024-13-01")
  }
}
