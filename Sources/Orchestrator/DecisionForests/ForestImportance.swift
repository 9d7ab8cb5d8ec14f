// How much each feature does in a forest, counted over its splits.

/// Use of one feature over all splits of a forest.
package struct FeatureImportance: Hashable, Sendable {
  /// Column of the row.
  package var feature: Int
  /// The model's name of the column; empty when it has none.
  package var name: String
  /// Splits that ask for the feature (XGBoost `weight`, LightGBM `split`).
  package var splitCount: Int
  /// Sum of the loss reductions of those splits (XGBoost `total_gain`, LightGBM `gain`); 0 when the file has none.
  package var totalGain: Double
  /// Sum of the covers of those splits (XGBoost `total_cover`); 0 when the file has none.
  package var totalCover: Double

  /// Loss reduction a split (XGBoost `gain`); nil for a feature that no split asks for.
  package var meanGain: Double? { splitCount == 0 ? nil : totalGain / Double(splitCount) }
  /// Cover a split (XGBoost `cover`); nil for a feature that no split asks for.
  package var meanCover: Double? { splitCount == 0 ? nil : totalCover / Double(splitCount) }

  package init(feature: Int, name: String, splitCount: Int, totalGain: Double, totalCover: Double) {
    self.feature = feature
    self.name = name
    self.splitCount = splitCount
    self.totalGain = totalGain
    self.totalCover = totalCover
  }
}

/// Use of every feature of a forest.
///
/// These measures are computed on the training rows and favour features with many distinct values: they say what the
/// forest leans on, not what helps out of sample.
package struct ForestImportance: Hashable, Sendable {
  /// One a column, in column order.
  package let features: [FeatureImportance]

  /// Counts the splits.
  package init(_ forest: Forest) {
    var features = (0..<forest.featureCount).map { column in
      FeatureImportance(
        feature: column, name: column < forest.featureNames.count ? forest.featureNames[column] : "", splitCount: 0,
        totalGain: 0, totalCover: 0)
    }
    for node in forest.nodes where node.kind != .leaf {
      features[Int(node.feature)].splitCount += 1
      features[Int(node.feature)].totalGain += Double(node.gain)
      features[Int(node.feature)].totalCover += Double(node.cover)
    }
    self.features = features
  }

  /// The features by falling total gain; equals by falling split count, then by column.
  package var byGain: [FeatureImportance] {
    features.sorted { left, right in
      if left.totalGain != right.totalGain { return left.totalGain > right.totalGain }
      if left.splitCount != right.splitCount { return left.splitCount > right.splitCount }
      return left.feature < right.feature
    }
  }
}
