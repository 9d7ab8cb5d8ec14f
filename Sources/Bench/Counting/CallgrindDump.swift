// One dump of callgrind: for which stage it was taken, and what was counted where.

/// The counts of one dump.
package struct CallgrindDump {
  /// The name that the program gave with its request; nil for the dump at a program's end.
  package let name: String?
  /// Instructions in all.
  package let total: UInt64

  /// Reads the two lines that matter; throws when the file is no dump. `origin` names it in errors.
  package init(text: String, origin: String) throws {
    var name: String?
    var total: UInt64?
    for line in text.split(separator: "\n") {
      if let rest = line.suffix(after: "desc: Trigger: Client Request: ") { name = String(rest) }
      if let rest = line.suffix(after: "totals: ") { total = UInt64(rest.prefix { $0 != " " }) }
    }
    guard let total else {
      throw BenchFailure.inconsistent("\(origin): callgrind's file has no line 'totals:'; is the disk full?")
    }
    self.name = name
    self.total = total
  }
}

extension Substring {
  /// What follows `prefix`, if the text begins with it.
  func suffix(after prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
