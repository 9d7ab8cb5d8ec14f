// Candidates made of context: volume, session, calendar, longer bars, regimes, memory, interactions.

extension FeatureFamily {
  private static let technical = "TA-Lib"
  private static let definition = "definition"

  static let volumes = FeatureFamily(
    name: "Volume", summary: "Activity, and on which side it fell as far as bars can tell.",
    declarations: [5, 10, 20, 50, 200].map {
      FeatureDeclaration("volume_ratio_\($0)", "volume_ratio(\($0))", .ratio, "ML Trading v2.0, src/ml_features.py")
    }
      + [20, 60].map {
        FeatureDeclaration("volume_direction_\($0)", "volume_direction(\($0))", .ratio, "J. Granville, 1963")
      }
      + [20, 60].map {
        FeatureDeclaration("money_flow_\($0)", "money_flow(\($0))", .ratio, "M. Chaikin")
      } + [
        FeatureDeclaration("mfi_14", "mfi(14)", .index, technical),
        FeatureDeclaration("force_13", "ratio(force(13), atr(14))", .ratio, "A. Elder, 1993"),
        FeatureDeclaration("volume_zscore_60", "zscore(log(add(volume, 1)), 60)", .ratio, definition),
        FeatureDeclaration("volume_rank_240", "rank(volume, 240)", .ratio, definition),
        FeatureDeclaration("volume_trend", "ratio(ema(volume, 10), ema(volume, 50))", .ratio, definition),
        FeatureDeclaration(
          "volume_price_correlation_60", "volume_price_correlation(60)", .ratio, definition),
        FeatureDeclaration(
          "impact_of_volume", "ratio(range_per_volume(20), range_per_volume(120))", .ratio, definition,
          note: "range per contract against its own past"),
        FeatureDeclaration("vwap_distance_60", "ratio(subtract(close, vwap(60)), atr(14))", .ratio, definition),
        FeatureDeclaration("vwap_distance_240", "ratio(subtract(close, vwap(240)), atr(14))", .ratio, definition),
      ])

  static let sessions = FeatureFamily(
    name: "Session", summary: "Where the session stands against its own start, range and the day before.",
    declarations: [
      FeatureDeclaration(
        "session_vwap_distance", "ratio(subtract(close, session_vwap()), atr(14))", .ratio, definition),
      FeatureDeclaration(
        "session_return", "multiply(log(divide(close, session_first(open))), 10000)", .basisPoints, definition),
      FeatureDeclaration(
        "overnight_gap", "multiply(log(divide(session_first(open), previous_session(close))), 10000)", .basisPoints,
        definition),
      FeatureDeclaration(
        "session_position",
        "ratio(subtract(close, session_lowest(low)), subtract(session_highest(high), session_lowest(low)))", .ratio,
        definition),
      FeatureDeclaration(
        "session_range", "ratio(subtract(session_highest(high), session_lowest(low)), atr(14))", .ratio, definition),
      FeatureDeclaration(
        "previous_high_distance", "ratio(subtract(close, previous_session(session_highest(high))), atr(14))", .ratio,
        definition),
      FeatureDeclaration(
        "previous_low_distance", "ratio(subtract(close, previous_session(session_lowest(low))), atr(14))", .ratio,
        definition),
      FeatureDeclaration(
        "previous_close_distance", "ratio(subtract(close, previous_session(close)), atr(14))", .ratio, definition),
      FeatureDeclaration(
        "session_obv_share", "ratio(session_obv(), session_sum(volume))", .ratio, "J. Granville, 1963"),
      FeatureDeclaration(
        "session_accumulation_share", "ratio(session_accumulation(), session_sum(volume))", .ratio, technical),
      FeatureDeclaration(
        "bars_since_gap", "bars_since(is_gap, 240)", .bars, definition, note: "240 where there was none"),
      FeatureDeclaration("empty_share_20", "mean(is_no_trade, 20)", .ratio, definition),
    ])

  static let calendar = FeatureFamily(
    name: "Clock and calendar", summary: "Brasilia time: hours, PTAX windows, the end of the month.",
    declarations: [
      FeatureDeclaration("minutes_since_open", "clock.minutes_since_open", .minutes, definition),
      FeatureDeclaration("minutes_to_close", "clock.minutes_to_close", .minutes, definition),
      FeatureDeclaration("session_fraction", "clock.session_fraction", .ratio, definition),
      FeatureDeclaration("is_opening", "clock.is_opening", .flag, definition),
      FeatureDeclaration("is_closing", "clock.is_closing", .flag, definition),
      FeatureDeclaration("in_ptax", "clock.in_ptax", .flag, "Banco Central do Brasil, Circular 3,506 of 2010"),
      FeatureDeclaration(
        "minutes_to_ptax", "clock.minutes_to_ptax", .minutes, "Banco Central do Brasil, Circular 3,506 of 2010"),
      FeatureDeclaration("day_of_week", "clock.day_of_week", .number, definition),
      FeatureDeclaration("day_of_month", "clock.day_of_month", .number, definition),
      FeatureDeclaration("weekdays_to_month_end", "clock.weekdays_to_month_end", .number, definition),
    ])

