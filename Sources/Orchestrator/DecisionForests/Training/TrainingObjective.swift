// What a forest is trained towards, and how its progress is scored.

/// The loss that training reduces.
package enum TrainingObjective: Hashable, Sendable {
  /// Mean of a real target.
  case squaredError
  /// Probability that the label is 1.
  case logistic
  /// Probabilities of the classes 0 ..< classes.
  case softProbability(classes: Int)

  /// XGBoost's name.
  package var libraryName: String {
    switch self {
    case .squaredError: "reg:squarederror"
    case .logistic: "binary:logistic"
    case .softProbability: "multi:softprob"
    }
  }

  /// The score that XGBoost reports for it when none is asked for.
  package var usualMetric: EvaluationMetric {
    switch self {
    case .squaredError: .rootMeanSquaredError
    case .logistic: .logLoss
    case .softProbability: .multiclassLogLoss
    }
  }

  /// Whether the label has a meaning under this loss.
  func accepts(label: Float) -> Bool {
    switch self {
    case .squaredError: label.isFinite
    case .logistic: label >= 0 && label <= 1
    case .softProbability(let classes): label >= 0 && label < Float(classes) && label == label.rounded()
    }
  }

  var labelRule: String {
    switch self {
    case .squaredError: "finite"
    case .logistic: "from 0 to 1"
    case .softProbability(let classes): "whole numbers from 0 to \(classes - 1)"
    }
  }
}

/// A score of a whole set of rows.
package enum EvaluationMetric: String, Hashable, Sendable, CaseIterable {
  case rootMeanSquaredError = "rmse"
  case meanAbsoluteError = "mae"
  case logLoss = "logloss"
  /// Share of rows on the wrong side of one half.
  case errorRate = "error"
  /// Area under the receiver operating characteristic.
  case areaUnderCurve = "auc"
  /// Area under the precision-recall curve.
  case areaUnderPrecisionRecall = "aucpr"
  case multiclassLogLoss = "mlogloss"
  /// Share of rows whose likeliest class is not theirs.
  case multiclassErrorRate = "merror"

  /// Whether more is better.
  package var isGain: Bool { self == .areaUnderCurve || self == .areaUnderPrecisionRecall }

  /// Whether the score is defined for what the objective predicts.
  func suits(_ objective: TrainingObjective) -> Bool {
    switch (self, objective) {
    case (.multiclassLogLoss, .softProbability), (.multiclassErrorRate, .softProbability): true
    case (_, .softProbability), (.multiclassLogLoss, _), (.multiclassErrorRate, _): false
    case (.rootMeanSquaredError, _), (.meanAbsoluteError, _): true
    case (_, let other): other == .logistic
    }
  }
}
