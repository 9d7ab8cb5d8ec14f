// Labelled rows of any schema as the input of a selection.

import Features

extension SelectionRows {
  /// The rows of `rows`, with the schema's features as candidates and uniqueness as weights.
  package init(_ rows: LabelledRows) throws(SelectionError) {
    try self.init(
      names: rows.schema.names, values: rows.values, labels: rows.labels, directions: rows.directions,
      weights: rows.weights)
  }

  /// The columns of `names`, in that order, on the same labels.
  package func columns(_ names: [String]) throws(SelectionError) -> SelectionRows {
    let places = names.map { self.names.firstIndex(of: $0) }
    try SelectionError.require(
      !places.contains(nil), "a column", "unknown", "name columns that the rows have")
    let known = places.compactMap { $0 }
    var chosen: [Float] = []
    chosen.reserveCapacity(count * known.count)
    for row in 0..<count {
      for place in known { chosen.append(values[row * self.names.count + place]) }
    }
    return try SelectionRows(
      names: names, values: chosen, labels: labels, directions: directions, weights: weights)
  }
}
