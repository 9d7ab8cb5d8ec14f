// The leak checks: does the future reach into a value, does the past stay longer than promised, and what do gaps do?

package import TradingDomain

/// One thing that a feature does and should not.
package struct FeatureFault: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// A value changed when bars after it were taken away.
    case readsTheFuture = "reads the future"
    /// The value moves with the next bar's return as no honest one does.
    case knowsTheNextReturn = "knows the next return"
    /// A value still depends on where the bars began when it is promised not to.
    case remembersTooLong = "remembers too long"
    /// A value is missing or not finite after warm-up.
    case notFinite = "not finite"
    /// A bar with lost events, or one without trades, upsets it beyond its memory.
    case upsetByGap = "upset by a gap"
  }

  package let feature: String
  package let kind: Kind
  /// Where, and by how much.
  package let detail: String
}

/// What the checks measured of one feature.
package struct FeatureFinding: Hashable, Sendable {
  package let feature: String
  /// Promised warm-up in bars.
  package let warmUpBars: Int
  /// Bars after which a later start made no difference any more, the largest over all starts; nil where no start could
  /// be followed that long.
  package var settledBars: Int?
  /// Rank correlation of the value with the next bar's return, and with its own bar's, which is the control: a feature
  /// shifted by one bar into the future would have the second in place of the first.
  package var nextCorrelation: Double?
  package var ownCorrelation: Double?
  /// Bars after warm-up without a finite value.
  package var missing = 0
}

/// The outcome of a check.
package struct FeatureCheckReport: Sendable {
  package var bars: Int
  package var findings: [FeatureFinding]
  package var faults: [FeatureFault]
  /// Checks that could not run for want of bars, in words.
  package var untested: [String]

  /// True when every check ran and nothing was found.
  package var isSound: Bool { faults.isEmpty && untested.isEmpty }
}

/// Checks features on real bars.
package struct FeatureCheck: Sendable {
  /// How many places the bars are cut at, and how many later starts are tried.
  package var cuts = 12
  package var starts = 6
  package var seed: UInt64 = 1
  /// A rank correlation with the next return above this is beyond what markets give.
  package var correlationLimit = 0.3

  package init() {}

  /// Runs every check. `progress` is told the part done, 0 to 1.
  package func run(
    _ computation: FeatureComputation, bars: [Bar], progress: (Double) -> Void = { _ in }
  ) -> FeatureCheckReport {
    let whole = computation.compute(bars[...])
    var report = FeatureCheckReport(
      bars: bars.count,
      findings: zip(computation.names, computation.warmUpBars).map { FeatureFinding(feature: $0, warmUpBars: $1) },
      faults: [], untested: [])
    progress(0.05)
    checkPrefixes(computation, bars, whole, &report) { progress(0.05 + 0.5 * $0) }
    checkStarts(computation, bars, whole, &report) { progress(0.55 + 0.3 * $0) }
    checkReturns(bars, whole, &report)
    checkFinite(computation, whole, &report)
    progress(0.9)
    checkGaps(computation, bars, &report)
    progress(1)
    return report
  }
}
