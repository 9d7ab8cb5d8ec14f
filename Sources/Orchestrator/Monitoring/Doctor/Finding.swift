// One result of the doctor's examination, for people and for machines.

/// What the doctor found on one point.
package struct Finding: Hashable, Codable, Sendable {
  /// How bad it is.
  package enum Status: String, Codable, Sendable {
    case ok
    /// Works, but slower or less safely than it could.
    case warn
    /// Does not work, or must not trade like this.
    case fail
    /// The machine does not tell.
    case unknown
  }

  /// Name of the point, stable for scripts: `io_uring`, `governor`.
  package var check: String
  package var status: Status
  /// What was seen, with its figure.
  package var found: String
  /// What it costs; nil when nothing is amiss.
  package var cost: String?
  /// How to mend it; nil when nothing is amiss, or nothing can be done.
  package var mend: String?

  package init(_ check: String, _ status: Status, _ found: String, cost: String? = nil, mend: String? = nil) {
    self.check = check
    self.status = status
    self.found = found
    self.cost = cost
    self.mend = mend
  }
}

extension [Finding] {
  /// A table for people: a line a point, with cost and mend indented below where something is amiss.
  package var table: String {
    let width = map(\.check.count).max() ?? 0
    var text = ""
    for finding in self {
      let status = finding.status.rawValue
      text += status + String(repeating: " ", count: 9 - status.count)
      text += finding.check + String(repeating: " ", count: width - finding.check.count + 2) + finding.found + "\n"
      let indent = String(repeating: " ", count: 9 + width + 2)
      if let cost = finding.cost { text += "\(indent)cost: \(cost)\n" }
      if let mend = finding.mend { text += "\(indent)mend: \(mend)\n" }
    }
    return text
  }
}
