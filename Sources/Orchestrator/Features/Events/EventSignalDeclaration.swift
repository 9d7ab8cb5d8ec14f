// What a signal is, for the catalogue and for whoever must know whether it can be had.

/// The declaration of one signal.
package struct EventSignalDeclaration: Sendable {
  /// Which signal.
  package let signal: EventSignal
  /// Name in schemas, snake case.
  package let name: String
  /// The formula in words.
  package let definition: String
  /// Unit of the value.
  package let unit: String
  /// The least market data from which it can be known; what the definition names of lower tiers is needed too.
  package let tier: DataTier
  /// One-minute bars until the value counts, with the default settings. Windows over trades, sizes and buckets fill at
  /// the market's pace: until then the value is NaN.
  package let warmUpBars: Int
  /// Where the definition comes from.
  package let source: String
}

extension EventSignal {
  /// All declarations, in the order of the raw values.
  package static let declarations: [EventSignalDeclaration] =
    barDeclarations + tradeDeclarations + quoteDeclarations + depthDeclarations

  /// Everything there is to say about the signal.
  package var declaration: EventSignalDeclaration { Self.declarations[rawValue] }
  /// Name in schemas, snake case.
  package var name: String { declaration.name }
  /// The formula in words.
  package var definition: String { declaration.definition }
  /// Unit of the value.
  package var unit: String { declaration.unit }
  /// The least market data from which it can be known.
  package var tier: DataTier { declaration.tier }
  /// One-minute bars until the value counts, with the default settings.
  package var warmUpBars: Int { declaration.warmUpBars }
  /// Where the definition comes from.
  package var source: String { declaration.source }
}
