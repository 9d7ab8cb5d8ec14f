// Drift that the pipeline sees by itself: what trading costs, and whether the champion's probabilities come true.

import Glibc

extension ContinuousOptimizationPipeline {
  /// Alarms of this session; each detector is set by its run length without change, as the champion's is.
  mutating func ownVerdicts(_ facts: SessionFacts) -> [DriftVerdict] {
    var verdicts: [DriftVerdict] = []
    if let slippage = facts.slippageTicks {
      var watch =
        state.costs
        ?? PerformanceWatch(
          scale: policy.worstSlippageTicks, promise: -policy.assumedSlippageTicks / policy.worstSlippageTicks,
          runLength: policy.championRunLength)
      if watch.observe(-slippage) {
        verdicts.append(
          DriftVerdict(
            .cost, severity: watch.evidence / log(policy.championRunLength),
            finding: "entries lose more than \(words(policy.assumedSlippageTicks)) ticks, "
              + "\(words(slippage)) in this session"))
        state.costs = nil
      } else {
        state.costs = watch
      }
    }
    if let champion = state.champion, let excess = facts.results[champion.id]?.brierExcess {
      var watch =
        state.calibration
        ?? PerformanceWatch(
          scale: policy.worstBrierExcess, promise: -policy.toleratedBrierExcess / policy.worstBrierExcess,
          runLength: policy.championRunLength)
      if watch.observe(-excess) {
        verdicts.append(
          DriftVerdict(
            .calibration, severity: watch.evidence / log(policy.championRunLength),
            finding:
              "probabilities of \(champion.id.prefix(12)) no longer come true as often as they say (Brier excess "
              + "\((excess * 1_000).rounded() / 1_000))"))
        state.calibration = nil
      } else {
        state.calibration = watch
      }
    }
    return verdicts
  }
}
