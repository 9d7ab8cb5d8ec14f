// What can be wrong with a feature expression.

/// A feature expression that cannot be read or compiled; the description names the place and the mend.
package enum FeatureExpressionError: Error, Hashable, CustomStringConvertible {
  /// The text cannot be read at that character (0 is the first).
  case syntax(text: String, position: Int, expected: String)
  case unknownName(String)
  case wrongArguments(String, expected: String)
  case notANumber(String, parameter: String)
  case parameter(String, String)
  case nestedEvery(String)
  case inputOfLongerBars(String)

  package var description: String {
    switch self {
    case .syntax(let text, let position, let expected):
      return "'\(text)' cannot be read at character \(position + 1): \(expected)"
    case .unknownName(let name):
      let near = Self.nearest(to: name)
      return "there is no input, operator or indicator named '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
        + " (`trader features list --operators` lists them)"
    case .wrongArguments(let text, let expected):
      return "'\(text)' has the wrong number of arguments: write \(expected)"
    case .notANumber(let text, let parameter):
      return "'\(text)': \(parameter) must be a number, known before the market is"
    case .parameter(let text, let fault): return "'\(text)': \(fault)"
    case .nestedEvery(let text): return "'\(text)': `every` cannot stand inside another `every`"
    case .inputOfLongerBars(let text):
      return "'\(text)': `every` reads only the bar's own fields, such as close; apply clock, event, regime and other "
        + "instruments outside it"
    }
  }

  /// The known name with the fewest edits, where at most two are needed.
  private static func nearest(to name: String) -> String? {
    var known = FeatureOperator.allCases.map(\.rawValue)
    known += FeatureIndicator.all.map(\.name)
    known += BarInput.allCases.map(\.rawValue)
    known += ClockInput.allCases.map { "clock." + $0.rawValue }
    known += RegimeInput.allCases.map { "regime." + $0.rawValue }
    known += EventSignal.allCases.map { "event." + $0.declaration.name }
    let best = known.map { ($0, edits(Array($0.utf8), Array(name.utf8))) }.min { $0.1 < $1.1 }
    return best.flatMap { $0.1 <= 2 ? $0.0 : nil }
  }

  /// Levenshtein distance.
  private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (line, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, b) in right.enumerated() {
        let next = min(row[column] + 1, row[column + 1] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = row[column + 1]
        row[column + 1] = next
      }
    }
    return row[right.count]
  }
}
