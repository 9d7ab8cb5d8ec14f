// From declarations to work: which kernels are needed, and which kernel each feature reads.

/// One feature of a vector, resolved to the kernels that it reads.
enum FeatureStep {
  case averageDifference(fast: Int, slow: Int)
  case relativeStrength(Int)
  case directionalIndex(Int)
  case bandWidth(Int)
  case channelMidpoint(Int)
  case channelRange(Int)
  case momentum(lag: Int)
  case adaptiveMomentum(AdaptiveLag)
  case percentChange(lag: Int)
  case volumeRatio(Int)
  case rangePercent
  case volatilityRatio(Int)
}

/// The kernels that a list of formulas needs, each once however many formulas share it.
struct FeaturePlan {
  /// Steps in vector order.
  private(set) var steps: [FeatureStep] = []
  private(set) var averagePeriods: [Int] = []
  private(set) var relativeStrengthPeriods: [Int] = []
  private(set) var directionalIndexPeriods: [Int] = []
  private(set) var bands: [Band] = []
  private(set) var channelPeriods: [Int] = []
  private(set) var volumePeriods: [Int] = []
  private(set) var volatilityRatios: [Volatility] = []
  private(set) var maximumLag = 0

  /// Parameters of a Bollinger kernel.
  struct Band: Equatable {
    let period: Int
    let deviations: Double
  }

  /// Parameters of a volatility-ratio kernel.
  struct Volatility: Equatable {
    let short: Int
    let long: Int
  }

  init(_ formulas: [FeatureFormula]) {
    for formula in formulas { steps.append(step(for: formula)) }
  }

  private mutating func step(for formula: FeatureFormula) -> FeatureStep {
    switch formula {
    case .emaDifference(let fast, let slow):
      let first = Self.place(of: fast, in: &averagePeriods)
      return .averageDifference(fast: first, slow: Self.place(of: slow, in: &averagePeriods))
    case .relativeStrength(let period): return .relativeStrength(Self.place(of: period, in: &relativeStrengthPeriods))
    case .directionalIndex(let period): return .directionalIndex(Self.place(of: period, in: &directionalIndexPeriods))
    case .bandWidth(let period, let deviations):
      return .bandWidth(Self.place(of: Band(period: period, deviations: deviations), in: &bands))
    case .channelMidpoint(let period): return .channelMidpoint(Self.place(of: period, in: &channelPeriods))
    case .channelRange(let period): return .channelRange(Self.place(of: period, in: &channelPeriods))
    case .momentum(let lag):
      maximumLag = max(maximumLag, lag)
      return .momentum(lag: lag)
    case .adaptiveMomentum(let lag):
      let lags = AdaptiveLag(base: lag)
      maximumLag = max(maximumLag, lags.longest)
      return .adaptiveMomentum(lags)
    case .percentChange(let lag):
      maximumLag = max(maximumLag, lag)
      return .percentChange(lag: lag)
    case .volumeRatio(let period): return .volumeRatio(Self.place(of: period, in: &volumePeriods))
    case .rangePercent: return .rangePercent
    case .volatilityRatio(let short, let long):
      return .volatilityRatio(Self.place(of: Volatility(short: short, long: long), in: &volatilityRatios))
    }
  }

  /// The place of `element` in `elements`, appended when it is new.
  private static func place<Element: Equatable>(of element: Element, in elements: inout [Element]) -> Int {
    if let place = elements.firstIndex(of: element) { return place }
    elements.append(element)
    return elements.count - 1
  }
}
