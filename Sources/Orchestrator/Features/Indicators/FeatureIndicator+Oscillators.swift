// Oscillators: where the price stands within its recent range, and how fast it moves.

extension FeatureIndicator {
  private static let technical = "TA-Lib"

  static let oscillators: [FeatureIndicator] = [
    FeatureIndicator(
      "rsi", ["x"], [.period], "100 G / (G + D), Wilder's averages of rises and falls; 0 where flat", source: technical
    ) { x, p in
      let (gain, loss) = (Term.wilder(Term.rises(x[0]), p[0]), Term.wilder(Term.falls(x[0]), p[0]))
      return 100 * Term.ratio(gain, gain + loss)
    },
    FeatureIndicator(
      "rsi_simple", ["x"], [.period], "100 G / (G + D), sums of the last n rises and falls (Cutler); 0 where flat",
      source: "ML Trading v2.0, src/technical_indicators.py"
    ) { x, p in
      let (gain, loss) = (Term.sum(Term.rises(x[0]), p[0]), Term.sum(Term.falls(x[0]), p[0]))
      return 100 * Term.ratio(gain, gain + loss)
    },
    FeatureIndicator(
      "cmo", ["x"], [.period], "100 (G - D) / (G + D), Wilder's averages of rises and falls", source: technical
    ) { x, p in
      let (gain, loss) = (Term.wilder(Term.rises(x[0]), p[0]), Term.wilder(Term.falls(x[0]), p[0]))
      return 100 * Term.ratio(gain - loss, gain + loss)
    },
    FeatureIndicator(
      "stochastic", ["x"], [.period], "100 (x - lowest) / (highest - lowest) of the last n x; 0 where flat",
      source: technical
    ) { x, p in
      let low = Term.lowest(x[0], p[0])
      return 100 * Term.ratio(x[0] - low, Term.highest(x[0], p[0]) - low)
    },
    FeatureIndicator(
      "stochastic_k", [], [.count("n", 2...500), .count("smooth", 1...50)],
      "mean over `smooth` bars of 100 (C - lowest L) / (highest H - lowest L)", source: technical
    ) { _, p in
      let fast = 100 * Term.ratio(.close - Term.lowest(.low, p[0]), .apply("channel_range", .number(p[0])))
      return p[1] == 1 ? fast : Term.mean(fast, p[1])
    },
    FeatureIndicator(
      "stochastic_d", [], [.count("n", 2...500), .count("smooth", 1...50), .count("signal", 1...50)],
      "mean of stochastic_k", source: technical
    ) { _, p in Term.mean(.apply("stochastic_k", .number(p[0]), .number(p[1])), p[2]) },
    FeatureIndicator(
      "williams_r", [], [.period], "-100 (highest H - C) / (highest H - lowest L); 0 where flat", source: technical
    ) { _, p in
      -100 * Term.ratio(Term.highest(.high, p[0]) - .close, .apply("channel_range", .number(p[0])))
    },
    FeatureIndicator(
      "cci", [], [.period], "(TP - mean TP) / (0.015 mean |TP - mean TP|), TP = (H + L + C) / 3; 0 where flat",
      source: technical
    ) { _, p in
      Term.ratio(
        Term.typical3 - Term.mean(Term.typical3, p[0]),
        .apply("mean_deviation", Term.typical3, .number(p[0])) * 0.015)
    },
    FeatureIndicator(
      "ultimate", [], [.count("short", 2...100), .count("middle", 2...200), .count("long", 2...400)],
      "100 (4 a + 2 b + c) / 7 of buying pressure over range in three windows", source: technical
    ) { _, p in
      let pressure = .close - Term.smaller(.low, Term.lag(.close))
      let parts = p.map { Term.ratio(Term.sum(pressure, $0), Term.sum(Term.trueRange, $0)) }
      return (parts[0] * 4 + parts[1] * 2 + parts[2]) * .number(100.0 / 7)
    },
    FeatureIndicator(
      "balance_of_power", [], [], "(C - O) / (H - L); 0 where flat", source: technical
    ) { _, _ in Term.ratio(.close - .open, .high - .low) },
    FeatureIndicator(
      "true_strength", ["x"], [.count("long", 2...100), .count("short", 2...100)],
      "100 EMA(EMA(change)) / EMA(EMA(|change|))", source: "W. Blau, 1991"
    ) { x, p in
      let change = Term.delta(x[0])
      return 100
        * Term.ratio(
          Term.ema(Term.ema(change, p[0]), p[1]), Term.ema(Term.ema(Term.absolute(change), p[0]), p[1]))
    },
    FeatureIndicator(
      "awesome", [], [], "mean of (H + L) / 2 over 5 bars less that over 34", source: "B. Williams"
    ) { _, _ in (Term.mean(.high + .low, 5) - Term.mean(.high + .low, 34)) * 0.5 },
    FeatureIndicator(
      "close_location", [], [], "(2 C - H - L) / (H - L); 0 where flat", source: "M. Chaikin"
    ) { _, _ in Term.ratio(.close * 2 - .high - .low, .high - .low) },
    FeatureIndicator(
      "upper_shadow", [], [], "(H - max(O, C)) / (H - L); 0 where flat", source: "candlestick"
    ) { _, _ in Term.ratio(.high - Term.larger(.open, .close), .high - .low) },
    FeatureIndicator(
      "lower_shadow", [], [], "(min(O, C) - L) / (H - L); 0 where flat", source: "candlestick"
    ) { _, _ in Term.ratio(Term.smaller(.open, .close) - .low, .high - .low) },
  ]
}
