// Strength and direction of trends.

import Glibc

extension FeatureIndicator {
  private static let technical = "TA-Lib"
  private static let wilderBook = "J. W. Wilder, New Concepts in Technical Trading Systems, 1978"

  /// Upward and downward movement: how far a bar reaches beyond the one before; ties count in neither direction.
  private static let up: FeatureExpression = strict(Term.rises(.high), Term.falls(.low))
  private static let down: FeatureExpression = strict(Term.falls(.low), Term.rises(.high))

  /// x where it is larger than y, else 0.
  private static func strict(_ x: FeatureExpression, _ y: FeatureExpression) -> FeatureExpression {
    x * .apply("greater", x, y)
  }

  /// x where it is at least y, else 0.
  private static func loose(_ x: FeatureExpression, _ y: FeatureExpression) -> FeatureExpression {
    x * (1 - .apply("greater", y, x))
  }

  private static func wilderSum(_ x: FeatureExpression, _ n: Double) -> FeatureExpression {
    .apply("wilder_sum", x, .number(n))
  }

  /// Sums under way of movement and range start together, at the second bar.
  private static func index(_ movement: FeatureExpression, _ n: Double) -> FeatureExpression {
    Term.ratio(wilderSum(movement, n), wilderSum(Term.trueRange, n)) * 100
  }

  static let trends: [FeatureIndicator] = [
    FeatureIndicator("plus_di", [], [.period], "100 smoothed upward movement / range", source: wilderBook) { _, p in
      index(up, p[0])
    },
    FeatureIndicator("minus_di", [], [.period], "100 smoothed downward movement / range", source: wilderBook) { _, p in
      index(down, p[0])
    },
    FeatureIndicator(
      "dx", [], [.period], "100 |P - M| / (P + M) of the smoothed movements; unknown without movement",
      source: wilderBook
    ) { _, p in
      let (plus, minus) = (wilderSum(up, p[0]), wilderSum(down, p[0]))
      return Term.divide(Term.absolute(plus - minus), plus + minus) * 100
    },
    FeatureIndicator("adx", [], [.period], "Wilder's average of dx", source: wilderBook) { _, p in
      .apply("wilder_hold", .apply("dx", .number(p[0])), .number(p[0]))
    },
    FeatureIndicator("adxr", [], [.period], "mean of adx and adx n - 1 bars ago", source: wilderBook) { _, p in
      let index = FeatureExpression.apply("adx", .number(p[0]))
      return (index + Term.lag(index, Int(p[0]) - 1)) * 0.5
    },
    FeatureIndicator(
      "adx_exponential", [], [.period],
      "EMA of 100 |P - M| / (P + M), P and M EMAs of the movements, ties counting both ways; DX is 0 without movement",
      source: "ML Trading v2.0, src/technical_indicators.py"
    ) { _, p in
      let (rises, falls) = (Term.rises(.high), Term.falls(.low))
      let (plus, minus) = (Term.ema(loose(rises, falls), p[0]), Term.ema(loose(falls, rises), p[0]))
      return Term.ema(Term.ratio(Term.absolute(plus - minus), plus + minus) * 100, p[0])
    },
    FeatureIndicator(
      "aroon_up", [], [.period], "100 (n - bars since the highest H of n + 1) / n", source: technical
    ) { _, p in
      (.number(p[0]) - .apply("bars_since_highest", .high, .number(p[0] + 1))) * .number(100 / p[0])
    },
    FeatureIndicator(
      "aroon_down", [], [.period], "100 (n - bars since the lowest L of n + 1) / n", source: technical
    ) { _, p in
      (.number(p[0]) - .apply("bars_since_lowest", .low, .number(p[0] + 1))) * .number(100 / p[0])
    },
    FeatureIndicator("aroon", [], [.period], "aroon_up - aroon_down", source: technical) { _, p in
      .apply("aroon_up", .number(p[0])) - .apply("aroon_down", .number(p[0]))
    },
    FeatureIndicator(
      "vortex", [], [.period], "(sum |H - L[1]| - sum |L - H[1]|) / sum of true ranges",
      source: "E. Botes, D. Siepman, 2010"
    ) { _, p in
      let plus = Term.sum(Term.absolute(.high - Term.lag(.low)), p[0])
      let minus = Term.sum(Term.absolute(.low - Term.lag(.high)), p[0])
      return Term.ratio(plus - minus, Term.sum(Term.trueRange, p[0]))
    },
    FeatureIndicator(
      "choppiness", [], [.period], "100 ln(sum of true ranges / channel range) / ln n", source: "E. W. Dreiss"
    ) { _, p in
      let travelled = Term.sum(Term.trueRange, p[0])
      let range = Term.larger(Term.highest(.high, p[0]) - Term.lowest(.low, p[0]), 1)
      return Term.log(Term.larger(Term.divide(travelled, range), 1)) * .number(100 / log(p[0]))
    },
    FeatureIndicator("midpoint", ["x"], [.count("n", 2...500)], "(highest + lowest) / 2 of x", source: technical) {
      x, p in
      (Term.highest(x[0], p[0]) + Term.lowest(x[0], p[0])) * 0.5
    },
    FeatureIndicator(
      "channel_midpoint", [], [.count("n", 2...500)], "(highest H + lowest L) / 2: Ichimoku's lines", source: technical
    ) { _, p in
      (Term.highest(.high, p[0]) + Term.lowest(.low, p[0])) * 0.5
    },
    FeatureIndicator("channel_range", [], [.count("n", 1...500)], "highest H - lowest L", source: technical) { _, p in
      Term.highest(.high, p[0]) - Term.lowest(.low, p[0])
    },
    FeatureIndicator(
      "channel_position", [], [.count("n", 2...500)], "(C - lowest L) / (highest H - lowest L)", source: "Donchian"
    ) { _, p in
      Term.ratio(.close - Term.lowest(.low, p[0]), .apply("channel_range", .number(p[0])))
    },
    FeatureIndicator(
      "cloud_top", [], [], "the higher edge of Ichimoku's cloud (9, 26, 52), drawn 26 bars ago", source: "G. Hosoda"
    ) { _, _ in Term.larger(cloud.0, cloud.1) },
    FeatureIndicator(
      "cloud_bottom", [], [], "the lower edge of Ichimoku's cloud (9, 26, 52), drawn 26 bars ago", source: "G. Hosoda"
    ) { _, _ in Term.smaller(cloud.0, cloud.1) },
  ]

  /// Ichimoku's leading spans as they stand over the newest bar.
  private static let cloud: (FeatureExpression, FeatureExpression) = {
    let conversion = FeatureExpression.apply("channel_midpoint", 9)
    let base = FeatureExpression.apply("channel_midpoint", 26)
    return (Term.lag((conversion + base) * 0.5, 26), Term.lag(.apply("channel_midpoint", 52), 26))
  }()
}
