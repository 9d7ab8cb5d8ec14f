// The page as a document: it stands alone, nests, and says first what matters most.

import Foundation
import Performance
import Testing
import TradingDomain

@Suite struct PageHTMLTests {
  private func page(
    verdicts: [ReportVerdict] = [], sections: [ReportSection] = [], alarms: [PageAlarm] = [], isPartial: Bool = false
  ) -> ReportPage {
    ReportPage(
      title: "A <b>bold</b> claim", subtitle: "from & to", isPartial: isPartial, alarms: alarms,
      stamps: [ReportStamp(name: "seed", value: "<42>")], verdicts: verdicts, sections: sections)
  }

  /// The page's body without its script.
  private func body(_ html: String) throws -> String {
    let start = try #require(html.range(of: "<body>"))
    let end = try #require(html.range(of: "<script>"))
    return String(html[start.upperBound..<end.lowerBound])
  }

  @Test func thePageStandsAlone() throws {
    let html = try PageFixture(days: 120).page().html()
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    for word in ["http://", "https://", "<link", "@import", "url(", "src=", "fetch(", "XMLHttp", "eval(", "<img"] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("content=\"default-src 'none';"))
  }

  @Test func textFromOutsideCannotBecomeMarkup() throws {
    let html = page(
      verdicts: [ReportVerdict(severity: .fail, title: "<i>", sentence: "a < b & c", evidence: "\"<u>\"")],
      sections: [
        ReportSection("S <s>", [.text("<p>"), .metrics([MetricCard(name: "<m>", unit: .brl, estimate: nil)])])
      ],
      alarms: [PageAlarm(word: "<W>", sentence: "<x>")]
    ).html()
    for tag in ["<b>", "<42>", "<i>", "<u>", "<s>", "<m>", "<W>", "<x>", "<p><p>"] { #expect(!html.contains(tag)) }
    #expect(html.contains("<title>A &lt;b&gt;bold&lt;/b&gt; claim</title>"))
    #expect(html.contains("a &lt; b &amp; c"))
  }

  @Test func everyTagClosesWithEveryKindOfBlockAndChart() throws {
    let reader = MarkupReader(try body(PageFixture(days: 120).page(isPartial: true, alarms: [.noCosts]).html()))
    #expect(reader.problems.isEmpty)
    #expect(reader.tags.count > 1000)
  }

  @Test func everyLinkOfTheContentsLeadsToASection() throws {
    let reader = MarkupReader(try body(PageFixture(days: 40).page().html()))
    let targets = reader.tags.filter { $0.name == "a" }.compactMap { $0.value("href") }
    let sections = Set(reader.tags.filter { $0.name == "section" }.compactMap { $0.value("id") })
    #expect(targets.count == sections.count && targets.count > 6)
    for target in targets { #expect(sections.contains(String(target.dropFirst())), "\(target)") }
  }

  @Test func equalPagesAreEqualBytes() throws {
    #expect(try PageFixture(days: 90).page().html() == PageFixture(days: 90).page().html())
    #expect(try PageFixture(days: 90).page().html() != PageFixture(days: 90, seed: 8).page().html())
  }

  @Test func alarmsStandAboveEverythingElse() throws {
    let html = try body(PageFixture(days: 40).page(isPartial: true, alarms: [.noCosts, .inSample]).html())
    let words = ["PARTIAL", "NO COSTS", "IN SAMPLE", "<nav", "id=\"verdict\"", "id=\"result\""]
    let places = try words.map { word in try #require(html.range(of: word)).lowerBound }
    #expect(places == places.sorted())
    #expect(!(try body(PageFixture(days: 40).page().html())).contains("class=\"alarm\""))
  }

  @Test func theGravestVerdictComesFirstAndPassedChecksFoldAway() throws {
    let html = try body(page(verdicts: PageFixture.verdicts).html())
    let words = [
      "1 check failed, 1 warning, 1 note, 3 checks passed.", "Break-even", "few days", "Length", "<details>",
    ]
    let places = try (words + ["Permuted", "Shifted", "stale"]).map { try #require(html.range(of: $0)).lowerBound }
    #expect(places == places.sorted())
    // Folded passes would leave an empty heading where all is well.
    let healthy = try body(page(verdicts: PageFixture.verdicts.filter { $0.severity == .pass }).html())
    #expect(!healthy.contains("<details>") && healthy.contains("3 checks passed."))
  }

  @Test func severityIsToldByWordsAndShapesNotByColourAlone() throws {
    let html = try body(page(verdicts: PageFixture.verdicts).html())
    let reader = MarkupReader(html)
    for word in ["Passed", "Note", "Warning", "Failed"] { #expect(html.contains("</svg>\(word)</div>")) }
    let shapes = Set(reader.tags.filter { $0.name == "path" }.compactMap { $0.value("d") })
    #expect(shapes.count == 4)
  }

  @Test func undefinedIsShownAsSuchAndNeverAsZero() throws {
    let html = page(sections: [
      ReportSection(
        "Metrics",
        [
          .metrics([MetricCard(name: "Sharpe", unit: .perYear, estimate: nil, tone: .signed)]),
          .table(
            ReportTable(
              caption: "All", columns: [.init("Name", .text), .init("Value")],
              rows: [[.text("Calmar"), .number(nil, digits: 2)], [.text("Omega"), .signed(nil, digits: 1)]])),
        ])
    ]).html()
    #expect(html.components(separatedBy: "undefined</").count == 4)
    #expect(!html.contains(">0.00<"))
  }

  @Test func aCardShowsErrorIntervalAndCount() throws {
    let estimate = Estimate(value: -1234.5, unit: .brl, standardError: 1000, observations: 1519)
    let html = page(sections: [
      ReportSection("R", [.metrics([MetricCard(name: "net", unit: .brl, estimate: estimate, tone: .signed)])])
    ]).html()
    #expect(html.contains("<dd class=\"value loss\">\u{2212}1,234.50 <span class=\"unit\">BRL</span></dd>"))
    #expect(html.contains("\u{00B1} 1,000.00, n = 1,519"))
    #expect(html.contains("95 %: \u{2212}3,194.46 to 725.46"))
  }

  @Test func tablesScrollInTheirOwnBoxAndNumbersAlignRight() throws {
    let table = ReportTable(
      caption: "Months", columns: [.init("Month", .text), .init("Net"), .init("Bar", .bar)],
      rows: [[.text("Jan"), .signed(-5, digits: 1), .bar(-2)], [.text("Feb"), .signed(10, digits: 1), .bar(4)]])
    let html = try body(page(sections: [ReportSection("T", [.table(table)])]).html())
    #expect(html.contains("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Months\">"))
    #expect(html.contains("<td class=\"right loss\">\u{2212}5.0</td>"))
    #expect(html.contains("<td class=\"right gain\">+10.0</td>"))
    let bars = MarkupReader(html).tags.filter { $0.name == "rect" && $0.number("height") == 10 }
    #expect(bars.map { $0.number("width") } == [24, 48])
    #expect(bars.map { $0.number("x") } == [26, 50])
  }

  @Test func theScriptAddsNothingThatIsMissingWithoutIt() throws {
    // Tips are titles inside the marks, so the browser shows them when scripts are off.
    let html = try body(PageFixture(days: 40).page().html())
    #expect(html.components(separatedBy: "</title>").count > 100)
    #expect(!html.contains("onclick") && !html.contains("style="))
  }

  @Test func aRunWithoutTradesStillMakesAPage() throws {
    let report = try PerformanceReport(
      title: "Idle", stamps: [], curve: try Records.curve([]), trades: [], sessions: (0..<5).map(Records.session))
    let html = try body(report.html())
    #expect(MarkupReader(html).problems.isEmpty)
    #expect(html.contains("undefined") && !html.contains("nan") && !html.contains("inf"))
  }
}
