// The candidates that selection chooses from, by family.

/// Candidates that belong together in the catalogue.
package struct FeatureFamily: Sendable {
  package let name: String
  package let summary: String
  package let declarations: [FeatureDeclaration]

  /// Every family, in the order of the catalogue.
  package static let all: [FeatureFamily] = [
    returns, averages, trends, oscillators, volatilities, shapes, volumes, adaptives, sessions, calendar, timeframes,
    regimes, memory, interactions, events,
  ]
}

extension FeatureSchema {
  /// Everything that bars alone can tell and that a restart does not change.
  package static let candidates = FeatureSchema(
    builtIn: "candidates", version: 1,
    declarations: FeatureFamily.all.flatMap(\.declarations).filter {
      $0.expression.inputs.allSatisfy { $0.tier == .bars && $0.memory != .path }
    })

  /// ``candidates``, everything that trades, quotes and depth tell besides, and what depends on the stream's start.
  package static let eventCandidates = FeatureSchema(
    builtIn: "event-candidates", version: 1, declarations: FeatureFamily.all.flatMap(\.declarations))
}
