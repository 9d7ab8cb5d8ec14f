// What kind of thing has changed, and what follows from it.

/// Kinds of change; each has a cause of its own, and a remedy of its own.
package enum DriftKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// The inputs are no longer those that the model learned from.
  case data
  /// What comes of the same inputs is distributed otherwise: more falls, fewer flats.
  case label
  /// Probabilities no longer come true as often as they say, though their order may still be right.
  case calibration
  /// The model no longer earns what it promised.
  case performance
  /// Trading costs more than was assumed: spread, slippage, fees.
  case cost
}

/// What the pipeline does about a change, least first.
package enum DriftAction: String, Hashable, Sendable, Codable, CaseIterable {
  /// Fit the correction of the probabilities anew; no training.
  case recalibrate
  /// Let the members' weights be learned faster; within their bands.
  case reweight
  /// Build a challenger.
  case retrain
  /// Trade smaller and ask for more, within the declared bands.
  case deRisk
  /// Stop opening positions.
  case halt
}

/// One finding of a detector that is set by its expected run length without change.
package struct DriftVerdict: Hashable, Sendable, Codable {
  package var kind: DriftKind
  /// How strong the evidence is beside its threshold: 1 is just an alarm.
  package var severity: Double
  /// Which stream, feature or figure, and what was seen.
  package var finding: String

  package init(_ kind: DriftKind, severity: Double, finding: String) {
    self.kind = kind
    self.severity = severity
    self.finding = finding
  }

  /// What follows. Inputs that drift are a reason to learn anew, not to stop: a model may be right on them all the
  /// same. A model that loses what it promised does not wait for its successor.
  package var actions: [DriftAction] {
    switch kind {
    case .data: severity >= 2 ? [.retrain, .deRisk] : [.retrain]
    case .label: [.reweight, .retrain]
    case .calibration: severity >= 2 ? [.recalibrate, .deRisk] : [.recalibrate]
    case .performance: [.halt, .retrain]
    case .cost: [.deRisk]
    }
  }
}
