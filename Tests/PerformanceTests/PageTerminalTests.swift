// The summary for terminals.

import Foundation
import Performance
import Testing

@Suite struct PageTerminalTests {
  @Test func coloursNeedATerminalAndNoObjection() {
    func style(_ isTerminal: Bool, _ environment: [String: String]) -> Bool {
      TerminalStyle(isTerminal: isTerminal, environment: environment).hasColours
    }
    #expect(style(true, ["TERM": "xterm-256color"]))
    #expect(!style(false, ["TERM": "xterm-256color"]))
    #expect(!style(true, ["TERM": "xterm-256color", "NO_COLOR": "1"]))
    // The convention: an empty value is no objection.
    #expect(style(true, ["TERM": "xterm-256color", "NO_COLOR": ""]))
    #expect(!style(true, ["TERM": "dumb"]))
  }

  @Test func blockCharactersNeedALocaleInUTF8() {
    func unicode(_ environment: [String: String]) -> Bool {
      TerminalStyle(isTerminal: true, environment: environment).hasUnicode
    }
    #expect(unicode(["LANG": "pt_BR.UTF-8"]) && unicode(["LC_CTYPE": "C.utf8"]))
    #expect(!unicode(["LANG": "pt_BR.UTF-8", "LC_ALL": "C"]) && !unicode([:]))
    #expect(TerminalStyle(isTerminal: true, columns: 132, environment: [:]).columns == 132)
    #expect(TerminalStyle(isTerminal: true, environment: ["COLUMNS": "90"]).columns == 90)
    #expect(TerminalStyle(isTerminal: true, environment: ["COLUMNS": "7"]).columns == 40)
  }

  @Test func plainTextIsASCIIWithoutEscapesWithinItsColumns() throws {
    var page = try PageFixture(days: 120).page(alarms: [.noCosts])
    page.title = "S\u{E3}o Paulo"
    var style = TerminalStyle.plain
    style.columns = 80
    let text = TerminalSummary(page).text(style)
    #expect(text.utf8.allSatisfy { $0 == 10 || (32...126).contains($0) })
    #expect(text.hasPrefix("S?o Paulo\n"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(text.contains("+- "))
  }

  @Test func theSummaryHoldsAlarmsVerdictsMetricsAndLinesInThatOrder() throws {
    let page = try PageFixture(days: 120).page(isPartial: true, alarms: [.noCosts])
    let style = TerminalStyle(hasColours: true, hasUnicode: true, columns: 100)
    let text = TerminalSummary(page).text(style)
    let words = ["PARTIAL", "NO COSTS", "1 check failed", "Failed", "Warning", "Note", "net profit", "\u{2581}"]
    let places = try words.map { try #require(text.range(of: $0)).lowerBound }
    #expect(places == places.sorted())
    #expect(!text.contains("Permuted"), "passed checks are counted, not listed")
    let escapes = text.components(separatedBy: "\u{1B}[").count - 1
    #expect(escapes > 20 && escapes == 2 * (text.components(separatedBy: "\u{1B}[0m").count - 1))
  }

  @Test func coloursChangeNothingButTheLooks() throws {
    let page = try PageFixture(days: 60).page()
    var style = TerminalStyle(hasColours: true, hasUnicode: true, columns: 100)
    let coloured = TerminalSummary(page).text(style)
    style.hasColours = false
    #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == TerminalSummary(page).text(style))
  }

  @Test func sparklinesSpanLowestToHighest() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], width: 8, unicode: false) == "_.-=+*#@")
    // Each level takes an equal share of the range.
    #expect(Sparkline.text((0..<16).map(Double.init), width: 16, unicode: false) == "__..--==++**##@@")
    #expect(Sparkline.text([0, 0, 7, 7], width: 2, unicode: true) == "\u{2581}\u{2588}")
    #expect(Sparkline.text([3, 3, 3], width: 10, unicode: false) == "+++")
    #expect(Sparkline.text([.nan], width: 10, unicode: false).isEmpty)
    #expect(Sparkline.text((0..<1000).map(Double.init), width: 72, unicode: true).count == 72)
  }
}
