// Tables of the compiler: which node an operator becomes, how much state it needs, what kind of value it gives.

enum GraphLayout {
  /// For operators over a window that others may share: the reader, the owner of the state and the state's size.
  static func shared(
    _ known: FeatureOperator, _ count: Int
  ) -> (reader: GraphOpcode, owner: GraphOpcode, size: Int)? {
    switch known {
    case .sum: (.window, .window, WindowKernel.size(count))
    case .mean: (.windowMean, .window, WindowKernel.size(count))
    case .deviation: (.windowDeviation, .window, WindowKernel.size(count))
    case .populationDeviation: (.windowPopulationDeviation, .window, WindowKernel.size(count))
    case .scaledVariance: (.windowScaledVariance, .window, WindowKernel.size(count))
    case .zscore: (.windowZScore, .window, WindowKernel.size(count))
    case .slope: (.windowSlope, .window, WindowKernel.size(count))
    case .endpoint: (.windowEndpoint, .window, WindowKernel.size(count))
    case .fit: (.windowFit, .window, WindowKernel.size(count))
    case .weightedMean: (.windowWeightedMean, .window, WindowKernel.size(count))
    case .meanDeviation: (.windowMeanDeviation, .window, WindowKernel.size(count))
    case .correlation: (.pairCorrelation, .pairWindow, PairKernel.size(count))
    case .beta: (.pairBeta, .pairWindow, PairKernel.size(count))
    case .skewness: (.powerSkewness, .powerWindow, PowerKernel.size(count))
    case .kurtosis: (.powerKurtosis, .powerWindow, PowerKernel.size(count))
    case .highest: (.highest, .highest, ExtremumKernel.size(count))
    case .lowest: (.lowest, .lowest, ExtremumKernel.size(count))
    case .barsSinceHighest: (.extremumAge, .highest, ExtremumKernel.size(count))
    case .barsSinceLowest: (.extremumAge, .lowest, ExtremumKernel.size(count))
    case .rank: (.orderedRank, .ordered, OrderedKernel.size(count))
    case .median: (.orderedMedian, .ordered, OrderedKernel.size(count))
    case .quantile: (.orderedQuantile, .ordered, OrderedKernel.size(count))
    case .runLength: (.changePoint, .changePoint, 0)
    case .changeProbability: (.changeProbability, .changePoint, 0)
    case .changeSurprise: (.changeSurprise, .changePoint, 0)
    default: nil
    }
  }

  /// The node of an operator that shares nothing.
  static func opcode(_ known: FeatureOperator) -> GraphOpcode {
    switch known {
    case .absolute: .absolute
    case .sign: .sign
    case .square: .square
    case .add: .add
    case .subtract: .subtract
    case .multiply, .points: .multiply
    case .divide: .divide
    case .ratio: .ratio
    case .maximum: .maximum
    case .minimum: .minimum
    case .greater: .greater
    case .clamp: .clamp
    case .logarithm: .logarithm
    case .squareRoot: .squareRoot
    case .tercile: .tercile
    case .lag: .lag
    case .barsSince: .barsSince
    case .streak: .streak
    case .sumOver: .sumOver
    case .fractionalDifference: .fractional
    case .ema: .ema
    case .emaSeeded: .emaSeeded
    case .wilder: .wilder
    case .wilderHold: .wilderHold
    case .wilderSum: .wilderSum
    case .adaptiveAverage: .adaptiveAverage
    case .dominantCycle: .dominantCycle
    case .parabolic: .parabolic
    case .sessionSum: .sessionSum
    case .sessionHighest: .sessionHighest
    case .sessionLowest: .sessionLowest
    case .sessionFirst: .sessionFirst
    case .previousSession: .previousSession
    default: preconditionFailure("\(known.rawValue) shares its state or is held")
    }
  }

  /// Bytes of state of an operator that shares nothing.
  static func stateBytes(_ known: FeatureOperator, count: Int, parameters: [Double]) -> Int {
    switch known {
    case .lag: RingKernel.size(count)
    case .barsSince, .streak: RingKernel.size(0)
    case .sumOver: RingKernel.size(count + 1)
    case .fractionalDifference: RingKernel.size(2 * Int(parameters[1]))
    case .ema, .emaSeeded, .wilder, .wilderHold, .wilderSum: AverageKernel.size
    case .adaptiveAverage: AdaptiveKernel.size
    case .dominantCycle: CycleKernel.size
    case .parabolic: StopKernel.size
    case .sessionSum, .sessionHighest, .sessionLowest, .sessionFirst, .previousSession: SessionKernel.size
    default: 0
    }
  }

  /// Whether the value is a whole number, a price, and a price level.
  static func kind(
    _ known: FeatureOperator, _ operands: [CompiledFeature]
  ) -> (isIntegral: Bool, isPrice: Bool, isLevel: Bool) {
    let isWhole = operands.allSatisfy(\.isIntegral)
    let isPrice = operands.contains(where: \.isPrice)
    let isLevel = operands.contains(where: \.isLevel)
    let isDifference = operands.count == 2 && operands.allSatisfy(\.isLevel)
    switch known {
    case .absolute, .clamp, .lag, .highest, .lowest, .maximum, .minimum, .sessionHighest, .sessionLowest,
      .sessionFirst, .previousSession, .median, .quantile:
      // A median of an even number and a quantile lie between whole numbers.
      return (isWhole && known != .median && known != .quantile && known != .clamp, isPrice, isLevel)
    case .add: return (isWhole, isPrice, isLevel)
    case .subtract: return (isWhole, isPrice, isLevel && !isDifference)
    case .multiply, .square: return (isWhole, isPrice, isLevel)
    case .points: return (false, isPrice, isLevel)
    case .sum, .sumOver, .sessionSum: return (isWhole, isPrice, isLevel)
    case .mean, .endpoint, .weightedMean, .ema, .emaSeeded, .wilder, .wilderHold, .wilderSum, .adaptiveAverage,
      .parabolic:
      return (false, isPrice, isLevel)
    case .deviation, .populationDeviation, .meanDeviation, .slope, .fractionalDifference: return (false, isPrice, false)
    case .logarithm: return (false, false, isLevel)
    case .divide, .ratio: return (false, false, isLevel && !isDifference)
    case .tercile: return (operands.dropFirst().allSatisfy(\.isIntegral), isPrice, isLevel)
    case .sign, .greater, .barsSince, .streak, .barsSinceHighest, .barsSinceLowest: return (true, false, false)
    case .squareRoot, .scaledVariance, .zscore, .fit, .rank, .correlation, .beta, .skewness, .kurtosis,
      .dominantCycle, .runLength, .changeProbability, .changeSurprise, .every:
      return (false, false, false)
    }
  }
}
