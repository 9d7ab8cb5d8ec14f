// Indicators whose windows follow the market: its efficiency, its cycle, its volatility.

extension FeatureIndicator {
  private typealias X = FeatureExpression

  static let adaptives: [FeatureIndicator] = [
    FeatureIndicator(
      "efficiency", ["x"], [.period], "|x - x[n]| / sum |change of x|; 0 where flat",
      source: "P. Kaufman, Smarter Trading, 1995"
    ) { x, p in
      Term.ratio(Term.absolute(Term.delta(x[0], Int(p[0]))), Term.sum(Term.absolute(Term.delta(x[0])), p[0]))
    },
    FeatureIndicator(
      "kama", ["x"], [.period, .count("fast", 2...50), .count("slow", 3...100)],
      "y += w^2 (x - y), w between 2 / (slow + 1) and 2 / (fast + 1) by efficiency(n)", source: "TA-Lib"
    ) { x, p in
      let (fast, slow) = (2 / (p[1] + 1), 2 / (p[2] + 1))
      let rate = Term.square(X.apply("efficiency", x[0], .number(p[0])) * .number(fast - slow) + .number(slow))
      return .apply("adaptive_average", x[0], rate, .number(slow * slow))
    },
    FeatureIndicator(
      "rsi_adaptive", ["x"], [], "rsi_simple over half the dominant cycle of x",
      source: "J. F. Ehlers, 2001, chapter 21"
    ) { x, _ in
      let period = X.apply("dominant_cycle", x[0]) * 0.5
      let gain = X.apply("sum_over", Term.rises(x[0]), period, 25)
      let loss = X.apply("sum_over", Term.falls(x[0]), period, 25)
      return 100 * Term.ratio(gain, gain + loss)
    },
    FeatureIndicator(
      "bands_adaptive", ["x"], [],
      "distance of x from its mean over the dominant cycle, in root mean squares of that distance over the cycle",
      source: "definition; cycle by J. F. Ehlers"
    ) { x, _ in
      let period = X.apply("dominant_cycle", x[0])
      let whole = X.apply("clamp", period, 6, 50)
      let distance =
        x[0] - Term.divide(X.apply("sum_over", x[0], whole, 50), X.apply("sum_over", 1 + 0 * x[0], whole, 50))
      let square = X.apply("sum_over", Term.square(distance), whole, 50)
      return Term.ratio(distance, Term.root(Term.divide(square, X.apply("sum_over", 1 + 0 * x[0], whole, 50))))
    },
    FeatureIndicator(
      "volatility_rank", [], [], "rank of the 20-bar variance of C among its last 50 values",
      source: "ML Trading v2.0, src/ml_features.py"
    ) { _, _ in .apply("rank", .apply("scaled_variance", .close, 20), 50) },
    FeatureIndicator(
      "adaptive_momentum", ["x"], [.count("n", 1...500)],
      "x - x[k], k = 1.3 n, n, 0.7 n (rounded down, at least 1) while volatility_rank is low, usual, high",
      source: "ML Trading v2.0, src/ml_features.py"
    ) { x, p in
      // Tenths in whole numbers: 1.3 x 10 in floating point need not be 13.
      let base = Int(p[0])
      let (quiet, volatile) = (max(1, base * 13 / 10), max(1, base * 7 / 10))
      return .apply(
        "tercile", .apply("volatility_rank"), Term.delta(x[0], quiet), Term.delta(x[0], base),
        Term.delta(x[0], volatile))
    },
    FeatureIndicator(
      "adaptive_deviation", [], [.count("n", 2...200)],
      "sample deviation of log returns of C over 1.3 n, n, 0.7 n bars while volatility_rank is low, usual, high",
      source: "after ML Trading v2.0"
    ) { _, p in
      let base = Int(p[0])
      let lengths = [max(2, base * 13 / 10), base, max(2, base * 7 / 10)]
      let change = Term.logReturn(.close)
      return .apply(
        "tercile", .apply("volatility_rank"), Term.deviation(change, Double(lengths[0])),
        Term.deviation(change, Double(lengths[1])), Term.deviation(change, Double(lengths[2])))
    },
  ]
}
