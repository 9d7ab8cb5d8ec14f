// The dominant cycle of a price by the Hilbert transform.

import Glibc

/// Period of the dominant cycle in bars, 6 to 50.
///
/// Equals TA-Lib's HT_DCPERIOD once the start is forgotten.
/// Source: J. F. Ehlers, "Rocket Science for Traders", 2001, chapter 7.
struct CycleKernel {
  /// The last values of each series, newest first.
  typealias Eight = (Double, Double, Double, Double, Double, Double, Double, Double)

  var price: Eight
  var smooth: Eight
  var detrended: Eight
  var quadrature: Eight
  var inPhase: Eight
  var previousI2: Double
  var previousQ2: Double
  var real: Double
  var imaginary: Double
  var period: Double
  var smoothPeriod: Double
  var count: Int64
  var padding: Int64

  static let size = MemoryLayout<CycleKernel>.stride
  /// Bars until the transforms have a full history.
  static let leastBars: Int64 = 32

  /// Adds a finite value.
  static func update(_ state: UnsafeMutablePointer<CycleKernel>, value: Double) -> Double {
    state.pointee.advance(value)
    return state.pointee.count > leastBars ? state.pointee.smoothPeriod : .nan
  }

  private mutating func advance(_ value: Double) {
    count &+= 1
    Self.push(value, &price)
    guard count >= 4 else { return }
    Self.push((4 * price.0 + 3 * price.1 + 2 * price.2 + price.3) / 10, &smooth)
    // TA-Lib lets twelve bars pass before its transforms begin; what they saw is forgotten either way.
    guard count > 12 else { return }
    let adjustment = 0.075 * period + 0.54
    Self.push(Self.transform(smooth) * adjustment, &detrended)
    Self.push(Self.transform(detrended) * adjustment, &quadrature)
    Self.push(detrended.3, &inPhase)
    let i2 = 0.2 * (inPhase.0 - Self.transform(quadrature) * adjustment) + 0.8 * previousI2
    let q2 = 0.2 * (quadrature.0 + Self.transform(inPhase) * adjustment) + 0.8 * previousQ2
    real = 0.2 * (i2 * previousI2 + q2 * previousQ2) + 0.8 * real
    imaginary = 0.2 * (i2 * previousQ2 - q2 * previousI2) + 0.8 * imaginary
    (previousI2, previousQ2) = (i2, q2)
    let last = period
    if imaginary != 0, real != 0 { period = 360 / (atan(imaginary / real) * 180 / .pi) }
    period = max(min(period, 1.5 * last), 0.67 * last)
    period = max(min(period, 50), 6)
    period = 0.2 * period + 0.8 * last
    smoothPeriod = 0.33 * period + 0.67 * smoothPeriod
  }

  /// The Hilbert transformer's four taps.
  @inline(__always) private static func transform(_ series: Eight) -> Double {
    0.0962 * series.0 + 0.5769 * series.2 - 0.5769 * series.4 - 0.0962 * series.6
  }

  @inline(__always) private static func push(_ value: Double, _ series: inout Eight) {
    series = (value, series.0, series.1, series.2, series.3, series.4, series.5, series.6)
  }
}
