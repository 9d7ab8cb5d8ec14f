// What happens to the pipeline, and what it says of it.

package import Storage

/// What a session showed of one model.
package struct SessionResult: Hashable, Sendable, Codable {
  /// Net profit in reais of its forecasts on every decision, by the research mode.
  package var asIfAlone: Double
  /// Net profit in reais of the orders that it made; 0 where it made none.
  package var ofOrders: Double
  package var trades: Int
  /// Forecasts that were none though there was input.
  package var invalidForecasts: Int
  /// Whether the engine took it off the stream for being slow.
  package var isBenched: Bool
  /// Mean of (outcome - P)^2 - P (1 - P) over the session's forecasts: 0 for probabilities that come true as often as
  /// they say; nil where it was not measured.
  package var brierExcess: Double?

  package init(
    asIfAlone: Double, ofOrders: Double = 0, trades: Int = 0, invalidForecasts: Int = 0, isBenched: Bool = false,
    brierExcess: Double? = nil
  ) {
    self.asIfAlone = asIfAlone
    self.ofOrders = ofOrders
    self.trades = trades
    self.invalidForecasts = invalidForecasts
    self.isBenched = isBenched
    self.brierExcess = brierExcess
  }
}

/// A closed session, as the pipeline is told of it.
package struct SessionFacts: Hashable, Sendable, Codable {
  /// `YYYY-MM-DD`
  package var date: String
  /// By the models' identities.
  package var results: [String: SessionResult]
  /// Of detectors beside the pipeline's own, such as those of features.
  package var verdicts: [DriftVerdict]
  /// Mean ticks that entries lost against the price at which they were decided on; nil without entries.
  package var slippageTicks: Double?
  /// Parts of the session's bars after which the price fell, stood and rose over five bars; nil without bars.
  package var moves: [Double]?

  package init(
    date: String, results: [String: SessionResult], verdicts: [DriftVerdict] = [], slippageTicks: Double? = nil,
    moves: [Double]? = nil
  ) {
    self.moves = moves
    self.slippageTicks = slippageTicks
    self.date = date
    self.results = results
    self.verdicts = verdicts
  }
}

/// What an operator may order.
package enum OperatorOrder: Hashable, Sendable, Codable {
  /// Nothing is decided by itself until ``thaw``; what trades goes on.
  case freeze
  case thaw
  case retrain
  /// A model that passed no gate watches; it goes on by order alone. Its sessions' usual deviation in reais.
  case stage(String, deviation: Double)
  /// One stage forward, whatever the evidence; the reason is kept.
  case promote(String)
  /// A trader goes back to watching.
  case demote(String)
  case retire(String)
  /// The champion gives way to the one before it.
  case rollback
}

package enum PipelineEvent: Hashable, Sendable, Codable {
  case session(SessionFacts)
  /// Sessions that are stored from before the pipeline began: there is something to learn from.
  case history(Int)
  /// A model that trades already when the pipeline begins; its evidence is what it has yet to show.
  case adopted(String, deviation: Double)
  case built(job: Int, evidence: PromotionEvidence)
  /// The job gave a model of the pipeline new corrections.
  case corrected(job: Int, evidence: RecalibrationEvidence)
  case failed(job: Int, reason: String)
  /// The process that worked on the job died.
  case died(job: Int)
  case order(OperatorOrder, reason: String)
}

/// One line of the pipeline's story.
package struct PipelineNote: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable {
    case born, refused, staged, retired, ordered, failed, drift, adjusted, frozen, thawed, refusedOrder
  }
  package var kind: Kind
  package var model: String?
  /// New state, where it has one.
  package var state: ModelState?
  package var text: String
}
