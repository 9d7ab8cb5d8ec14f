// Bars in, feature vectors out: the one computation that training, backtest and trading share.

package import TradingDomain

/// Computes the vector of a ``FeatureSchema`` from completed bars, one by one.
///
/// - There is no batch version: a matrix for training is made by running this class over the bars
///   (``FeatureMatrix``), so training and trading agree bit for bit.
/// - Sessions: the v2 schema runs continuously across sessions, as the predecessor did; the overnight gap is one bar's
///   change like any other. Minutes without a trade have no bar and are not filled.
/// - A vector counts once ``FeatureSchema/warmUpBars`` bars have been consumed. After that, windowed features do not
///   depend on where the sequence began; recursive ones do, by at most the weight that their declared decay leaves.
/// - Everything is computed in Double from integer ticks and rounded to Float once, at the end.
/// - A vector with a value that is not finite is not given out: ``consume(_:)`` returns false and
///   ``nonFiniteCount`` rises.
///
/// Not thread-safe; allocates only in `init`.
package final class AdvancedFeatureProcessor {
  /// What the vector holds.
  package let schema: FeatureSchema
  /// The instrument whose tick size turns ticks into points.
  package let instrument: Instrument
  /// Bars consumed since `init` or ``reset()``.
  package private(set) var barCount = 0
  /// Bars after warm-up that gave no vector because a value was not finite.
  package private(set) var nonFiniteCount = 0

  private let count: Int
  private let warmUpBars: Int
  private let kernels: UnsafeMutablePointer<FeatureKernels>
  /// [count], before rounding.
  private let values: UnsafeMutablePointer<Double>
  /// [count]
  private let output: UnsafeMutablePointer<Float>

  /// A processor that has seen no bar.
  package init(schema: FeatureSchema, instrument: Instrument) {
    self.schema = schema
    self.instrument = instrument
    count = schema.count
    warmUpBars = schema.warmUpBars
    kernels = .allocate(capacity: 1)
    kernels.initialize(
      to: FeatureKernels(plan: FeaturePlan(schema.declarations.map(\.formula)), tickSize: instrument.tickSize))
    values = .allocate(capacity: count)
    values.initialize(repeating: .nan, count: count)
    output = .allocate(capacity: count)
    output.initialize(repeating: .nan, count: count)
  }

  deinit {
    kernels.deinitialize(count: 1)
    kernels.deallocate()
    values.deallocate()
    output.deallocate()
  }

  /// True once enough bars have been consumed for every feature.
  package var isWarm: Bool { barCount >= warmUpBars }

  /// The newest vector in schema order. It is meaningful after ``consume(_:)`` returned true, until the next call of a
  /// mutating method; the memory lives as long as the processor.
  package var vector: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: output, count: count) }

  /// The newest vector before rounding to Float, for comparison with other implementations.
  package var unroundedVector: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: values, count: count) }

  /// Takes the next completed bar; true when ``vector`` then holds the features at its close.
  package func consume(_ bar: Bar) -> Bool {
    kernels.pointee.update(bar)
    barCount += 1
    guard isWarm else { return false }
    kernels.pointee.write(bar, into: values)
    var isFinite = true
    for index in 0..<count {
      let value = Float(values[index])
      output[index] = value
      isFinite = isFinite && value.isFinite
    }
    if !isFinite { nonFiniteCount += 1 }
    return isFinite
  }

  /// Forgets every bar.
  package func reset() {
    kernels.pointee.reset()
    barCount = 0
    nonFiniteCount = 0
    values.update(repeating: .nan, count: count)
    output.update(repeating: .nan, count: count)
  }
}
