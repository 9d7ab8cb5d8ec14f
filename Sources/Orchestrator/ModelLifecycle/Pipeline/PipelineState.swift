// What the pipeline knows, in one value that is stored after every step.

package import Engine
package import Storage
package import Validation

/// A model in the pipeline's hands.
package struct PipelineModel: Hashable, Sendable, Codable {
  package let id: String
  package internal(set) var stage: ModelState
  /// Session at whose end it was born, and at whose end it got to its stage.
  package let bornOn: String
  package internal(set) var since: String
  package internal(set) var sessionsInStage = 0
  /// Age in sessions.
  package internal(set) var age = 0
  /// Standard deviation of a session in the gate's evidence, in reais.
  package let deviation: Double
  /// That it earns; begun anew when it watches anew.
  package internal(set) var earns: ProfitEvidence
  /// That it earns more than the champion; nil while nobody trades.
  package internal(set) var surpasses: ProfitEvidence?
  /// Set while it trades.
  package internal(set) var watch: PerformanceWatch?
  /// What its own orders earned in its stage, in reais.
  package internal(set) var earned = 0.0
  /// Whether it came by the gate; one that did not goes on by order alone.
  package internal(set) var isGated = true
  /// Whether it has been a champion: it then needs no new gate.
  package internal(set) var wasLive = false
  /// That a former champion's market has returned; set while it watches.
  package internal(set) var returns: PerformanceWatch?
  package internal(set) var hasReturned = false

  /// The e-value against the claim that it earns nothing.
  package var evidence: Double { earns.value }
}

/// A challenger that is being built.
package struct BuildJob: Hashable, Sendable, Codable {
  package let number: Int
  package let reason: String
  /// Session at whose end it was ordered.
  package let orderedOn: String
  /// How many of the newest sessions it learns from.
  package let sessions: Int
  /// Begun so often.
  package internal(set) var attempts = 1
  /// The model that gets new corrections; nil builds a challenger.
  package internal(set) var corrects: String?
}

/// The whole state of the pipeline.
package struct PipelineState: Hashable, Sendable, Codable {
  /// Newest session that was taken in (`YYYY-MM-DD`).
  package internal(set) var session = ""
  /// Sessions taken in.
  package internal(set) var sessions = 0
  /// Sessions that were stored before it began.
  package internal(set) var history = 0
  /// In the order of their births; retired ones are in the registry only.
  package internal(set) var models: [PipelineModel] = []
  /// Former champions, the newest last.
  package internal(set) var formerChampions: [String] = []
  package internal(set) var job: BuildJob?
  package internal(set) var jobs = 0
  package internal(set) var newestBuild = -1_000
  package internal(set) var buildsOfSession = 0
  /// Why a challenger is wanted; nil where none is.
  package internal(set) var wanted: String?
  /// Session at which the market was found to be another, and sessions of the new one; nil where it is not.
  package internal(set) var changedOn: String?
  package internal(set) var changeAge = 0
  /// The canary's part of the decisions.
  package internal(set) var share = 0.0
  /// Parts of the usual size, and of the band of thresholds.
  package internal(set) var size = 1.0
  package internal(set) var caution = 0.0
  package internal(set) var calm = 0
  /// What trading costs, and how true the champion's probabilities are; nil until there is something to watch.
  package internal(set) var costs: PerformanceWatch?
  package internal(set) var calibration: PerformanceWatch?
  /// The champion whose probabilities want new corrections; nil where none does.
  package internal(set) var uncorrected: String?
  /// How outcomes are distributed under this champion; nil until there are sessions of it.
  package internal(set) var outcomes: OutcomeWatch?
  /// Nothing is decided by itself.
  package internal(set) var isFrozen = false
  /// Number of the newest deployment.
  package internal(set) var deploymentNumber = 0

  package init() {}

  package var champion: PipelineModel? { models.first { $0.stage == .live } }
  package var canary: PipelineModel? { models.first { $0.stage == .canary } }
  package var shadows: [PipelineModel] { models.filter { $0.stage == .shadow } }

  /// Who trades and who watches, by identity.
  package var deployment: Deployment {
    Deployment(
      number: deploymentNumber, champion: champion?.id, canary: canary?.id, share: share, shadows: shadows.map(\.id),
      size: size, caution: caution)
  }
}

/// Who trades and who watches: what an engine is to carry out.
package struct Deployment: Hashable, Sendable, Codable {
  package var number: Int
  package var champion: String?
  package var canary: String?
  /// The canary's part of the decisions.
  package var share: Double
  package var shadows: [String]
  package var size: Double
  package var caution: Double
}
