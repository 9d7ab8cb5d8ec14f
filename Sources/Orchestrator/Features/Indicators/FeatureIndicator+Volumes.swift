// Volume, and price weighted by it.

extension FeatureIndicator {
  private static let technical = "TA-Lib"
  private typealias X = FeatureExpression

  static let volumes: [FeatureIndicator] = [
    FeatureIndicator(
      "volume_ratio", [], [.count("n", 1...500)], "V over its mean, the newest bar included; 0 without volume",
      source: "ML Trading v2.0, src/ml_features.py"
    ) { _, p in Term.ratio(.volume, Term.mean(.volume, p[0])) },
    FeatureIndicator(
      "volume_direction", [], [.period], "sum of V signed by the change of C, over sum V: on-balance volume of n bars",
      source: "J. Granville, 1963"
    ) { _, p in
      Term.ratio(Term.sum(.volume * X.apply("sign", Term.delta(.close)), p[0]), Term.sum(.volume, p[0]))
    },
    FeatureIndicator(
      "session_obv", [], [], "V signed by the change of C, summed since the session's first bar", source: technical
    ) { _, _ in .apply("session_sum", .volume * X.apply("sign", Term.delta(.close))) },
    FeatureIndicator(
      "session_accumulation", [], [], "V times close_location, summed since the session's first bar", source: technical
    ) { _, _ in .apply("session_sum", .volume * X.apply("close_location")) },
    FeatureIndicator(
      "accumulation_oscillator", [], [.count("fast", 2...100), .count("slow", 2...200)],
      "EMA(session_accumulation, fast) - EMA(session_accumulation, slow)", source: technical
    ) { _, p in
      let line = X.apply("session_accumulation")
      return Term.ema(line, p[0]) - Term.ema(line, p[1])
    },
    FeatureIndicator(
      "money_flow", [], [.period], "sum V close_location / sum V (Chaikin); 0 without volume", source: "M. Chaikin"
    ) { _, p in
      Term.ratio(Term.sum(.volume * X.apply("close_location"), p[0]), Term.sum(.volume, p[0]))
    },
    FeatureIndicator(
      "mfi", [], [.period], "100 P / (P + N), sums of typical price times V on rises and falls of it; 0 where flat",
      source: technical
    ) { _, p in
      let flow = Term.typical3 * .volume
      let change = Term.delta(Term.typical3)
      let rising = Term.sum(flow * .apply("greater", change, 0), p[0])
      let falling = Term.sum(flow * .apply("greater", 0, change), p[0])
      return 100 * Term.ratio(rising, rising + falling)
    },
    FeatureIndicator(
      "vwap", [], [.count("n", 1...1000)], "sum V (H + L + C) / 3 over sum V; 0 without volume", source: "definition"
    ) { _, p in
      Term.ratio(Term.sum(Term.typical3 * .volume, p[0]), Term.sum(.volume, p[0]) * 3)
    },
    FeatureIndicator(
      "session_vwap", [], [], "vwap since the session's first bar; 0 without volume", source: "definition"
    ) { _, _ in
      Term.ratio(
        .apply("session_sum", Term.typical3 * .volume), X.apply("session_sum", .volume) * 3)
    },
    FeatureIndicator(
      "force", [], [.period], "EMA of the change of C times V, over EMA of V; 0 without volume",
      source: "A. Elder, 1993"
    ) { _, p in Term.ratio(Term.ema(Term.delta(.close) * .volume, p[0]), Term.ema(.volume, p[0])) },
    FeatureIndicator(
      "volume_price_correlation", [], [.period], "correlation of V and |change of C|", source: "definition"
    ) { _, p in .apply("correlation", .volume, Term.absolute(Term.delta(.close)), .number(p[0])) },
    FeatureIndicator(
      "range_per_volume", [], [.period], "mean true range over mean V; 0 without volume", source: "definition"
    ) { _, p in Term.ratio(Term.mean(Term.trueRange, p[0]), Term.mean(.volume, p[0])) },
  ]
}
