// What a selection is made from: candidates, labels that know when they end, and how much each row counts.

package import Validation

/// Labelled rows of candidate features, in order of time.
package struct SelectionRows: Sendable {
  /// Names of the candidates, one a column.
  package let names: [String]
  /// Candidate values, (rows, columns), row-major; what is not a number counts as the lowest value.
  package let values: [Float]
  /// Labels with their spans, one a row, sorted by start.
  package let labels: [Label]
  /// 1 for a rise, 0 for a fall, one a row.
  package let directions: [Float]
  /// Average uniqueness, one a row, above 0.
  package let weights: [Double]

  /// Number of rows.
  package var count: Int { labels.count }

  /// - Throws: ``SelectionError`` where sizes disagree, names repeat or a number has no meaning.
  package init(
    names: [String], values: [Float], labels: [Label], directions: [Float], weights: [Double]
  ) throws(SelectionError) {
    self.names = names
    self.values = values
    self.labels = labels
    self.directions = directions
    self.weights = weights
    let rows = labels.count
    try SelectionError.require(!names.isEmpty, "candidates", "0", "give at least one candidate feature")
    try SelectionError.require(
      Set(names).count == names.count, "candidates", "a repeated name", "give every candidate a name of its own")
    try SelectionError.require(
      values.count == rows * names.count, "values", "\(values.count)", "give \(names.count) values for each label")
    try SelectionError.require(
      directions.count == rows && weights.count == rows, "rows",
      "\(rows) labels, \(directions.count) directions, "
        + "\(weights.count) weights", "give one of each a row")
    if let row = directions.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw SelectionError(what: "direction of row \(row)", value: "\(directions[row])", mend: "give 0 or 1")
    }
    if let row = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw SelectionError(what: "weight of row \(row)", value: "\(weights[row])", mend: "give a number above 0")
    }
  }
}

/// Why a selection cannot be made.
package struct SelectionError: Error, Hashable, CustomStringConvertible, Sendable {
  /// What is at fault.
  package var what: String
  /// The value that it has.
  package var value: String
  /// What to do about it.
  package var mend: String

  package var description: String { "feature selection: \(what) is \(value); \(mend)" }

  static func require(
    _ isSatisfied: Bool, _ what: String, _ value: String, _ mend: String
  ) throws(SelectionError) {
    if !isSatisfied { throw SelectionError(what: what, value: value, mend: mend) }
  }
}
