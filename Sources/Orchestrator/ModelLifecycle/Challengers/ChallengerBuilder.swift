// What makes a challenger from the past, with the evidence that the gate asks for.

package import Backtest

/// A challenger with its evidence.
package struct BuiltChallenger: Sendable {
  package var model: FittedModel
  package var evidence: PromotionEvidence

  package init(model: FittedModel, evidence: PromotionEvidence) {
    self.model = model
    self.evidence = evidence
  }
}

/// Builds challengers. It is given ``PastBars`` and nothing else, so it cannot look ahead.
package protocol ChallengerBuilder: Sendable {
  /// Bars of the past that features need before the first bar of the training part.
  var warmUpBars: Int { get }
  /// Bars from a decision to its outcome.
  var horizonBars: Int { get }
  /// The challenger for what comes after `past`.
  ///
  /// - Parameters:
  ///   - trials: Independent trials before this one, over all jobs and searches: the luck to be deflated by.
  func build(_ past: PastBars, trialsBefore trials: Double) throws -> BuiltChallenger
}

extension PromotionEvidence {
  /// The identity by which engine and pipeline know a model that is no artifact: 16 hexadecimal digits.
  package static func identity(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
