// Whether a challenger may go on from the workbench to the market, by evidence alone.

import Foundation
package import Validation

/// One question of the gate, with its answer.
package struct GateCheck: Hashable, Sendable, Codable {
  package var name: String
  package var passes: Bool
  /// What was found and what was asked for, for people.
  package var finding: String
}

/// The gate's answer, to be stored beside its evidence.
package struct PromotionDecision: Hashable, Sendable, Codable {
  package var checks: [GateCheck]
  package var passes: Bool { checks.allSatisfy(\.passes) }
  /// The failed checks in one line; empty where all passed.
  package var reason: String {
    checks.filter { !$0.passes }.map { "\($0.name): \($0.finding)" }.joined(separator: "; ")
  }
}

/// The promotion gate: a pure function of recorded evidence, so that any decision can be made again.
package struct PromotionGate: Hashable, Sendable, Codable {
  /// Least part of the paths that earn anything.
  package var leastWinningPaths = 0.8
  /// Least probability that the true Sharpe ratio exceeds what luck would show after as many trials.
  package var leastDeflated = 0.95
  /// Largest probability of backtest overfitting, where what looks best may lose elsewhere with more than
  /// ``harmlessLoss``: between equals that all earn, the choice is luck and does no harm.
  package var mostOverfitting = 0.3
  package var harmlessLoss = 0.05
  /// Confidence of the minimum track record.
  package var trackConfidence = 0.95
  package var leastTrades = 30
  /// Sessions of evidence, whatever their ratio.
  package var leastSessions = 8
  /// Largest time of a forecast, 99th of 100.
  package var latencyBudgetMicroseconds = 1_000.0
  package var mostCalibrationError = 0.1

  package init() {}

  package func decide(_ evidence: PromotionEvidence) -> PromotionDecision {
    PromotionDecision(checks: [
      schema(evidence), numbers(evidence), time(evidence), leaks(evidence), latency(evidence), trades(evidence),
      paths(evidence), deflated(evidence), track(evidence), overfitting(evidence), fills(evidence),
      calibration(evidence),
    ])
  }

  private func schema(_ evidence: PromotionEvidence) -> GateCheck {
    GateCheck(
      name: "feature schema", passes: !evidence.schemaRead.isEmpty && evidence.schemaRead == evidence.schemaTrained,
      finding: "trained on \(evidence.schemaTrained), reads \(evidence.schemaRead)")
  }

  private func numbers(_ evidence: PromotionEvidence) -> GateCheck {
    let isWhole = evidence.paths.allSatisfy { $0.allSatisfy(\.isFinite) } && !evidence.paths.isEmpty
    return GateCheck(
      name: "numbers", passes: evidence.invalidForecasts == 0 && isWhole,
      finding: "\(evidence.invalidForecasts) forecasts that are none, "
        + "\(isWhole ? "every" : "not every") result is a number")
  }

  private func time(_ evidence: PromotionEvidence) -> GateCheck {
    GateCheck(
      name: "time", passes: evidence.trainedUntil <= evidence.madeOn,
      finding: "learned until \(evidence.trainedUntil), judged on \(evidence.madeOn)")
  }

  private func leaks(_ evidence: PromotionEvidence) -> GateCheck {
    let fired = evidence.leakProbes.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    return GateCheck(
      name: "leak probes", passes: fired.isEmpty && !evidence.leakProbes.isEmpty,
      finding: fired.isEmpty
        ? "\(evidence.leakProbes.count) probes, none fired"
        : fired.map { "\($0.key) fired: \($0.value)" }.joined(separator: "; "))
  }

  private func latency(_ evidence: PromotionEvidence) -> GateCheck {
    GateCheck(
      name: "latency", passes: evidence.latencyP99Microseconds <= latencyBudgetMicroseconds,
      finding: "p99 \(words(evidence.latencyP99Microseconds)) us of \(words(latencyBudgetMicroseconds)) us")
  }

  private func trades(_ evidence: PromotionEvidence) -> GateCheck {
    GateCheck(
      name: "trades", passes: evidence.trades >= leastTrades, finding: "\(evidence.trades) of at least \(leastTrades)")
  }

  private func paths(_ evidence: PromotionEvidence) -> GateCheck {
    let winners = evidence.paths.count { $0.reduce(0, +) > 0 }
    let part = evidence.paths.isEmpty ? 0 : Double(winners) / Double(evidence.paths.count)
    return GateCheck(
      name: "paths", passes: part >= leastWinningPaths,
      finding: "\(winners) of \(evidence.paths.count) earn, at least \(words(100 * leastWinningPaths)) % asked")
  }

  private func deflated(_ evidence: PromotionEvidence) -> GateCheck {
    let found = SharpeSample(evidence.sessions).flatMap {
      try? DeflatedSharpe(
        winner: $0, trials: max(1, evidence.effectiveTrials), variance: max(0, evidence.trialVariance))
    }
    let probability = found?.probability ?? 0
    return GateCheck(
      name: "deflated Sharpe ratio", passes: probability >= leastDeflated,
      finding: "\(words(100 * probability)) % sure after \(words(evidence.effectiveTrials)) trials, "
        + "\(words(100 * leastDeflated)) % asked")
  }

  private func track(_ evidence: PromotionEvidence) -> GateCheck {
    let needed = SharpeSample(evidence.sessions)?.minimumTrackRecord(benchmark: 0, confidence: trackConfidence)
    return GateCheck(
      name: "track record",
      passes: evidence.sessions.count >= leastSessions
        && needed.map { $0 <= Double(evidence.sessions.count) } ?? false,
      finding: "\(evidence.sessions.count) sessions, \(needed.map { words($0) } ?? "no number would be") enough")
  }

  private func overfitting(_ evidence: PromotionEvidence) -> GateCheck {
    guard let probability = evidence.overfitting else {
      return GateCheck(name: "overfitting", passes: true, finding: "nothing was chosen between")
    }
    let loss = evidence.overfittingLoss ?? 1
    return GateCheck(
      name: "overfitting", passes: probability <= mostOverfitting || loss <= harmlessLoss,
      finding: "probability \(words(100 * probability)) %, at most \(words(100 * mostOverfitting)) % allowed; the best "
        + "loses elsewhere in \(words(100 * loss)) %")
  }

  /// A strategy whose sign depends on how fills are believed to happen is no strategy.
  private func fills(_ evidence: PromotionEvidence) -> GateCheck {
    let losing = evidence.byFillModel.filter { !($0.value > 0) }.keys.sorted()
    return GateCheck(
      name: "fill models", passes: losing.isEmpty && !evidence.byFillModel.isEmpty,
      finding: losing.isEmpty
        ? "earns under \(evidence.byFillModel.count) of \(evidence.byFillModel.count)"
        : "loses under \(losing.joined(separator: ", "))")
  }

  private func calibration(_ evidence: PromotionEvidence) -> GateCheck {
    guard let error = evidence.calibrationError else {
      return GateCheck(name: "calibration", passes: true, finding: "not measured")
    }
    return GateCheck(
      name: "calibration", passes: error <= mostCalibrationError,
      finding: "error \(words(error)), at most \(words(mostCalibrationError))")
  }

  private func words(_ number: Double) -> String {
    number.isFinite ? String(format: "%g", (number * 1_000).rounded() / 1_000) : "unmeasured"
  }
}