  static let timeframes = FeatureFamily(
    name: "Longer bars", summary: "The same measures on bars of 5, 15 and 30 minutes, as of the last completed one.",
    declarations: [5, 15, 30].flatMap { minutes in
      [
        ("return", "log_return(close, 1)", FeatureUnit.basisPoints), ("rsi_14", "rsi(close, 14)", .index),
        ("ema_distance_20", "ratio(subtract(close, ema(close, 20)), atr(14))", .ratio), ("adx_14", "adx(14)", .index),
        ("natr_14", "natr(14)", .percent), ("efficiency_10", "efficiency(close, 10)", .ratio),
        ("bollinger_position_20", "bollinger_position(close, 20, 2)", .ratio),
        ("volume_ratio_20", "volume_ratio(20)", .ratio),
      ].map { name, text, unit in
        FeatureDeclaration("m\(minutes)_\(name)", "every(\(text), \(minutes))", unit, definition)
      }
    })

  static let regimes = FeatureFamily(
    name: "Regimes", summary: "Probabilities of the regime detector.",
    declarations: [
      FeatureDeclaration("regime_trend_up", "regime.trend_up", .probability, "docs/concept/regimes.md"),
      FeatureDeclaration("regime_trend_down", "regime.trend_down", .probability, "docs/concept/regimes.md"),
      FeatureDeclaration("regime_stress", "regime.stress", .probability, "docs/concept/regimes.md"),
      FeatureDeclaration(
        "run_length", "run_length(ratio(log_return(close, 1), close_volatility(60)), 100)", .bars,
        "R. Adams, D. MacKay, 2007", note: "bars since the returns last changed their mean or variance"),
      FeatureDeclaration(
        "change_probability", "change_probability(ratio(log_return(close, 1), close_volatility(60)), 100, 10)",
        .probability, "R. Adams, D. MacKay, 2007"),
      FeatureDeclaration("regime_range", "regime.range", .probability, "docs/concept/regimes.md"),
      FeatureDeclaration(
        "regime_persistence", "mean(absolute(subtract(regime.range, lag(regime.range, 1))), 60)", .ratio, definition),
    ])

  static let memory = FeatureFamily(
    name: "Fractional differences", summary: "Prices made nearly stationary without losing all memory.",
    declarations: [0.3, 0.4, 0.6].map {
      FeatureDeclaration(
        "fractional_\(Int($0 * 10))", "zscore(fractional_difference(multiply(log(close), 10000), \($0), 100), 240)",
        .ratio, "M. Lopez de Prado, Advances in Financial Machine Learning, 2018, 5.4.2")
    } + [
      FeatureDeclaration(
        "fractional_volume", "fractional_difference(log(add(volume, 1)), 0.5, 60)", .ratio,
        "M. Lopez de Prado, Advances in Financial Machine Learning, 2018, 5.4.2")
    ])

  static let interactions = FeatureFamily(
    name: "Lags and interactions", summary: "Products and earlier values, by declaration.",
    declarations: [1, 3, 5].map {
      FeatureDeclaration("rsi_14_lag_\($0)", "lag(rsi(close, 14), \($0))", .index, definition)
    }
      + [1, 2, 3, 4].map {
        FeatureDeclaration("log_return_lag_\($0)", "lag(log_return(close, 1), \($0))", .basisPoints, definition)
      } + [
        FeatureDeclaration("rsi_change_5", "delta(rsi(close, 14), 5)", .signedIndex, definition),
        FeatureDeclaration(
          "return_times_volume", "multiply(log_return(close, 1), volume_ratio(20))", .basisPoints, definition),
        FeatureDeclaration(
          "return_times_volatility", "multiply(log_return(close, 5), ratio(close_volatility(5), close_volatility(60)))",
          .basisPoints, definition),
        FeatureDeclaration(
          "trend_times_efficiency", "multiply(zscore(close, 20), efficiency(close, 20))", .ratio, definition),
        FeatureDeclaration(
          "reversal_in_range", "multiply(multiply(subtract(channel_position(20), 0.5), -1), subtract(100, adx(14)))",
          .number, definition),
        FeatureDeclaration(
          "opening_return", "multiply(log_return(close, 5), clock.is_opening)", .basisPoints, definition),
      ])
}
