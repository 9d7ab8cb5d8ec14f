// What an ensemble's training is asked to do.

package import Ensemble
package import Foundation
package import NeuralNetworks
package import TradingDomain

/// How members are fitted, and how they are put together.
package struct MemberPlan: Hashable, Sendable {
  /// Of the trees, and of the folds.
  package var forest = TrainingPlan()
  /// Penalty of the logistic regression, per unit of weight.
  package var penalty = 1e-3
  /// States that the LSTM carries, and bars between their beginnings.
  package var lanes = LaneSchedule(lanes: 2, stagger: 30)
  /// Bars that the transformer reads.
  package var steps = 60
  /// Units of the LSTM, and width of the transformer's tokens.
  package var width = 32
  /// Heads and layers of the transformer.
  package var heads = 4
  package var layers = 2
  package var dropout = 0.1
  package var epochs = 12
  package var batch = 128
  package var rate = 1e-3
  /// Epochs without a better loss on the newest part of the past.
  package var patience = 3
  package var workers = 2
  /// How members' probabilities are corrected.
  package var calibration = CalibrationMethod.temperature
  /// Of the weights that learn online.
  package var weights = WeightPlan(share: 0.01)
  /// Part of the training rows that count as new, and of held-out forecasts that count as disagreement.
  package var noveltyPart = 0.001
  package var disagreementPart = 0.01
  /// Probability of missing the outcome that prediction sets are made for; 1 makes none.
  package var error = 1.0

  package init() {
    forest.patience = 25
    forest.rounds = 200
    forest.learningRate = 0.05
    forest.minimumChildWeight = 20
    forest.folds = 3
  }

  /// Bars of attention a layer, so that all layers together reach ``steps`` bars back and no further.
  var span: Int { max(1, (steps - 1) / layers + 1) }

  /// Bars that an ensemble should see before its first decision, beyond those that warm the features: members that
  /// remember must have filled their memory, and weights must have learned from some outcomes.
  package static let warmUpRows = 570

  /// Every setting by name, for the manifest and the trial ledger.
  package func settings(_ members: [MemberKind], deadZoneTicks: Double) -> [String: String] {
    var settings = forest.settings
    settings["label"] = "move from open(t+1) to close(t+horizon) in ticks, within the session: down, flat or up"
    settings["flat_ticks"] = "\(deadZoneTicks)"
    settings["members"] = members.map(\.rawValue).joined(separator: ",")
    settings["penalty"] = "\(penalty)"
    settings["lstm_lanes"] = "\(lanes.lanes) x \(lanes.stagger)"
    settings["steps"] = "\(steps)"
    settings["width"] = "\(width)"
    settings["heads"] = "\(heads)"
    settings["layers"] = "\(layers)"
    settings["dropout"] = "\(dropout)"
    settings["epochs"] = "\(epochs)"
    settings["batch"] = "\(batch)"
    settings["rate"] = "\(rate)"
    settings["network_patience"] = "\(patience)"
    settings["calibration"] = calibration.rawValue
    settings["weight_share"] = "\(weights.share)"
    settings["set_error"] = "\(error)"
    return settings
  }
}

/// Trees that another program grew, to be a member beside those trained here.
package struct ImportedTrees: Hashable, Sendable {
  /// An XGBoost or LightGBM model of three classes: down, flat, up.
  package var bytes: Data
  /// Where it came from, for errors and the card.
  package var name: String
  /// Its training data ended here: only what came later can judge it.
  package var knownUntil: Timestamp

  package init(bytes: Data, name: String, knownUntil: Timestamp) {
    self.bytes = bytes
    self.name = name
    self.knownUntil = knownUntil
  }
}
