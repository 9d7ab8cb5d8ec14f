// Candidates made of prices: returns, averages, trends, oscillators.

extension FeatureFamily {
  private static let technical = "TA-Lib"
  private static let definition = "definition"

  static let returns = FeatureFamily(
    name: "Returns", summary: "Changes of the close over several horizons, and the bar's own.",
    declarations: [1, 2, 3, 5, 10, 15, 20, 30, 60, 120].map {
      FeatureDeclaration("log_return_\($0)", "log_return(close, \($0))", .basisPoints, definition)
    }
      + [5, 10, 20, 60].map {
        FeatureDeclaration(
          "return_in_deviations_\($0)",
          "ratio(log_return(close, \($0)), multiply(close_volatility(60), \(Double($0).squareRoot())))", .ratio,
          definition, note: "the change in deviations that a random walk would make over the horizon")
      } + [
        FeatureDeclaration("body", "multiply(log(divide(close, open)), 10000)", .basisPoints, definition),
        FeatureDeclaration("range_percent", "multiply(divide(subtract(high, low), close), 100)", .percent, definition),
        FeatureDeclaration(
          "range_to_average", "ratio(subtract(high, low), mean(subtract(high, low), 20))", .ratio, definition),
        FeatureDeclaration(
          "gap_from_close", "multiply(log(divide(open, lag(close, 1))), 10000)", .basisPoints, definition),
      ])

  static let averages = FeatureFamily(
    name: "Averages", summary: "Distance of the close from moving averages, in average true ranges.",
    declarations: [5, 9, 20, 50, 100, 200].map {
      FeatureDeclaration(
        "ema_distance_\($0)", "ratio(subtract(close, ema(close, \($0))), atr(14))", .ratio, technical)
    }
      + [10, 20, 50, 100].map {
        FeatureDeclaration(
          "sma_distance_\($0)", "ratio(subtract(close, mean(close, \($0))), atr(14))", .ratio, technical)
      }
      + [
        ("wma_distance_20", "weighted_mean(close, 20)"), ("dema_distance_20", "dema(close, 20)"),
        ("tema_distance_20", "tema(close, 20)"), ("trima_distance_20", "trima(close, 20)"),
        ("t3_distance_10", "t3(close, 10, 0.7)"), ("hull_distance_20", "hull(close, 20)"),
        ("endpoint_distance_20", "endpoint(close, 20)"),
      ].map {
        FeatureDeclaration($0.0, "ratio(subtract(close, \($0.1)), atr(14))", .ratio, technical)
      }
      + [(5, 9), (9, 20), (20, 50), (50, 200)].map {
        FeatureDeclaration(
          "ema_spread_\($0.0)_\($0.1)", "ratio(subtract(ema(close, \($0.0)), ema(close, \($0.1))), atr(14))", .ratio,
          technical)
      } + [
        FeatureDeclaration("macd", "ratio(macd(close, 12, 26), atr(14))", .ratio, technical),
        FeatureDeclaration("macd_signal", "ratio(macd_signal(close, 12, 26, 9), atr(14))", .ratio, technical),
        FeatureDeclaration("macd_histogram", "ratio(macd_histogram(close, 12, 26, 9), atr(14))", .ratio, technical),
        FeatureDeclaration("ppo", "ppo(close, 12, 26)", .percent, technical),
        FeatureDeclaration("trix_15", "multiply(trix(close, 15), 100)", .basisPoints, technical),
      ])

