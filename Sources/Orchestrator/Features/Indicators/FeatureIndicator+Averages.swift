// Moving averages and changes.

extension FeatureIndicator {
  private static let technical = "TA-Lib"

  static let averages: [FeatureIndicator] = [
    FeatureIndicator("delta", ["x"], [.count("n", 1...2000)], "x - x[n bars ago]", source: technical) { x, p in
      Term.delta(x[0], Int(p[0]))
    },
    FeatureIndicator(
      "percent_change", ["x"], [.count("n", 1...2000)], "100 (x / x[n] - 1); unknown after a 0", source: technical
    ) { x, p in
      Term.divide(Term.delta(x[0], Int(p[0])), Term.lag(x[0], Int(p[0]))) * 100
    },
    FeatureIndicator(
      "log_return", ["x"], [.count("n", 1...2000)], "10,000 ln(x / x[n]), in basis points", source: "definition"
    ) { x, p in
      Term.logReturn(x[0], Int(p[0]))
    },
    FeatureIndicator(
      "simple_return", ["x"], [.count("n", 1...2000)], "10,000 (x / x[n] - 1), in basis points", source: "definition"
    ) { x, p in
      Term.divide(Term.delta(x[0], Int(p[0])), Term.lag(x[0], Int(p[0]))) * 10_000
    },
    FeatureIndicator("dema", ["x"], [.period], "2 e - EMA(e), e = EMA(x), seeded by means", source: technical) { x, p in
      let first = Term.emaSeeded(x[0], p[0])
      return first * 2 - Term.emaSeeded(first, p[0])
    },
    FeatureIndicator(
      "tema", ["x"], [.period], "3 e - 3 EMA(e) + EMA(EMA(e)), e = EMA(x), seeded by means", source: technical
    ) { x, p in
      let first = Term.emaSeeded(x[0], p[0])
      let second = Term.emaSeeded(first, p[0])
      return first * 3 - second * 3 + Term.emaSeeded(second, p[0])
    },
    FeatureIndicator("trima", ["x"], [.period], "mean of means: triangular weights", source: technical) { x, p in
      let half = (p[0] / 2).rounded(.down)
      return p[0] == half * 2
        ? Term.mean(Term.mean(x[0], half), half + 1) : Term.mean(Term.mean(x[0], half + 1), half + 1)
    },
    FeatureIndicator(
      "t3", ["x"], [.count("n", 2...100), .real("v", 0...1)],
      "six EMAs in a row, combined with volume factor v (Tillson)", source: technical
    ) { x, p in
      var averages = [x[0]]
      for _ in 0..<6 { averages.append(Term.emaSeeded(averages[averages.count - 1], p[0])) }
      let v = p[1]
      let weights = [
        -v * v * v, 3 * (v * v + v * v * v), -6 * v * v - 3 * (v + v * v * v), 1 + 3 * v + v * v * v + 3 * v * v,
      ]
      return averages[6] * .number(weights[0]) + averages[5] * .number(weights[1]) + averages[4] * .number(weights[2])
        + averages[3] * .number(weights[3])
    },
    FeatureIndicator(
      "hull", ["x"], [.count("n", 4...400)], "WMA(2 WMA(x, n / 2) - WMA(x, n), sqrt n)", source: "A. Hull, 2005"
    ) { x, p in
      let fast = FeatureExpression.apply("weighted_mean", x[0], .number((p[0] / 2).rounded(.down)))
      let slow = FeatureExpression.apply("weighted_mean", x[0], .number(p[0]))
      return .apply("weighted_mean", fast * 2 - slow, .number(p[0].squareRoot().rounded(.down)))
    },
    FeatureIndicator(
      "macd", ["x"], [.count("fast", 2...200), .count("slow", 2...400)], "EMA(x, fast) - EMA(x, slow)",
      source: technical
    ) { x, p in Term.emaSeeded(x[0], p[0]) - Term.emaSeeded(x[0], p[1]) },
    FeatureIndicator(
      "macd_signal", ["x"], [.count("fast", 2...200), .count("slow", 2...400), .count("signal", 2...100)],
      "EMA of macd", source: technical
    ) { x, p in Term.emaSeeded(.apply("macd", x[0], .number(p[0]), .number(p[1])), p[2]) },
    FeatureIndicator(
      "macd_histogram", ["x"], [.count("fast", 2...200), .count("slow", 2...400), .count("signal", 2...100)],
      "macd - macd_signal", source: technical
    ) { x, p in
      FeatureExpression.apply("macd", x[0], .number(p[0]), .number(p[1]))
        - .apply("macd_signal", x[0], .number(p[0]), .number(p[1]), .number(p[2]))
    },
    FeatureIndicator(
      "ppo", ["x"], [.count("fast", 2...200), .count("slow", 2...400)], "100 macd / EMA(x, slow)", source: technical
    ) { x, p in
      Term.divide(.apply("macd", x[0], .number(p[0]), .number(p[1])), Term.emaSeeded(x[0], p[1])) * 100
    },
    FeatureIndicator(
      "trix", ["x"], [.count("n", 2...100)], "one-bar percent change of three EMAs in a row", source: technical
    ) { x, p in
      .apply("percent_change", Term.emaSeeded(Term.emaSeeded(Term.emaSeeded(x[0], p[0]), p[0]), p[0]), 1)
    },
  ]
}
