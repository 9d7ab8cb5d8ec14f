// Candidates made of what happens between bars: every signal of the event layer as it is.

extension FeatureFamily {
  static let events = FeatureFamily(
    name: "Events", summary: "Trades, quotes and depth over the bar, and the stand-ins for them where only bars exist.",
    declarations: EventSignal.allCases.map { signal in
      FeatureDeclaration(
        signal.name, .input(.event(signal)), unit: unit(signal.unit), source: signal.source, note: signal.definition)
    })

  /// The catalogue's word for a signal's unit.
  private static func unit(_ text: String) -> FeatureUnit { FeatureUnit(rawValue: text) ?? .number }
}
