// Drift that the pipeline sees by itself: what trading costs, and whether the champion's probabilities come true.

import Glibc

extension ContinuousOptimizationPipeline {
  /// Alarms of this session; each detector is set by its run length without change, as the champion's is.
  mutating func ownVerdicts(_ facts: SessionFacts) -> [DriftVerdict] {
    var verdicts: [DriftVerdict] = []
    if let slippage = facts.slippageTicks,
      let severity = alarm(
        \.costs, loss: slippage, tolerated: policy.assumedSlippageTicks, worst: policy.worstSlippageTicks)
    {
      verdicts.append(
        DriftVerdict(
          .cost, severity: severity,
          finding: "entries lose more than \(words(policy.assumedSlippageTicks)) ticks, \(words(slippage)) in this "
            + "session"))
    }
    if let champion = state.champion, let excess = facts.results[champion.id]?.brierExcess,
      let severity = alarm(
        \.calibration, loss: excess, tolerated: policy.toleratedBrierExcess, worst: policy.worstBrierExcess)
    {
      verdicts.append(
        DriftVerdict(
          .calibration, severity: severity,
          finding: "probabilities of \(champion.id.prefix(12)) no longer come true as often as they say (Brier excess "
            + "\((excess * 1_000).rounded() / 1_000))"))
    }
    if state.champion != nil, let moves = facts.moves {
      var watch = state.outcomes ?? OutcomeWatch(runLength: policy.championRunLength)
      if let severity = watch.observe(moves) {
        verdicts.append(
          DriftVerdict(
            .label, severity: severity,
            finding:
              "of the moves over five bars \(words(100 * moves[0])) % fell, \(words(100 * moves[1])) % stood and "
              + "\(words(100 * moves[2])) % rose: not as when the champion began"))
        // After an alarm the next one is about what comes then.
        state.outcomes = nil
      } else {
        state.outcomes = watch
      }
    }
    return verdicts
  }

  /// Watches that a loss stays within what is tolerated; the alarm's strength beside its threshold, nil without one.
  private mutating func alarm(
    _ place: WritableKeyPath<PipelineState, PerformanceWatch?>, loss: Double, tolerated: Double, worst: Double
  ) -> Double? {
    var watch =
      state[keyPath: place]
      ?? PerformanceWatch(scale: worst, promise: -tolerated / worst, runLength: policy.championRunLength)
    let isAlarm = watch.observe(-loss)
    // After an alarm the next one is about what comes then.
    state[keyPath: place] = isAlarm ? nil : watch
    return isAlarm ? watch.evidence / log(policy.championRunLength) : nil
  }
}
