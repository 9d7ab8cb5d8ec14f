// Declarations of the signals of tier bars: what bars alone tell.

extension EventSignal {
  static let barDeclarations: [EventSignalDeclaration] = [
    .init(
      signal: .barRangeVolatility, name: "bar_range_volatility",
      definition: "(high - low) / sqrt(4 ln 2)",
      unit: "ticks", tier: .bars, warmUpBars: 1, source: "Parkinson 1980"),
    .init(
      signal: .barRangeVolatilityMean, name: "bar_range_volatility_mean",
      definition: "square root of the window mean of (high - low)^2 / (4 ln 2)",
      unit: "ticks", tier: .bars, warmUpBars: 60, source: "Parkinson 1980"),
    .init(
      signal: .barTickRuleVolume, name: "bar_tick_rule_volume",
      definition: "volume times the sign of close - open, else of the step between closes",
      unit: "contracts", tier: .bars, warmUpBars: 1, source: "Lee and Ready 1991, by bars"),
    .init(
      signal: .barTickRuleImbalance, name: "bar_tick_rule_imbalance",
      definition: "sum of bar_tick_rule_volume over 20 bars by their volume",
      unit: "ratio", tier: .bars, warmUpBars: 20, source: "Lee and Ready 1991, by bars"),
    .init(
      signal: .barBulkVolume, name: "bar_bulk_volume",
      definition: "volume times (2 Phi(step of close / sample deviation of the steps in the window, this one too) - 1)",
      unit: "contracts", tier: .bars, warmUpBars: 61, source: "Easley, Lopez de Prado, O'Hara 2016"),
    .init(
      signal: .barToxicity, name: "bar_vpin",
      definition: "VPIN over buckets filled by bars, sides by bulk classification in whole contracts per bucket",
      unit: "ratio", tier: .bars, warmUpBars: 61, source: "Easley, Lopez de Prado, O'Hara 2012"),
    .init(
      signal: .barOrderImbalance, name: "bar_order_imbalance",
      definition: "the source's signed volume by the volume",
      unit: "ratio", tier: .bars, warmUpBars: 1, source: "definition"),
    .init(
      signal: .barRollSpread, name: "bar_roll_spread",
      definition: "2 sqrt(max(0, -cov of neighbouring steps of closes)) over the window",
      unit: "ticks", tier: .bars, warmUpBars: 62, source: "Roll 1984; zero rule of Goyenko, Holden, Trzcinka 2009"),
    .init(
      signal: .barKyleLambda, name: "bar_kyle_lambda",
      definition: "slope of the step of closes on bar_tick_rule_volume over the window",
      unit: "ticks per contract", tier: .bars, warmUpBars: 61, source: "Kyle 1985"),
    .init(
      signal: .barAmihud, name: "bar_amihud",
      definition: "window mean of |relative step of closes| per million tick-contracts of value",
      unit: "1 / (1e6 tick-contracts)", tier: .bars, warmUpBars: 61, source: "Amihud 2002"),
    .init(
      signal: .barCorwinSchultz, name: "bar_corwin_schultz_spread",
      definition: "window mean of the high-low spread of neighbouring bars, negative ones as 0",
      unit: "basis points", tier: .bars, warmUpBars: 61, source: "Corwin and Schultz 2012"),
    .init(
      signal: .barAbdiRanaldo, name: "bar_abdi_ranaldo_spread",
      definition:
        "2 sqrt(max(0, window mean of (c - m)(c - m'))), c log close, m and m' mid-ranges of this bar and the next",
      unit: "basis points", tier: .bars, warmUpBars: 61, source: "Abdi and Ranaldo 2017"),
    .init(
      signal: .barIsGap, name: "bar_is_gap",
      definition: "1 when something was lost in the bar or just before it, else 0",
      unit: "flag", tier: .bars, warmUpBars: 1, source: "definition"),
  ]
}
