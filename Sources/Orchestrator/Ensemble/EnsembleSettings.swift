// What an ensemble is besides its members: everything that was learned from forecasts of outcomes not yet seen.

package import TradingDomain

/// Settings of a ``MultiModalEnsemble``; `ensemble.json` in an artifact.
package struct EnsembleSettings: Codable, Hashable, Sendable {
  package static let currentFormat = 1

  /// A member with its correction.
  package struct Member: Codable, Hashable, Sendable {
    package var kind: MemberKind
    package var calibration: CalibrationMap
    /// Weight to begin with in each regime, by the raw value of ``Regime``.
    package var prior: [Double]

    package init(kind: MemberKind, calibration: CalibrationMap, prior: [Double]) {
      self.kind = kind
      self.calibration = calibration
      self.prior = prior
    }
  }

  /// What a class means in money: moves of training outcomes of each class (down, flat, up), as multiples of the
  /// average true range at the decision.
  package struct Moves: Codable, Hashable, Sendable {
    /// Mean move, signed.
    package var mean: [Double]
    /// Mean of its square.
    package var square: [Double]
    /// Mean of its size.
    package var size: [Double]

    package init(mean: [Double], square: [Double], size: [Double]) {
      self.mean = mean
      self.square = square
      self.size = size
    }
  }

  /// When nothing is done.
  package struct Abstention: Codable, Hashable, Sendable {
    /// Nil: every row is taken for known.
    package var novelty: NoveltyGate?
    /// Largest Jensen-Shannon divergence of the members, in nats.
    package var disagreement: Double
    /// Probability of missing the outcome that prediction sets were made for; 1 makes no sets.
    package var error: Double
    /// Step by which the sets follow the error that happens.
    package var step: Double
    /// What held-out forecasts had given to what happened, at equal parts of their order.
    package var truths: [Double]

    package init(novelty: NoveltyGate?, disagreement: Double, error: Double, step: Double, truths: [Double]) {
      self.novelty = novelty
      self.disagreement = disagreement
      self.error = error
      self.step = step
      self.truths = truths
    }
  }

  package var format: Int
  /// Bars from decision to outcome.
  package var horizonBars: Int
  /// Ticks either way that count as no move.
  package var deadZoneTicks: Double
  package var members: [Member]
  package var weights: WeightPlan
  package var moves: Moves
  package var abstention: Abstention

  package init(
    horizonBars: Int, deadZoneTicks: Double, members: [Member], weights: WeightPlan, moves: Moves,
    abstention: Abstention
  ) {
    format = Self.currentFormat
    self.horizonBars = horizonBars
    self.deadZoneTicks = deadZoneTicks
    self.members = members
    self.weights = weights
    self.moves = moves
    self.abstention = abstention
  }

  /// The class of a move in ticks.
  package func outcome(ticks: Double) -> Int {
    ticks > deadZoneTicks ? MoveClass.up : ticks < -deadZoneTicks ? MoveClass.down : MoveClass.flat
  }

  /// - Throws: ``EnsembleFlaw`` for settings that no training writes.
  package func validate() throws(EnsembleFlaw) {
    let regimes = Regime.allCases.count
    guard format == Self.currentFormat else { throw .settings("format \(format), but \(Self.currentFormat) is read") }
    guard (1...500).contains(horizonBars), deadZoneTicks >= 0, deadZoneTicks.isFinite else {
      throw .settings("horizon \(horizonBars) bars, dead zone \(deadZoneTicks) ticks")
    }
    guard !members.isEmpty, members.count <= VotesRecord.limit else {
      throw .settings("\(members.count) members; there may be 1 to \(VotesRecord.limit)")
    }
    guard Set(members.map(\.kind)).count == members.count else { throw .settings("a member stands twice") }
    for member in members {
      guard member.prior.count == regimes, member.prior.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw .settings("the weights of \(member.kind.words) are \(member.prior)")
      }
      guard member.calibration.fits(classes: MoveClass.count) else {
        throw .settings("the calibration of \(member.kind.words) is not one of three classes")
      }
    }
    for (name, values) in [("mean", moves.mean), ("square", moves.square), ("size", moves.size)] {
      guard values.count == MoveClass.count, values.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else {
        throw .settings("moves.\(name) is \(values)")
      }
    }
    guard abstention.disagreement >= 0, abstention.error > 0, abstention.error <= 1, abstention.step >= 0,
      abstention.truths.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else { throw .settings("the settings of abstention are out of range") }
  }
}

/// Why an ensemble cannot be made.
package enum EnsembleFlaw: Error, Hashable, Sendable, CustomStringConvertible {
  case settings(String)
  case members(String)

  package var description: String {
    switch self {
    case .settings(let problem):
      return "these are no settings of an ensemble: \(problem). Use them as `trader train` writes them."
    case .members(let problem): return "these members make no ensemble: \(problem). Train them together."
    }
  }
}
