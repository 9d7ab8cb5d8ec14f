// Under what rules models come and go.

package import Engine

/// The rules of the pipeline; every time is in sessions.
package struct PipelinePolicy: Hashable, Sendable, Codable {
  /// Error bound of a first step to real orders, a challenger: the probability that one which earns nothing ever gets
  /// there on what it did on the stream. The gate before it comes on top.
  package var canaryError = 0.05
  /// The same of trading alone.
  package var liveError = 0.02
  package var leastShadowSessions = 3
  package var leastCanarySessions = 3
  /// A challenger that proved nothing for so long is retired.
  package var mostShadowSessions = 60
  package var canary = CanaryTerms()
  /// The canary's part of the decisions while there is no champion; its size stays limited.
  package var shareAlone = 1.0
  /// Sessions without an edge between two false returns of a former champion, at least.
  package var returnRunLength = 250.0
  /// What a canary may lose in all, as a multiple of a session's usual deviation in its evidence.
  package var canaryLossDeviations = 3.0
  /// Sessions between two false alarms of a champion that keeps its promise, at least.
  package var championRunLength = 250.0
  /// Part of what the evidence showed that a champion must keep earning.
  package var promisePart = 0.5
  /// Former champions and challengers that watch at a time.
  package var mostShadows = 6
  /// A challenger is built so often whatever happens; 0 for never.
  package var scheduleSessions = 20
  /// A champion of this age calls for a challenger.
  package var expirySessions = 120
  /// Sessions between two builds, and builds in a session.
  package var cooldownSessions = 4
  package var buildsPerSession = 1
  /// Least sessions to learn from, and most.
  package var leastLearningSessions = 8
  package var mostLearningSessions = 60
  /// Parts of the usual size between which de-risking may move, and the factor of one step.
  package var leastSize = 0.25
  package var deRiskFactor = 0.5
  /// Most that thresholds may be raised by, 0 to 1; see ``Roster/caution``.
  package var mostCaution = 0.5
  /// Quiet sessions after which one step of de-risking is taken back.
  package var calmSessions = 5
  /// Ticks that an entry may lose on average, and the loss at which a session's figure is cut.
  package var assumedSlippageTicks = 2.0
  package var worstSlippageTicks = 10.0
  /// Brier excess that is tolerated, and the one at which a session's figure is cut.
  package var toleratedBrierExcess = 0.01
  package var worstBrierExcess = 0.05
  package var gate = PromotionGate()

  package init() {}
}
