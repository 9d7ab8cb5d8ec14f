// The market regime at the close of a bar, by rules or by a fitted model.

package import TradingDomain

/// Says bar by bar which regime the market is in, from what is known at the bar's close and nothing later.
///
/// Two ways behind one type: the predecessor's rules (``RegimeRules``), which know no doubt, and a fitted model
/// (``RegimeModel``), whose forward filter gives probabilities. A model's smoother, which also reads what came after,
/// exists for fitting only and cannot be reached from here.
///
/// A value without references: updating allocates nothing, and a copy goes its own way.
package struct RegimeDetector: Sendable {
  /// ADX by which the rules separate trend from range.
  package static var trendThreshold: Double { RegimeRules.trendThreshold }
  /// Bars before the first verdict of the rules; a model has its own.
  package static var warmUpBars: Int { RegimeRules.warmUpBars }

  private var rules = RegimeRules()
  private var filter: RegimeFilter?
  /// Whether the filter decides. Kept apart from the optional so that updates need not take it out and put it back.
  private let isLearned: Bool

  /// The rules; no bar seen yet.
  package init() { isLearned = false }

  /// A fitted model; no bar seen yet.
  package init(model: RegimeModel) {
    filter = RegimeFilter(model)
    isLearned = true
  }

  /// The regime at the last bar.
  package var regime: Regime { isLearned ? filter?.regime ?? .undefined : rules.regime }

  /// True once verdicts are given.
  package var isWarm: Bool { isLearned ? filter?.isWarm ?? false : rules.isWarm }

  /// ADX at the last bar; nil before the second bar, and for a model, which does not use it.
  package var trendStrength: Double? { isLearned ? nil : rules.trendStrength }

  /// How likely each regime is: all on ``regime`` for the rules, the filtered probabilities for a model.
  package var probabilities: RegimeProbabilities {
    isLearned ? filter?.probabilities ?? RegimeProbabilities(certain: .undefined) : RegimeProbabilities(certain: regime)
  }

  /// How sure the verdict is, 0 to 1: the predecessor's figure for the rules (see ``RegimeRules/confidence``), the
  /// probability of the regime for a model. 0 until warm.
  package var confidence: Double {
    guard isLearned else { return rules.confidence }
    return isWarm ? Double(probabilities[regime]) : 0
  }

  /// Takes the next completed bar and returns the regime at its close.
  @discardableResult package mutating func update(_ bar: Bar) -> Regime {
    isLearned ? filter?.update(bar) ?? .undefined : rules.update(bar)
  }

  /// Forgets every bar.
  package mutating func reset() {
    rules = RegimeRules()
    filter?.reset()
  }
}
