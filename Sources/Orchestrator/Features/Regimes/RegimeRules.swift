// The market regime by the rules of the predecessor system.

import QuantMath
package import TradingDomain

/// Classifies the market bar by bar from the order of three averages and the strength of the trend.
///
/// - trend up: EMA(9) > EMA(20) > EMA(50) and ADX > 25;
/// - trend down: the reverse order and ADX > 25;
/// - range: ADX < 25, whatever the averages;
/// - undefined: everything else, and the first 50 bars.
///
/// ADX is the v2 one (exponential smoothing), the averages are seeded by the first close: the kernels of the v2
/// features. Continuous across sessions, as the predecessor was.
/// Source: ML Trading v2.0, src/training/regime_analyzer.py.
package struct RegimeRules: Sendable {
  /// ADX that separates trend from range.
  package static let trendThreshold = 25.0
  /// Bars before the first verdict.
  package static let warmUpBars = 50

  private var fast = ExponentialAverage(span: 9)
  private var middle = ExponentialAverage(span: 20)
  private var slow = ExponentialAverage(span: 50)
  private var directionalIndex = ExponentialDirectionalIndex(period: 14)
  private var barCount = 0
  /// The regime at the last bar.
  package private(set) var regime = Regime.undefined

  /// No bar seen yet.
  package init() {}

  /// True once verdicts are given.
  package var isWarm: Bool { barCount >= RegimeRules.warmUpBars }

  /// ADX at the last bar; nil before the second bar.
  package var trendStrength: Double? { directionalIndex.value }

  /// The predecessor's confidence in its verdict, which its thresholds refer to; not a probability.
  ///
  /// Trends: 0.5 + (ADX - 25) / 75, at most 0.8. Range: 0.6. Undefined: 0.3. Not warm: 0.
  package var confidence: Double {
    guard isWarm, let strength = directionalIndex.value else { return 0 }
    switch regime {
    case .trendUp, .trendDown: return min(0.8, 0.5 + (strength - RegimeRules.trendThreshold) / 75)
    case .range: return 0.6
    // The rules never say stress.
    case .undefined, .stress: return 0.3
    }
  }

  /// Takes the next completed bar and returns the regime at its close.
  @discardableResult package mutating func update(_ bar: Bar) -> Regime {
    let close = Double(bar.close.ticks)
    fast.update(close)
    middle.update(close)
    slow.update(close)
    directionalIndex.update(high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks)
    barCount += 1
    regime = isWarm ? verdict : .undefined
    return regime
  }

  private var verdict: Regime {
    guard let strength = directionalIndex.value, let fast = fast.value, let middle = middle.value,
      let slow = slow.value
    else { return .undefined }
    if strength > RegimeRules.trendThreshold {
      if fast > middle && middle > slow { return .trendUp }
      if fast < middle && middle < slow { return .trendDown }
    }
    return strength < RegimeRules.trendThreshold ? .range : .undefined
  }
}
