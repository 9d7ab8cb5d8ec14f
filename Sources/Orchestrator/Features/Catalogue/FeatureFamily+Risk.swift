// Candidates made of dispersion: volatility, the shape of returns, and adaptive indicators.

extension FeatureFamily {
  private static let technical = "TA-Lib"
  private static let definition = "definition"

  static let volatilities = FeatureFamily(
    name: "Volatility", summary: "How far the price moves, by estimators of rising efficiency.",
    declarations: [7, 14, 28].map {
      FeatureDeclaration("natr_\($0)", "natr(\($0))", .percent, technical)
    }
      + [10, 20, 60, 120].map {
        FeatureDeclaration("close_volatility_\($0)", "close_volatility(\($0))", .basisPoints, definition)
      }
      + [20, 60].map {
        FeatureDeclaration("parkinson_\($0)", "parkinson(\($0))", .basisPoints, "M. Parkinson, 1980")
      }
      + [20, 60].map {
        FeatureDeclaration("garman_klass_\($0)", "garman_klass(\($0))", .basisPoints, "M. Garman, M. Klass, 1980")
      }
      + [20].map {
        FeatureDeclaration(
          "rogers_satchell_\($0)", "rogers_satchell(\($0))", .basisPoints, "L. Rogers, S. Satchell, 1991")
      }
      + [20, 60].map {
        FeatureDeclaration("yang_zhang_\($0)", "yang_zhang(\($0))", .basisPoints, "D. Yang, Q. Zhang, 2000")
      } + [
        FeatureDeclaration(
          "volatility_ratio_5_20", "ratio(close_volatility(5), close_volatility(20))", .ratio, definition),
        FeatureDeclaration(
          "volatility_ratio_20_120", "ratio(close_volatility(20), close_volatility(120))", .ratio, definition),
        FeatureDeclaration(
          "range_to_close_volatility", "ratio(parkinson(20), close_volatility(20))", .ratio, definition),
        FeatureDeclaration("volatility_of_volatility", "deviation(close_volatility(10), 60)", .basisPoints, definition),
        FeatureDeclaration("volatility_rank_240", "rank(close_volatility(20), 240)", .ratio, definition),
        FeatureDeclaration("volatility_change", "delta(close_volatility(20), 10)", .basisPoints, definition),
        FeatureDeclaration("true_range_to_average", "ratio(true_range(), atr(14))", .ratio, technical),
        FeatureDeclaration("bollinger_width_20", "bollinger_width(close, 20, 2)", .ratio, technical),
        FeatureDeclaration("bollinger_position_20", "bollinger_position(close, 20, 2)", .ratio, technical),
        FeatureDeclaration("bollinger_position_60", "bollinger_position(close, 60, 2)", .ratio, technical),
        FeatureDeclaration("keltner_position_20", "keltner_position(20, 2)", .ratio, "C. W. Keltner, 1960"),
        FeatureDeclaration("squeeze", "ratio(population_deviation(close, 20), atr(20))", .ratio, "J. Carter, 2005"),
        FeatureDeclaration("ulcer_60", "ulcer(close, 60)", .basisPoints, "P. Martin, B. McCann, 1989"),
      ])

  static let shapes = FeatureFamily(
    name: "Shape of returns", summary: "Asymmetry, tails, jumps, memory and persistence.",
    declarations: [60, 120].flatMap { n in
      [
        FeatureDeclaration("skewness_\(n)", "skewness(log_return(close, 1), \(n))", .ratio, definition),
        FeatureDeclaration("kurtosis_\(n)", "kurtosis(log_return(close, 1), \(n))", .ratio, definition),
        FeatureDeclaration(
          "downside_share_\(n)", "downside_share(\(n))", .ratio, "O. Barndorff-Nielsen and others, 2010"),
        FeatureDeclaration(
          "bipower_share_\(n)", "bipower_share(\(n))", .ratio, "O. Barndorff-Nielsen, N. Shephard, 2004"),
        FeatureDeclaration("autocorrelation_1_\(n)", "autocorrelation(delta(close, 1), 1, \(n))", .ratio, definition),
      ]
    } + [
      FeatureDeclaration("autocorrelation_5_120", "autocorrelation(delta(close, 1), 5, 120)", .ratio, definition),
      FeatureDeclaration(
        "clustering_120", "autocorrelation(absolute(delta(close, 1)), 1, 120)", .ratio, definition,
        note: "memory of the size of changes"),
    ]
      + [(2, 60), (5, 120), (10, 240)].map {
        FeatureDeclaration(
          "variance_ratio_\($0.0)_\($0.1)", "variance_ratio(close, \($0.0), \($0.1))", .ratio,
          "A. Lo, C. MacKinlay, 1988")
      } + [
        FeatureDeclaration("upper_shadow", "upper_shadow()", .ratio, "candlestick"),
        FeatureDeclaration("lower_shadow", "lower_shadow()", .ratio, "candlestick"),
        FeatureDeclaration(
          "shadow_balance_10", "mean(subtract(lower_shadow(), upper_shadow()), 10)", .ratio, "candlestick"),
        FeatureDeclaration("rise_share_20", "mean(greater(close, open), 20)", .ratio, definition),
        FeatureDeclaration(
          "largest_move_60", "ratio(highest(absolute(delta(close, 1)), 60), atr(14))", .ratio, definition),
      ])

  static let adaptives = FeatureFamily(
    name: "Adaptive", summary: "Windows that follow efficiency, cycle and volatility.",
    declarations: [10, 20, 60].map {
      FeatureDeclaration("efficiency_\($0)", "efficiency(close, \($0))", .ratio, "P. Kaufman, 1995")
    } + [
      FeatureDeclaration(
        "kama_distance_10", "ratio(subtract(close, kama(close, 10, 2, 20)), atr(14))", .ratio, "P. Kaufman, 1995"),
      FeatureDeclaration(
        "kama_slope_10", "ratio(delta(kama(close, 10, 2, 20), 5), atr(14))", .ratio, "P. Kaufman, 1995"),
      FeatureDeclaration("dominant_cycle", "dominant_cycle(close)", .bars, "J. F. Ehlers, 2001"),
      FeatureDeclaration("rsi_adaptive", "rsi_adaptive(close)", .index, "J. F. Ehlers, 2001"),
      FeatureDeclaration("bands_adaptive", "bands_adaptive(close)", .ratio, "after J. F. Ehlers, 2001"),
      FeatureDeclaration("volatility_rank_50", "volatility_rank()", .ratio, "ML Trading v2.0"),
      FeatureDeclaration("adaptive_deviation_20", "adaptive_deviation(20)", .basisPoints, "after ML Trading v2.0"),
    ]
      + [5, 10, 20].map {
        FeatureDeclaration(
          "adaptive_momentum_\($0)", "ratio(adaptive_momentum(close, \($0)), atr(14))", .ratio, "ML Trading v2.0")
      })
}
