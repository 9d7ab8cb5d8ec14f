// The rows a forest learns from. No file formats, no splitting into folds.

/// Dense training rows with their labels.
package struct TrainingMatrix: Hashable, Sendable {
  /// Values row by row, `rowCount` x `columnCount`; NaN is missing, infinities are refused.
  package var values: [Float]
  package var columnCount: Int
  /// One a row: the target, 0 or 1 (any probability is taken), or the number of the class from 0.
  package var labels: [Float]
  /// One a row, at least 0; empty means that every row weighs 1.
  package var weights: [Float]
  /// Written into the model, one a column; empty leaves the columns unnamed.
  package var featureNames: [String]

  package init(
    values: [Float], columnCount: Int, labels: [Float], weights: [Float] = [], featureNames: [String] = []
  ) {
    self.values = values
    self.columnCount = columnCount
    self.labels = labels
    self.weights = weights
    self.featureNames = featureNames
  }

  /// Rows, as the labels count them.
  package var rowCount: Int { labels.count }

  /// Mean of the labels under the weights.
  package var meanLabel: Double {
    var sum = 0.0
    var total = 0.0
    for row in labels.indices {
      let weight = weights.isEmpty ? 1 : Double(weights[row])
      sum += weight * Double(labels[row])
      total += weight
    }
    return sum / total
  }

  /// Throws unless the sizes agree and every number is one that the objective can use.
  ///
  /// - Parameter role: What the rows are for, for the message: `training rows`.
  func validate(for objective: TrainingObjective, role: String) throws(ForestError) {
    try validateSizes(role: role)
    if let index = values.firstIndex(where: \.isInfinite) {
      throw ForestError.training(
        source: role, place: "row \(index / columnCount), column \(nameOfColumn(index % columnCount))",
        problem: "the value is \(values[index])", mend: "drop the row, or write NaN where the value is missing")
    }
    for (row, label) in labels.enumerated() where !objective.accepts(label: label) {
      throw ForestError.training(
        source: role, place: "row \(row)", problem: "the label \(label) does not suit \(objective.libraryName)",
        mend: "labels must be \(objective.labelRule)")
    }
    for (row, weight) in weights.enumerated() where !(weight >= 0 && weight.isFinite) {
      throw ForestError.training(
        source: role, place: "row \(row)", problem: "the weight is \(weight)", mend: "weights must be 0 or more")
    }
    if !weights.isEmpty, !weights.contains(where: { $0 > 0 }) {
      throw ForestError.training(source: role, problem: "every weight is 0", mend: "give at least one row some weight")
    }
  }

  private func validateSizes(role: String) throws(ForestError) {
    guard columnCount > 0, !labels.isEmpty else {
      throw ForestError.training(
        source: role, problem: "there are \(labels.count) rows of \(columnCount) columns",
        mend: "widen the period, or check the filters before the training")
    }
    let (needed, overflow) = rowCount.multipliedReportingOverflow(by: columnCount)
    guard !overflow, values.count == needed else {
      throw ForestError.training(
        source: role, problem: "\(values.count) values are not \(rowCount) rows of \(columnCount) columns",
        mend: "values are stored row by row, one row a label")
    }
    guard weights.isEmpty || weights.count == rowCount else {
      throw ForestError.training(
        source: role, problem: "\(weights.count) weights for \(rowCount) rows", mend: "give one weight a row, or none")
    }
    guard featureNames.isEmpty || featureNames.count == columnCount else {
      throw ForestError.training(
        source: role, problem: "\(featureNames.count) feature names for \(columnCount) columns",
        mend: "name every column, or none")
    }
    // The library splits its list of names at these characters.
    if let name = featureNames.first(where: { $0.isEmpty || $0.contains { "[]<\0".contains($0) } }) {
      throw ForestError.training(
        source: role, problem: "the feature name '\(name)' is empty or holds one of [ ] < or a zero byte",
        mend: "rename the feature")
    }
    if Set(featureNames).count != featureNames.count {
      throw ForestError.training(source: role, problem: "two features have the same name", mend: "rename one of them")
    }
  }

  private func nameOfColumn(_ column: Int) -> String {
    featureNames.isEmpty ? "\(column)" : "\(column) (\(featureNames[column]))"
  }
}
