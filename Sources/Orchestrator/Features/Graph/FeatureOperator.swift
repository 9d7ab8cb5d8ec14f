// The operators of feature expressions: names, arguments, bounds and memory, each declared once.

/// A primitive of feature expressions. The arguments of a call are its inputs, then its parameters.
///
/// An operator that keeps a past leaves it untouched by an input that is not finite, and has no value at that bar.
package enum FeatureOperator: String, CaseIterable, Sendable {
  // Of the newest values alone.
  case absolute, sign, square, add, subtract, multiply, divide, ratio, maximum, minimum, greater, clamp, points
  case logarithm = "log"
  case squareRoot = "sqrt"
  case tercile
  // Of a window of known values.
  case lag, sum, mean, deviation, zscore, slope, endpoint, highest, lowest, rank, median, quantile, correlation, beta
  case skewness, kurtosis
  case populationDeviation = "population_deviation"
  case scaledVariance = "scaled_variance"
  case weightedMean = "weighted_mean"
  case meanDeviation = "mean_deviation"
  case fit
  case barsSinceHighest = "bars_since_highest"
  case barsSinceLowest = "bars_since_lowest"
  case barsSince = "bars_since"
  case streak
  case sumOver = "sum_over"
  case fractionalDifference = "fractional_difference"
  // Recursive.
  case ema
  case emaSeeded = "ema_seeded"
  case wilder
  case wilderHold = "wilder_hold"
  case wilderSum = "wilder_sum"
  case adaptiveAverage = "adaptive_average"
  case dominantCycle = "dominant_cycle"
  case parabolic
  case runLength = "run_length"
  case changeProbability = "change_probability"
  case changeSurprise = "change_surprise"
  // Of the session.
  case sessionSum = "session_sum"
  case sessionHighest = "session_highest"
  case sessionLowest = "session_lowest"
  case sessionFirst = "session_first"
  case previousSession = "previous_session"
  // Of bars of another length.
  case every

  /// Names of the inputs.
  package var inputs: [String] {
    switch self {
    case .add, .subtract, .multiply, .divide, .ratio, .maximum, .minimum, .greater: ["x", "y"]
    case .correlation, .beta: ["x", "y"]
    case .tercile: ["rank", "low", "middle", "high"]
    case .sumOver: ["x", "n"]
    case .adaptiveAverage: ["x", "rate"]
    case .parabolic: ["high", "low"]
    default: ["x"]
    }
  }

  /// Names and bounds of the parameters.
  package var parameters: [Parameter] {
    switch self {
    case .lag: [.count("n", 1...4096)]
    case .sum, .mean, .highest, .lowest, .weightedMean, .meanDeviation, .barsSinceHighest, .barsSinceLowest, .rank,
      .median:
      [.count("n", 1...2048)]
    case .deviation, .populationDeviation, .scaledVariance, .zscore, .slope, .endpoint, .fit, .correlation, .beta,
      .skewness, .kurtosis:
      [.count("n", 2...2048)]
    case .quantile: [.count("n", 1...2048), .real("q", 0...1)]
    case .barsSince, .streak, .sumOver: [.count("most", 1...2048)]
    case .fractionalDifference: [.real("order", -2...2), .count("n", 2...512)]
    case .ema, .emaSeeded, .wilder, .wilderHold, .wilderSum: [.count("n", 1...2048)]
    case .adaptiveAverage: [.real("slowest", 0.001...1)]
    case .parabolic: [.real("step", 0.0001...1), .real("most", 0.0001...1)]
    case .runLength, .changeSurprise: [.count("bars", 10...1000)]
    case .changeProbability: [.count("bars", 10...1000), .count("within", 1...200)]
    case .clamp: [.real("low", -1e9...1e9), .real("high", -1e9...1e9)]
    case .every: [.count("minutes", 2...240)]
    default: []
    }
  }

  /// A parameter's name and bounds.
  package enum Parameter: Hashable, Sendable {
    /// A whole number.
    case count(String, ClosedRange<Int>)
    case real(String, ClosedRange<Double>)

    package var name: String {
      switch self {
      case .count(let name, _), .real(let name, _): name
      }
    }

    /// What is wrong with `value`, or nil.
    func fault(of value: Double) -> String? {
      switch self {
      case .count(let name, let range):
        let isGood = value == value.rounded() && Double(range.lowerBound) <= value && value <= Double(range.upperBound)
        return isGood
          ? nil
          : "\(name) is \(FeatureExpression.text(value)), but must be a whole number from \(range.lowerBound) to "
            + "\(range.upperBound)"
      case .real(let name, let range):
        return range.contains(value)
          ? nil
          : "\(name) is \(FeatureExpression.text(value)), but must lie in \(FeatureExpression.text(range.lowerBound))"
            + "...\(FeatureExpression.text(range.upperBound))"
      }
    }
  }

  /// `name(x, n)`.
  package var signature: String { rawValue + "(" + (inputs + parameters.map(\.name)).joined(separator: ", ") + ")" }

  /// What it computes, in words.
  package var definition: String {
    switch self {
    case .absolute: "|x|"
    case .sign: "-1, 0 or 1"
    case .square: "x^2"
    case .add: "x + y"
    case .subtract: "x - y"
    case .multiply: "x y"
    case .divide: "x / y; unknown where that is not finite"
    case .ratio: "x / y; 0 where y is 0"
    case .maximum: "the larger one"
    case .minimum: "the smaller one"
    case .greater: "1 where x > y, else 0"
    case .clamp: "x, but at least low and at most high"
    case .points: "x times the tick size: ticks in points"
    case .logarithm: "natural logarithm; unknown where x <= 0"
    case .squareRoot: "square root; unknown where x < 0"
    case .tercile: "low where rank <= 0.33, middle where rank <= 0.67 or unknown, else high"
    case .lag: "the value n bars ago"
    case .sum: "sum of the last n values"
    case .mean: "mean of the last n values"
    case .deviation: "sample standard deviation (n - 1) of the last n values"
    case .populationDeviation: "standard deviation (n) of the last n values"
    case .scaledVariance: "n (n - 1) times the sample variance of the last n values"
    case .zscore: "(x - mean) / sample deviation of the last n values; 0 where the deviation is 0"
    case .slope: "slope per bar of the least-squares line through the last n values"
    case .endpoint: "value at the newest bar of the least-squares line through the last n values"
    case .fit: "R^2 of the least-squares line through the last n values; 0 where they are equal"
    case .weightedMean: "mean of the last n values weighted 1 to n, the newest most"
    case .meanDeviation: "mean |value - mean| of the last n values"
    case .highest: "largest of the last n values"
    case .lowest: "smallest of the last n values"
    case .barsSinceHighest: "bars since the largest of the last n values, the newest one if several"
    case .barsSinceLowest: "bars since the smallest of the last n values, the newest one if several"
    case .rank: "average rank of x among the last n values, as a part of n"
    case .median: "median of the last n values"
    case .quantile: "q-quantile of the last n values, linearly interpolated"
    case .correlation: "Pearson correlation of the last n pairs; 0 where either is constant"
    case .beta: "slope of x on y over the last n pairs; 0 where y is constant"
    case .skewness: "third standardised moment of the last n values (population form, values rounded to 2^-16)"
    case .kurtosis: "fourth standardised moment less 3 of the last n values (population form, values rounded to 2^-16)"
    case .barsSince: "bars since x was last not 0, at most `most`"
    case .streak: "how many bars x has kept its sign, negative for negative x, at most `most` either way"
    case .sumOver: "sum of the last n values, n itself a value from 1 to `most`, rounded"
    case .fractionalDifference: "difference of fractional order over the last n values (fixed-width window)"
    case .ema: "y += 2 / (n + 1) (x - y), seeded by the first value"
    case .emaSeeded: "y += 2 / (n + 1) (x - y), seeded by the mean of the first n values"
    case .wilder: "y = (y (n - 1) + x) / n, seeded by the mean of the first n values"
    case .wilderHold: "as wilder, but an unknown x leaves it as it is, and counts as 0 while it is seeded"
    case .wilderSum: "y = y (1 - 1 / n) + x, seeded by the sum of the first n - 1 values"
    case .adaptiveAverage: "y += max(rate, slowest) (x - y), seeded by the value before"
    case .dominantCycle: "period in bars of the dominant cycle, 6 to 50, by the Hilbert transform"
    case .parabolic: "Wilder's stop and reverse"
    case .runLength: "expected bars since x last changed its mean or variance, one change in `bars` bars expected"
    case .changeProbability: "probability that x changed its mean or variance within the last `within` bars"
    case .changeSurprise: "how improbable x was, in nats, by all that came before"
    case .sessionSum: "sum since the session's first bar"
    case .sessionHighest: "largest value since the session's first bar"
    case .sessionLowest: "smallest value since the session's first bar"
    case .sessionFirst: "value at the session's first bar"
    case .previousSession: "last value of the session before"
    case .every: "x computed on bars of so many minutes, as of the last completed one"
    }
  }

  /// How long the past stays in the value, given the parameters; nil where only the newest values count.
  func memory(_ parameters: [Double]) -> FeatureMemory? {
    let count = parameters.first.map { Int($0) } ?? 0
    switch self {
    case .absolute, .sign, .square, .add, .subtract, .multiply, .divide, .ratio, .maximum, .minimum, .greater, .clamp,
      .points, .logarithm, .squareRoot, .tercile, .every:
      return nil
    case .lag: return .window(bars: count + 1)
    case .sum, .mean, .deviation, .zscore, .slope, .endpoint, .highest, .lowest, .rank, .median, .quantile,
      .correlation, .beta, .skewness, .kurtosis, .populationDeviation, .scaledVariance, .weightedMean, .meanDeviation,
      .fit, .barsSinceHighest, .barsSinceLowest, .barsSince, .streak, .sumOver:
      return .window(bars: count)
    case .fractionalDifference: return .window(bars: Int(parameters[1]))
    case .ema, .emaSeeded: return .recursive(decay: 1 - 2 / (Double(count) + 1))
    case .wilder, .wilderHold, .wilderSum: return .recursive(decay: 1 - 1 / Double(count))
    case .adaptiveAverage: return .recursive(decay: 1 - parameters[0])
    // Measured: the period feeds back into the transforms that find it, and forgets more slowly than its filters.
    case .dominantCycle: return .recursive(decay: 0.975)
    // Forgets at every reversal; Wilder's usual steps reverse far sooner than this decay says.
    case .parabolic: return .recursive(decay: 0.97)
    // A hypothesis that a change would have ended loses this much a bar.
    case .runLength, .changeProbability, .changeSurprise: return .recursive(decay: 1 - 1 / Double(count))
    case .sessionSum, .sessionHighest, .sessionLowest, .sessionFirst, .previousSession: return .session
    }
  }
}