  static let trends = FeatureFamily(
    name: "Trends", summary: "Direction and strength of the movement.",
    declarations: [7, 14, 28].map {
      FeatureDeclaration("adx_\($0)", "adx(\($0))", .index, technical)
    }
      + [7, 14, 28].map {
        FeatureDeclaration("di_spread_\($0)", "subtract(plus_di(\($0)), minus_di(\($0)))", .signedIndex, technical)
      }
      + [14, 25, 50].map {
        FeatureDeclaration("aroon_\($0)", "aroon(\($0))", .signedIndex, technical)
      }
      + [10, 20, 50, 100].map {
        FeatureDeclaration(
          "slope_\($0)", "ratio(slope(close, \($0)), atr(14))", .ratio, "TA-Lib LINEARREG_SLOPE, in average true ranges"
        )
      }
      + [20, 50].map {
        FeatureDeclaration("fit_\($0)", "fit(close, \($0))", .ratio, definition)
      }
      + [14, 28].map {
        FeatureDeclaration("vortex_\($0)", "vortex(\($0))", .ratio, "E. Botes, D. Siepman, 2010")
      }
      + [14, 50].map {
        FeatureDeclaration("choppiness_\($0)", "choppiness(\($0))", .index, "E. W. Dreiss")
      } + [
        FeatureDeclaration(
          "cloud_distance",
          "ratio(subtract(close, multiply(add(cloud_top(), cloud_bottom()), 0.5)), atr(14))", .ratio, "G. Hosoda"),
        FeatureDeclaration(
          "cloud_thickness", "ratio(subtract(cloud_top(), cloud_bottom()), atr(14))", .ratio, "G. Hosoda"),
        FeatureDeclaration(
          "conversion_base_spread", "ratio(subtract(channel_midpoint(9), channel_midpoint(26)), atr(14))", .ratio,
          "G. Hosoda"),
        FeatureDeclaration(
          "parabolic_distance", "ratio(subtract(close, parabolic(high, low, 0.02, 0.2)), atr(14))", .ratio, technical),
        FeatureDeclaration("streak", "streak(delta(close, 1), 20)", .bars, definition),
        FeatureDeclaration("adx_change_5", "delta(adx(14), 5)", .signedIndex, technical),
      ])

  static let oscillators = FeatureFamily(
    name: "Oscillators", summary: "Where the close stands within its recent past.",
    declarations: [2, 7, 14, 21, 50].map {
      FeatureDeclaration("rsi_\($0)", "rsi(close, \($0))", .index, technical)
    }
      + [5, 14, 28, 60].map {
        FeatureDeclaration("stochastic_k_\($0)", "stochastic_k(\($0), 3)", .index, technical)
      } + [
        FeatureDeclaration("stochastic_d_14", "stochastic_d(14, 3, 3)", .index, technical),
        FeatureDeclaration("stochastic_rsi_14", "stochastic(rsi(close, 14), 14)", .index, technical),
        FeatureDeclaration("williams_r_14", "williams_r(14)", .signedIndex, technical),
        FeatureDeclaration("cci_14", "cci(14)", .number, technical),
        FeatureDeclaration("cci_40", "cci(40)", .number, technical),
        FeatureDeclaration("ultimate", "ultimate(7, 14, 28)", .index, technical),
        FeatureDeclaration("cmo_14", "cmo(close, 14)", .signedIndex, technical),
        FeatureDeclaration("true_strength", "true_strength(close, 25, 13)", .signedIndex, "W. Blau, 1991"),
        FeatureDeclaration("awesome", "ratio(awesome(), atr(14))", .ratio, "B. Williams"),
        FeatureDeclaration("balance_of_power", "balance_of_power()", .ratio, technical),
        FeatureDeclaration("balance_of_power_14", "mean(balance_of_power(), 14)", .ratio, technical),
      ]
      + [20, 60, 120, 240].map {
        FeatureDeclaration("close_rank_\($0)", "rank(close, \($0))", .ratio, definition)
      }
      + [20, 60, 120].map {
        FeatureDeclaration("zscore_\($0)", "zscore(close, \($0))", .ratio, definition)
      }
      + [20, 60, 240].map {
        FeatureDeclaration("channel_position_\($0)", "channel_position(\($0))", .ratio, "Donchian")
      }
      + [20, 60].map {
        FeatureDeclaration("bars_since_high_\($0)", "bars_since_highest(high, \($0))", .bars, definition)
      }
      + [20, 60].map {
        FeatureDeclaration("bars_since_low_\($0)", "bars_since_lowest(low, \($0))", .bars, definition)
      })
}
