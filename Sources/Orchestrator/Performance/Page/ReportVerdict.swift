// What one check of a run found, in plain words.

/// One finding about a run.
package struct ReportVerdict: Hashable, Sendable {
  /// How much a finding weighs, from harmless to grave.
  package enum Severity: String, Hashable, Sendable, CaseIterable {
    case pass
    case note
    case warning
    case fail

    /// The word that the page shows: severity is never told by colour alone.
    var word: String {
      switch self {
      case .pass: return "Passed"
      case .note: return "Note"
      case .warning: return "Warning"
      case .fail: return "Failed"
      }
    }
  }

  /// How grave it is.
  package var severity: Severity
  /// What was checked, a few words.
  package var title: String
  /// The finding with its numbers, one or two plain sentences.
  package var sentence: String
  /// What the finding rests on, for those who doubt it; empty without.
  package var evidence: String

  /// Every field as given.
  package init(severity: Severity, title: String, sentence: String, evidence: String = "") {
    self.severity = severity
    self.title = title
    self.sentence = sentence
    self.evidence = evidence
  }
}

extension ReportPage {
  /// The verdicts in one sentence: `1 check failed, 2 warnings, 9 checks passed.`; empty without verdicts.
  var verdictSummary: String {
    func count(_ severity: ReportVerdict.Severity) -> Int { verdicts.filter { $0.severity == severity }.count }
    func phrase(_ number: Int, _ one: String, _ many: String) -> String? {
      number == 0 ? nil : DecimalText.counted(number, one, many)
    }
    let parts = [
      phrase(count(.fail), "check failed", "checks failed"), phrase(count(.warning), "warning", "warnings"),
      phrase(count(.note), "note", "notes"), phrase(count(.pass), "check passed", "checks passed"),
    ].compactMap { $0 }
    return parts.isEmpty ? "" : parts.joined(separator: ", ") + "."
  }
}
