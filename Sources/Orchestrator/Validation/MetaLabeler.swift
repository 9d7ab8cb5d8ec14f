// Labels for the second question: the first model says which side, was it right to listen?

package import TradingDomain

/// What the primary model said: a side, at the close of one bar.
package struct PrimarySignal: Hashable, Sendable {
  /// Index of the decision bar.
  package var bar: Int
  package var side: Side

  package init(bar: Int, side: Side) {
    self.bar = bar
    self.side = side
  }
}

/// A meta-label: whether the trade of one primary signal made money after costs.
package struct MetaLabel: Hashable, Sendable {
  /// Value 1 if the trade's net result is above 0, else 0; its span is the trade's.
  package var label: Label
  /// The primary model's side: the meta-model sizes it and never turns it round.
  package var side: Side
  /// The trade behind the label.
  package var outcome: TripleBarrierOutcome
}

/// Meta-labelling by the triple-barrier method, on the side of the primary model.
///
/// A trade ended by the vertical barrier counts by its net result like any other: money is what is asked for here.
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 3.6.
package struct MetaLabeler: Hashable, Sendable {
  /// Barriers, patience and costs; its own `side` is replaced by each signal's.
  package var barriers: TripleBarrierLabeler

  package init(barriers: TripleBarrierLabeler) { self.barriers = barriers }

  /// Labels every signal whose outcome is known, in their order.
  ///
  /// - Parameters:
  ///   - signals: Strictly ascending by bar.
  ///   - bars, tickSize, volatility: As for ``TripleBarrierLabeler/outcomes(bars:tickSize:volatility:decisions:)``.
  package func labels(
    _ signals: [PrimarySignal], bars: [Bar], tickSize: Double, volatility: [Double] = []
  ) throws(ValidationError) -> [MetaLabel] {
    for position in signals.indices.dropFirst() {
      try require(
        signals[position].bar > signals[position - 1].bar, "bar of signal \(position)", signals[position].bar,
        "above that of the signal before (\(signals[position - 1].bar)): one decision per bar")
    }
    var labels: [MetaLabel] = []
    for side in [Side.buy, .sell] {
      var labeler = barriers
      labeler.side = side
      let outcomes = try labeler.outcomes(
        bars: bars, tickSize: tickSize, volatility: volatility,
        decisions: signals.filter { $0.side == side }.map(\.bar))
      for outcome in outcomes {
        var label = outcome.label
        label.value = outcome.isProfitable ? 1 : 0
        labels.append(MetaLabel(label: label, side: side, outcome: outcome))
      }
    }
    return labels.sorted { $0.label.startIndex < $1.label.startIndex }
  }
}
