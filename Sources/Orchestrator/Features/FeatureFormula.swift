// What can be computed from bars: the formulas, and everything that follows from a formula and its parameters.

/// A formula over completed bars, with its parameters.
///
/// Periods and lags are in bars. The processor, the catalogue and the schema's hash all read this one description.
@frozen package enum FeatureFormula: Hashable, Sendable {
  /// EMA(fast) - EMA(slow) of the close.
  case emaDifference(fast: Int, slow: Int)
  /// Relative strength index over simple means.
  case relativeStrength(period: Int)
  /// Average directional index over exponential averages.
  case directionalIndex(period: Int)
  /// Upper minus lower Bollinger band.
  case bandWidth(period: Int, deviations: Double)
  /// Mean of highest high and lowest low.
  case channelMidpoint(period: Int)
  /// Highest high minus lowest low.
  case channelRange(period: Int)
  /// Close minus an earlier close.
  case momentum(lag: Int)
  /// Close minus an earlier close, over a lag that shrinks in volatile and grows in quiet times.
  case adaptiveMomentum(lag: Int)
  /// Percentage change of the close.
  case percentChange(lag: Int)
  /// Volume over its mean.
  case volumeRatio(period: Int)
  /// High minus low in percent of the close.
  case rangePercent
  /// Short over long deviation of returns.
  case volatilityRatio(short: Int, long: Int)
}

/// What a feature reads of a bar.
@frozen package enum BarInput: String, Hashable, Sendable {
  case high
  case low
  case close
  case volume
}

/// Unit of a feature's value.
@frozen package enum FeatureUnit: String, Hashable, Sendable {
  /// Price points (ticks times tick size).
  case points
  /// Hundredths.
  case percent
  /// A pure number.
  case ratio
  /// An index from 0 to 100.
  case index = "0 to 100"
}

/// How long the past stays in a value.
@frozen package enum FeatureMemory: Hashable, Sendable {
  /// The value depends on the last so many bars and on nothing else, to the last bit.
  case window(bars: Int)
  /// A recursive filter: the weight of what lies n bars back falls as `decay`^n (times n where filters are nested).
  case recursive(decay: Double)
}

extension FeatureFormula {
  /// Weight that the start of a recursive filter may still have when its value counts as warm.
  package static let seedWeightWhenWarm = 1e-3

  /// Name of the formula, part of the schema's identity.
  package var identifier: String {
    switch self {
    case .emaDifference: "ema_difference"
    case .relativeStrength: "relative_strength_simple"
    case .directionalIndex: "directional_index_exponential"
    case .bandWidth: "band_width_sample"
    case .channelMidpoint: "channel_midpoint"
    case .channelRange: "channel_range"
    case .momentum: "momentum"
    case .adaptiveMomentum: "adaptive_momentum"
    case .percentChange: "percent_change"
    case .volumeRatio: "volume_ratio"
    case .rangePercent: "range_percent"
    case .volatilityRatio: "volatility_ratio"
    }
  }

  /// Parameters in declaration order.
  package var parameters: [(name: String, value: Double)] {
    switch self {
    case .emaDifference(let fast, let slow): [("fast", Double(fast)), ("slow", Double(slow))]
    case .relativeStrength(let period), .directionalIndex(let period), .channelMidpoint(let period),
      .channelRange(let period), .volumeRatio(let period):
      [("period", Double(period))]
    case .bandWidth(let period, let deviations): [("period", Double(period)), ("deviations", deviations)]
    case .momentum(let lag), .adaptiveMomentum(let lag), .percentChange(let lag): [("lag", Double(lag))]
    case .rangePercent: []
    case .volatilityRatio(let short, let long): [("short", Double(short)), ("long", Double(long))]
    }
  }

  /// The fields of a bar that the formula reads.
  package var inputs: [BarInput] {
    switch self {
    case .emaDifference, .relativeStrength, .bandWidth, .momentum, .adaptiveMomentum, .percentChange,
      .volatilityRatio:
      [.close]
    case .directionalIndex, .rangePercent: [.high, .low, .close]
    case .channelMidpoint, .channelRange: [.high, .low]
    case .volumeRatio: [.volume]
    }
  }

  /// Unit of the value.
  package var unit: FeatureUnit {
    switch self {
    case .emaDifference, .bandWidth, .channelMidpoint, .channelRange, .momentum, .adaptiveMomentum: .points
    case .relativeStrength, .directionalIndex: .index
    case .percentChange, .rangePercent: .percent
    case .volumeRatio, .volatilityRatio: .ratio
    }
  }

  /// True when the value moves with the price level itself: a model trained on it does not carry over to other levels.
  package var dependsOnLevel: Bool {
    if case .channelMidpoint = self { true } else { false }
  }

  /// How long the past stays in the value.
  package var memory: FeatureMemory {
    switch self {
    case .emaDifference(let fast, let slow): .recursive(decay: Self.decay(period: max(fast, slow)))
    case .directionalIndex(let period): .recursive(decay: Self.decay(period: period))
    case .relativeStrength(let period): .window(bars: period + 1)
    case .bandWidth(let period, _), .channelMidpoint(let period), .channelRange(let period), .volumeRatio(let period):
      .window(bars: period)
    case .momentum(let lag), .percentChange(let lag): .window(bars: lag + 1)
    case .adaptiveMomentum(let lag):
      .window(bars: max(VolatilityTercile.warmUpBars, AdaptiveLag(base: lag).longest + 1))
    case .rangePercent: .window(bars: 1)
    case .volatilityRatio(_, let long): .window(bars: long + 1)
    }
  }

  /// Bars to consume until the value counts: the window of a finite formula; for a recursive one, the bars until the
  /// weight of its start has fallen to ``seedWeightWhenWarm``.
  package var warmUpBars: Int {
    switch (self, memory) {
    case (_, .window(let bars)): bars
    case (.directionalIndex, .recursive(let decay)):
      // Two averages in a row: the start of the first still feeds the second, hence the linear factor.
      Self.bars { (1 + Double($0) * (1 - decay)) * Self.power(decay, $0) } + 2
    case (_, .recursive(let decay)):
      Self.bars { Self.power(decay, $0) } + 1
    }
  }

  private static func decay(period: Int) -> Double { 1 - 2 / (Double(period) + 1) }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<exponent { result *= base }
    return result
  }

  /// The smallest n with `weight`(n) <= ``seedWeightWhenWarm``.
  private static func bars(_ weight: (Int) -> Double) -> Int {
    var bars = 0
    while weight(bars) > seedWeightWhenWarm { bars += 1 }
    return bars
  }
}
