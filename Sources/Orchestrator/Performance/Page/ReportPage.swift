// The report as a value: everything that the page, the terminal summary and tests of both are made from.

/// A report for people: verdicts first, then sections, then how the run was made.
///
/// It holds finished numbers only, so that the same value gives the same bytes on every machine. Written by
/// ``html()`` as one self-contained page and by ``TerminalSummary`` as text.
package struct ReportPage: Sendable {
  /// Heading, for example `Backtest of WDO`.
  package var title: String
  /// One line under the heading: dates, model, capital.
  package var subtitle: String
  /// Whether the run was stopped before its end; the page then says so above everything else.
  package var isPartial: Bool
  /// Facts that forbid taking the result at face value, shown above everything else in the order given.
  package var alarms: [PageAlarm]
  /// The run manifest: how the run was made, in the order given.
  package var stamps: [ReportStamp]
  /// What the checks of the run found, in any order: the page puts the gravest first.
  package var verdicts: [ReportVerdict]
  /// The body, in the order given.
  package var sections: [ReportSection]

  /// Every field as given.
  package init(
    title: String, subtitle: String, isPartial: Bool = false, alarms: [PageAlarm] = [], stamps: [ReportStamp],
    verdicts: [ReportVerdict], sections: [ReportSection]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.isPartial = isPartial
    self.alarms = alarms
    self.stamps = stamps
    self.verdicts = verdicts
    self.sections = sections
  }

  /// The alarms with the one of a partial run in front.
  var allAlarms: [PageAlarm] { (isPartial ? [.partial] : []) + alarms }

  /// The verdicts, gravest first, else in the order given.
  var rankedVerdicts: [ReportVerdict] {
    ReportVerdict.Severity.allCases.reversed().flatMap { severity in verdicts.filter { $0.severity == severity } }
  }
}
