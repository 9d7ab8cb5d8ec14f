// The exposition format, line by line.

import Monitoring
import Testing

@Test func aFamilyHasHelpTypeAndItsSamples() {
  var writer = PrometheusText()
  writer.family(
    "trader_x_seconds", kind: .summary, help: "A \\ and\na \"quote\".",
    samples: [
      .init(labels: [(name: "stage", value: "a\"b\\c\nd"), (name: "quantile", value: "0.5")], value: 0.25),
      .init(suffix: "_count", value: 3),
    ])
  #expect(
    writer.text == """
      # HELP trader_x_seconds A \\\\ and\\na "quote".
      # TYPE trader_x_seconds summary
      trader_x_seconds{stage="a\\"b\\\\c\\nd",quantile="0.5"} 0.25
      trader_x_seconds_count 3

      """)
}

@Test func everyLineOfASnapshotIsACommentOrASampleAndEveryFamilyIsAnnouncedOnce() {
  let text = Samples.snapshot().prometheusText
  #expect(text.hasSuffix("\n"))
  var announced: [Substring] = []
  for line in text.split(separator: "\n") {
    if line.hasPrefix("# TYPE ") {
      announced.append(line.split(separator: " ")[2])
    } else if !line.hasPrefix("# HELP ") {
      let parts = line.split(separator: " ")
      #expect(parts.count == 2 && Double(parts[1]) != nil, "\(line)")
      #expect(announced.contains { line.hasPrefix($0) }, "\(line) stands before its TYPE")
    }
  }
  #expect(Set(announced).count == announced.count)
}

@Test func aSnapshotShowsItsFiguresInBaseUnits() {
  let text = Samples.snapshot().prometheusText
  for line in [
    "trader_decisions_total 400", "trader_position_contracts{symbol=\"DOL\"} 5",
    "trader_price_points{symbol=\"DOL\"} 5210.5", "trader_fees_reais{symbol=\"DOL\"} 20",
    "trader_latency_seconds_count{stage=\"decision\"} 100",
  ] {
    #expect(text.contains("\n\(line)\n"), "\(line)")
  }
  #expect(!text.contains("link_ready"))
}

@Test func specialNumbersHaveTheFormatsOwnNames() {
  var writer = PrometheusText()
  writer.family(
    "a", kind: .gauge, help: "h", samples: [Double.nan, .infinity, -.infinity].map { .init(value: $0) })
  #expect(writer.text.hasSuffix("a NaN\na +Inf\na -Inf\n"))
}
