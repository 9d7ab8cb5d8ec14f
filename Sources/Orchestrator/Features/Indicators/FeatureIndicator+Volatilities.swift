// Volatility: ranges, deviations and the estimators that use the whole bar. Returns are in basis points.

extension FeatureIndicator {
  private static let technical = "TA-Lib"

  /// ln of a ratio of two prices, in basis points.
  private static func basis(_ x: FeatureExpression, _ y: FeatureExpression) -> FeatureExpression {
    Term.log(Term.divide(x, y)) * 10_000
  }

  static let volatilities: [FeatureIndicator] = [
    FeatureIndicator("true_range", [], [], "max(H, C[1]) - min(L, C[1])", source: technical) { _, _ in
      Term.trueRange
    },
    FeatureIndicator("atr", [], [.period], "Wilder's average of true_range", source: technical) { _, p in
      Term.wilder(Term.trueRange, p[0])
    },
    FeatureIndicator("natr", [], [.period], "100 atr / C", source: technical) { _, p in
      Term.divide(.apply("atr", .number(p[0])), .close) * 100
    },
    FeatureIndicator(
      "bollinger_width", ["x"], [.period, .real("k", 0.1...10)], "2 k s / mean, s the deviation (n) of the window",
      source: technical
    ) { x, p in
      Term.divide(
        .apply("population_deviation", x[0], .number(p[0])) * .number(2 * p[1]), Term.mean(x[0], p[0]))
    },
    FeatureIndicator(
      "bollinger_position", ["x"], [.period, .real("k", 0.1...10)],
      "(x - mean) / (k s), s the deviation (n): +-1 on the bands; 0 where flat", source: technical
    ) { x, p in
      Term.ratio(
        x[0] - Term.mean(x[0], p[0]), .apply("population_deviation", x[0], .number(p[0])) * .number(p[1]))
    },
    FeatureIndicator(
      "keltner_position", [], [.period, .real("k", 0.1...10)], "(C - EMA(C, n)) / (k atr(n)); 0 where flat",
      source: "C. W. Keltner, 1960; ATR form of L. B. Raschke"
    ) { _, p in
      Term.ratio(.close - Term.ema(.close, p[0]), .apply("atr", .number(p[0])) * .number(p[1]))
    },
    FeatureIndicator(
      "close_volatility", [], [.period], "sample deviation of one-bar log returns of C", source: "definition"
    ) { _, p in Term.deviation(Term.logReturn(.close), p[0]) },
    FeatureIndicator(
      "parkinson", [], [.period], "sqrt(mean ln(H / L)^2 / (4 ln 2))",
      source: "M. Parkinson, Journal of Business 53, 1980"
    ) { _, p in Term.root(Term.mean(Term.square(basis(.high, .low)), p[0]) * .number(1 / (4 * 0.693_147_180_559_945_3)))
    },
    FeatureIndicator(
      "garman_klass", [], [.period], "sqrt(mean(ln(H / L)^2 / 2 - (2 ln 2 - 1) ln(C / O)^2))",
      source: "M. Garman, M. Klass, Journal of Business 53, 1980"
    ) { _, p in
      let term =
        Term.square(basis(.high, .low)) * 0.5 - Term.square(basis(.close, .open)) * .number(0.386_294_361_119_890_6)
      return Term.root(Term.larger(Term.mean(term, p[0]), 0))
    },
    FeatureIndicator(
      "rogers_satchell", [], [.period], "sqrt(mean(ln(H / C) ln(H / O) + ln(L / C) ln(L / O)))",
      source: "L. Rogers, S. Satchell, Annals of Applied Probability 1, 1991"
    ) { _, p in Term.root(Term.larger(Term.mean(rogersSatchell, p[0]), 0)) },
    FeatureIndicator(
      "yang_zhang", [], [.period],
      "sqrt(var ln(O / C[1]) + k var ln(C / O) + (1 - k) Rogers-Satchell), k = 0.34 / (1.34 + (n + 1) / (n - 1))",
      source: "D. Yang, Q. Zhang, Journal of Business 73, 2000"
    ) { _, p in
      let k = 0.34 / (1.34 + (p[0] + 1) / (p[0] - 1))
      let gap = Term.square(Term.deviation(basis(.open, Term.lag(.close)), p[0]))
      let body = Term.square(Term.deviation(basis(.close, .open), p[0]))
      return Term.root(Term.larger(gap + body * .number(k) + Term.mean(rogersSatchell, p[0]) * .number(1 - k), 0))
    },
    FeatureIndicator(
      "downside_share", [], [.period], "sum of squared falls over sum of squared returns of C; 0 where flat",
      source: "O. Barndorff-Nielsen, S. Kinnebrock, N. Shephard, 2010"
    ) { _, p in
      let change = Term.delta(.close)
      return Term.ratio(
        Term.sum(Term.square(Term.smaller(change, 0)), p[0]), Term.sum(Term.square(change), p[0]))
    },
    FeatureIndicator(
      "bipower_share", [], [.period],
      "(pi / 2) sum |r r[1]| / sum r^2 of changes of C: below 1 where jumps move the price; 0 where flat",
      source: "O. Barndorff-Nielsen, N. Shephard, Journal of Financial Econometrics 2, 2004"
    ) { _, p in
      let change = Term.delta(.close)
      let pairs = Term.sum(Term.absolute(change * Term.lag(change)), p[0])
      return Term.ratio(pairs, Term.sum(Term.square(change), p[0])) * .number(1.570_796_326_794_896_6)
    },
    FeatureIndicator(
      "variance_ratio", ["x"], [.count("q", 2...100), .period],
      "mean square of q-bar changes over q times that of one-bar changes; 0 where flat",
      source: "A. Lo, C. MacKinlay, Review of Financial Studies 1, 1988"
    ) { x, p in
      let far = Term.sum(Term.square(Term.delta(x[0], Int(p[0]))), p[1])
      return Term.ratio(far, Term.sum(Term.square(Term.delta(x[0])), p[1]) * .number(p[0]))
    },
    FeatureIndicator(
      "autocorrelation", ["x"], [.count("lag", 1...100), .period], "correlation of x with x[lag] over n pairs",
      source: "definition"
    ) { x, p in .apply("correlation", x[0], Term.lag(x[0], Int(p[0])), .number(p[1])) },
    FeatureIndicator(
      "ulcer", ["x"], [.period], "root mean square of the drawdown from the n-bar high, in basis points",
      source: "P. Martin, B. McCann, 1989"
    ) { x, p in
      let top = Term.highest(x[0], p[0])
      return Term.root(Term.mean(Term.square(Term.divide(x[0] - top, top) * 10_000), p[0]))
    },
  ]

  private static let rogersSatchell: FeatureExpression =
    basis(.high, .close) * basis(.high, .open) + basis(.low, .close) * basis(.low, .open)
}
