// The feature list of the predecessor system, kept as the baseline that every improvement is compared with.

extension FeatureSchema {
  /// The list that ML Trading v2.0 documents as its "32 features".
  ///
  /// The published list holds 31 names, not 32, and four of them repeat another: `momentum_1` equals `momentum` (its
  /// adaptive lag is always 1), `adx_substitute` equals `adx` (it replaces a missing ADX, and none is missing),
  /// `bb_width` equals `bb_width_20`, and `volume_ratio` equals `volume_ratio_20`. The names and their order are kept
  /// as published; 27 values are distinct.
  package static let v2 = FeatureSchema(
    builtIn: "v2", version: 1,
    declarations: [
      averages("ema_diff", 9, 20), volume("volume_ratio_10", 10), range("high_low_range_20", 20),
      FeatureDeclaration("momentum", "points(delta(close, 1))", .points, indicators),
      FeatureDeclaration(
        "range_percent", "multiply(divide(subtract(high, low), close), 100)", .percent, indicators),
      momentum("momentum_1", 1, note: "equals momentum"), volume("volume_ratio_50", 50),
      momentum("momentum_10", 10), momentum("momentum_5", 5), volume("volume_ratio_5", 5),
      range("high_low_range_50", 50), change("return_20", 20), band("bb_width_10", 10), range("high_low_range_5", 5),
      FeatureDeclaration("adx_substitute", "adx_exponential(14)", .index, indicators, note: "equals adx"),
      change("return_50", 50), change("return_5", 5),
      FeatureDeclaration("rsi", "rsi_simple(close, 14)", .index, indicators, note: "Cutler's form, not Wilder's"),
      momentum("momentum_3", 3), range("high_low_range_10", 10),
      FeatureDeclaration(
        "adx", "adx_exponential(14)", .index, indicators, note: "faster than Wilder's; ties count both ways"),
      volume("volume_ratio_20", 20), averages("ema_diff_fast", 5, 9), band("bb_width_20", 20),
      FeatureDeclaration(
        "ichimoku_conversion_line", "points(channel_midpoint(9))", .points, indicators,
        note: "a price level: what a model learns of it holds near the prices it was trained at"),
      momentum("momentum_15", 15), change("return_10", 10), band("bb_width", 20, note: "equals bb_width_20"),
      volume("volume_ratio", 20, note: "equals volume_ratio_20"), momentum("momentum_20", 20),
      FeatureDeclaration(
        "volatility_ratio", "ratio(deviation(simple_return(close, 1), 5), deviation(simple_return(close, 1), 20))",
        .ratio, indicators),
    ])

  private static func averages(_ name: String, _ fast: Int, _ slow: Int) -> FeatureDeclaration {
    FeatureDeclaration(name, "points(subtract(ema(close, \(fast)), ema(close, \(slow))))", .points, indicators)
  }

  private static func volume(_ name: String, _ bars: Int, note: String = "") -> FeatureDeclaration {
    FeatureDeclaration(name, "volume_ratio(\(bars))", .ratio, features, note: note)
  }

  private static func range(_ name: String, _ bars: Int) -> FeatureDeclaration {
    FeatureDeclaration(name, "points(channel_range(\(bars)))", .points, features)
  }

  private static func momentum(_ name: String, _ bars: Int, note: String = "") -> FeatureDeclaration {
    FeatureDeclaration(name, "points(adaptive_momentum(close, \(bars)))", .points, features, note: note)
  }

  private static func change(_ name: String, _ bars: Int) -> FeatureDeclaration {
    FeatureDeclaration(name, "percent_change(close, \(bars))", .percent, features)
  }

  private static func band(_ name: String, _ bars: Int, note: String = "") -> FeatureDeclaration {
    FeatureDeclaration(name, "points(multiply(deviation(close, \(bars)), 4))", .points, indicators, note: note)
  }

  private static let indicators = "ML Trading v2.0, src/technical_indicators.py"
  private static let features = "ML Trading v2.0, src/ml_features.py"
}
