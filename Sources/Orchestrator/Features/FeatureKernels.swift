// The state behind a feature vector: every kernel of a plan, advanced bar by bar.

import TradingDomain

/// The kernels of a plan and the values that they give, in ticks until the last step.
///
/// Nothing is allocated after `init`.
struct FeatureKernels: ~Copyable {
  private let tickSize: Double
  private let steps: UnsafeMutableBufferPointer<FeatureStep>
  private let averages: KernelArray<ExponentialMovingAverage>
  private let relativeStrengths: KernelArray<RelativeStrengthIndex>
  private let directionalIndexes: KernelArray<AverageDirectionalIndex>
  private let bands: KernelArray<BollingerBands>
  private let channels: KernelArray<PriceChannel>
  private let volumes: KernelArray<VolumeRatio>
  private let volatilityRatios: KernelArray<VolatilityRatio>
  private var history: CloseHistory
  private var tercile = VolatilityTercile()
  /// Whether any step reads the tercile.
  private let needsTercile: Bool

  init(plan: FeaturePlan, tickSize: Double) {
    self.tickSize = tickSize
    steps = .allocate(capacity: plan.steps.count)
    _ = steps.initialize(from: plan.steps)
    averages = KernelArray(count: plan.averagePeriods.count) {
      ExponentialMovingAverage(period: plan.averagePeriods[$0], seeding: .firstValue)
    }
    relativeStrengths = KernelArray(count: plan.relativeStrengthPeriods.count) {
      RelativeStrengthIndex(period: plan.relativeStrengthPeriods[$0], averaging: .simple)
    }
    directionalIndexes = KernelArray(count: plan.directionalIndexPeriods.count) {
      AverageDirectionalIndex(period: plan.directionalIndexPeriods[$0], smoothing: .exponential)
    }
    bands = KernelArray(count: plan.bands.count) {
      BollingerBands(period: plan.bands[$0].period, deviations: plan.bands[$0].deviations, divisor: .sample)
    }
    channels = KernelArray(count: plan.channelPeriods.count) { PriceChannel(period: plan.channelPeriods[$0]) }
    volumes = KernelArray(count: plan.volumePeriods.count) { VolumeRatio(period: plan.volumePeriods[$0]) }
    volatilityRatios = KernelArray(count: plan.volatilityRatios.count) {
      VolatilityRatio(short: plan.volatilityRatios[$0].short, long: plan.volatilityRatios[$0].long)
    }
    history = CloseHistory(maximumLag: plan.maximumLag)
    needsTercile = plan.steps.contains { if case .adaptiveMomentum = $0 { true } else { false } }
  }

  deinit {
    steps.deallocate()
  }

  /// Advances every kernel by one bar.
  mutating func update(_ bar: Bar) {
    let (high, low, close) = (bar.high.ticks, bar.low.ticks, bar.close.ticks)
    averages.forEach { $0.update(Double(close)) }
    relativeStrengths.forEach { $0.update(close) }
    directionalIndexes.forEach { $0.update(high: high, low: low, close: close) }
    bands.forEach { $0.update(close) }
    channels.forEach { $0.update(high: high, low: low) }
    volumes.forEach { $0.update(bar.volume.contracts) }
    volatilityRatios.forEach { $0.update(close) }
    history.update(close)
    if needsTercile { tercile.update(close) }
  }

  /// Writes the features at `bar`, the one last given to ``update(_:)``; NaN where a kernel has no value yet.
  ///
  /// - Precondition: `vector` has room for every step.
  func write(_ bar: Bar, into vector: UnsafeMutablePointer<Double>) {
    for index in 0..<steps.count { vector[index] = value(of: steps[index], at: bar) ?? .nan }
  }

  @inline(__always) private func value(of step: FeatureStep, at bar: Bar) -> Double? {
    switch step {
    case .averageDifference(let fast, let slow):
      guard let first = averages.read(fast, { $0.value }), let second = averages.read(slow, { $0.value }) else {
        return nil
      }
      return points(first - second)
    case .relativeStrength(let kernel): return relativeStrengths.read(kernel) { $0.value }
    case .directionalIndex(let kernel): return directionalIndexes.read(kernel) { $0.value }
    case .bandWidth(let kernel): return points(bands.read(kernel) { $0.halfWidth }.map { 2 * $0 })
    case .channelMidpoint(let kernel): return points(channels.read(kernel) { $0.midpoint })
    case .channelRange(let kernel): return points(channels.read(kernel) { $0.range })
    case .momentum(let lag): return points(history.momentum(lag: lag))
    case .adaptiveMomentum(let lags): return points(history.momentum(lag: lags.lag(at: tercile.level)))
    case .percentChange(let lag): return history.percentChange(lag: lag)
    case .volumeRatio(let kernel): return volumes.read(kernel) { $0.value }
    case .rangePercent: return Double(bar.high.ticks - bar.low.ticks) / Double(bar.close.ticks) * 100
    case .volatilityRatio(let kernel): return volatilityRatios.read(kernel) { $0.value }
    }
  }

  @inline(__always) private func points(_ ticks: Double?) -> Double? { ticks.map { $0 * tickSize } }

  /// Forgets every bar.
  mutating func reset() {
    averages.forEach { $0.reset() }
    relativeStrengths.forEach { $0.reset() }
    directionalIndexes.forEach { $0.reset() }
    bands.forEach { $0.reset() }
    channels.forEach { $0.reset() }
    volumes.forEach { $0.reset() }
    volatilityRatios.forEach { $0.reset() }
    history.reset()
    tercile.reset()
  }
}
