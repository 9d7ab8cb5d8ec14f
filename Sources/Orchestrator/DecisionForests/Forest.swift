// A decision forest as an immutable value: what a model file says, checked and flattened. Prediction is
// `ForestPredictor`; training is `XGBoostTrainer`.

/// A checked, flattened forest.
///
/// Every index in it has been verified: children lie in their tree, trees are trees, features and groups exist, numbers
/// are finite.
package struct Forest: Equatable, Sendable {
  /// The library and version that wrote the model, for example `XGBoost 3.2.0` or `LightGBM v4`.
  package let trainer: String
  /// How splits compare and leaves are added.
  package let arithmetic: ForestArithmetic
  /// The objective as the model names it, for example `binary:logistic`.
  package let objective: String
  /// From margins to predictions.
  package let link: ForestLink
  /// Values a row.
  package let featureCount: Int
  /// Column names in order; empty where the model has none.
  package let featureNames: [String]
  /// Where each margin starts, before the first tree: the objective's link applied to XGBoost's base score, 0 for
  /// LightGBM. One a group.
  package let baseMargins: [Double]
  /// Margins are divided by this before the link; the number of rounds for LightGBM's random forests, else 1.
  package let marginDivisor: Double
  /// In the model's own order, which is the order of the sums.
  package let trees: [DecisionTree]
  /// The nodes of all trees, tree after tree.
  package let nodes: [DecisionNode]
  /// Bit sets of the categorical splits.
  package let categoryWords: [UInt32]

  /// Margins a row: classes of a multi-class model, quantiles or targets of others, usually 1.
  package var groupCount: Int { baseMargins.count }

  /// Values of a prediction.
  package var outputCount: Int { link.outputCount(marginCount: groupCount) }
}
