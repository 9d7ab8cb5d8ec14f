// What a training run leaves behind.

package import Foundation

/// Scores after one round.
package struct RoundScore: Hashable, Sendable {
  /// From 0.
  package var round: Int
  package var training: Double
  /// Nil without validation rows.
  package var validation: Double?

  package init(round: Int, training: Double, validation: Double?) {
    self.round = round
    self.training = training
    self.validation = validation
  }
}

/// A trained model with the record of its training.
package struct TrainedForest: Hashable, Sendable {
  /// The model as XGBoost writes it, in Universal Binary JSON.
  package var modelUBJSON: Data
  /// The same as JSON text, when the parameters ask for it.
  package var modelJSON: Data?
  /// Round with the best validation score, from 0, the earliest of equals; the last round without validation rows.
  package var bestIteration: Int
  /// Rounds in the model: `bestIteration + 1` under early stopping, else all.
  package var rounds: Int
  /// What `history` is measured in.
  package var metric: EvaluationMetric
  /// Scores of every round that was grown, also of those cut from the model.
  package var history: [RoundScore]

  /// Score of the validation rows at ``bestIteration``.
  package var bestValidation: Double? { history[bestIteration].validation }
}
