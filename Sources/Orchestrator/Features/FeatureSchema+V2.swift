// The feature list of the predecessor system, kept as the baseline that every improvement is compared with.

extension FeatureSchema {
  /// The list that ML Trading v2.0 documents as its "32 features".
  ///
  /// The published list holds 31 names, not 32, and four of them repeat another: `momentum_1` equals `momentum` (its
  /// adaptive lag is always 1), `adx_substitute` equals `adx` (it replaces a missing ADX, and none is missing),
  /// `bb_width` equals `bb_width_20`, and `volume_ratio` equals `volume_ratio_20`. The names and their order are kept
  /// as published; 27 values are distinct.
  package static let v2 = FeatureSchema(
    name: "v2", version: 1,
    declarations: [
      FeatureDeclaration("ema_diff", .emaDifference(fast: 9, slow: 20), source: indicators),
      FeatureDeclaration("volume_ratio_10", .volumeRatio(period: 10), source: features),
      FeatureDeclaration("high_low_range_20", .channelRange(period: 20), source: features),
      FeatureDeclaration("momentum", .momentum(lag: 1), source: indicators),
      FeatureDeclaration("range_percent", .rangePercent, source: indicators),
      FeatureDeclaration("momentum_1", .adaptiveMomentum(lag: 1), source: features, note: "equals momentum"),
      FeatureDeclaration("volume_ratio_50", .volumeRatio(period: 50), source: features),
      FeatureDeclaration("momentum_10", .adaptiveMomentum(lag: 10), source: features),
      FeatureDeclaration("momentum_5", .adaptiveMomentum(lag: 5), source: features),
      FeatureDeclaration("volume_ratio_5", .volumeRatio(period: 5), source: features),
      FeatureDeclaration("high_low_range_50", .channelRange(period: 50), source: features),
      FeatureDeclaration("return_20", .percentChange(lag: 20), source: features),
      FeatureDeclaration("bb_width_10", .bandWidth(period: 10, deviations: 2), source: indicators),
      FeatureDeclaration("high_low_range_5", .channelRange(period: 5), source: features),
      FeatureDeclaration("adx_substitute", .directionalIndex(period: 14), source: indicators, note: "equals adx"),
      FeatureDeclaration("return_50", .percentChange(lag: 50), source: features),
      FeatureDeclaration("return_5", .percentChange(lag: 5), source: features),
      FeatureDeclaration("rsi", .relativeStrength(period: 14), source: indicators, note: "Cutler's form, not Wilder's"),
      FeatureDeclaration("momentum_3", .adaptiveMomentum(lag: 3), source: features),
      FeatureDeclaration("high_low_range_10", .channelRange(period: 10), source: features),
      FeatureDeclaration(
        "adx", .directionalIndex(period: 14), source: indicators, note: "faster than Wilder's; ties count both ways"),
      FeatureDeclaration("volume_ratio_20", .volumeRatio(period: 20), source: features),
      FeatureDeclaration("ema_diff_fast", .emaDifference(fast: 5, slow: 9), source: indicators),
      FeatureDeclaration("bb_width_20", .bandWidth(period: 20, deviations: 2), source: indicators),
      FeatureDeclaration(
        "ichimoku_conversion_line", .channelMidpoint(period: 9), source: indicators,
        note: "a price level: what a model learns of it holds near the prices it was trained at"),
      FeatureDeclaration("momentum_15", .adaptiveMomentum(lag: 15), source: features),
      FeatureDeclaration("return_10", .percentChange(lag: 10), source: features),
      FeatureDeclaration(
        "bb_width", .bandWidth(period: 20, deviations: 2), source: indicators, note: "equals bb_width_20"),
      FeatureDeclaration("volume_ratio", .volumeRatio(period: 20), source: indicators, note: "equals volume_ratio_20"),
      FeatureDeclaration("momentum_20", .adaptiveMomentum(lag: 20), source: features),
      FeatureDeclaration("volatility_ratio", .volatilityRatio(short: 5, long: 20), source: indicators),
    ])

  private static let indicators = "ML Trading v2.0, src/technical_indicators.py"
  private static let features = "ML Trading v2.0, src/ml_features.py"
}
