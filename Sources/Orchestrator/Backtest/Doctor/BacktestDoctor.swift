// The doctor: reads a finished run and says in plain words why it may not be believed.

package import Performance
import TradingDomain
import Validation

/// Diagnoses a backtest. Each check looks for one known way in which backtests fool their makers, and is silent, or
/// says that it found nothing, where the evidence does not show it.
package enum BacktestDoctor {
  /// Every verdict that the evidence allows, in the order of the checks.
  package static func diagnose(_ evidence: BacktestEvidence) -> [ReportVerdict] {
    let checks: [(BacktestEvidence) -> ReportVerdict?] = [
      costs, inSample, leakByLabels, leakByDelay, enoughTrades, trackRecord, deflated, freedom, concentrationInTrades,
      concentrationInDays, costBreakEven, latencyBreakEven, fillRules, stress, staleFills, oneSided, idle,
      capacity,
    ]
    return checks.compactMap { $0(evidence) }
  }

  // MARK: Was the test fair?

  static func costs(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard evidence.isFree else { return nil }
    return ReportVerdict(
      severity: .fail, title: "No costs",
      sentence: "Fees and taxes were left out. Nobody can trade at this result; run again without --no-costs.")
  }

  static func inSample(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard evidence.seenSessions > 0 else { return nil }
    return ReportVerdict(
      severity: .fail, title: "In sample",
      sentence: "The model was trained on \(evidence.seenSessions) of these \(evidence.sessions.count) sessions. "
        + "The result says nothing about the future; test on sessions after its training.")
  }

  static func leakByLabels(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard let nets = evidence.shuffledNets, !nets.isEmpty else { return nil }
    let gains = nets.filter { $0 > 0 }.count
    let list = nets.map { DoctorText.brl($0) }.joined(separator: ", ")
    // With nothing to learn, costs make a loss more likely than not: more than half in profit is no accident.
    if 2 * gains > nets.count {
      return ReportVerdict(
        severity: .fail, title: "Leak: profits from shuffled labels",
        sentence: "Trained on labels in random order, the pipeline still earned in \(gains) of \(nets.count) runs. "
          + "Something tells it the future; look at features and at the split.", evidence: "net results: \(list)")
    }
    return ReportVerdict(
      severity: .pass, title: "Shuffled labels earn nothing",
      sentence: "Trained on labels in random order, the pipeline earned in \(gains) of \(nets.count) runs.",
      evidence: "net results: \(list)")
  }

  static func leakByDelay(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard let delayed = evidence.delayedNet, evidence.net > 0 else { return nil }
    if delayed < 0.2 * evidence.net {
      return ReportVerdict(
        severity: .warning, title: "The edge lives one bar",
        sentence: "With all features one bar late the net result falls from \(DoctorText.brl(evidence.net)) to "
          + "\(DoctorText.brl(delayed)). Either the edge is that fast, or a feature knows the bar that it trades on.")
    }
    return ReportVerdict(
      severity: .pass, title: "The edge outlives a bar",
      sentence: "With all features one bar late the net result is \(DoctorText.brl(delayed)) instead of "
        + "\(DoctorText.brl(evidence.net)).")
  }

  // MARK: Is there enough of it?

  static func enoughTrades(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let nets = evidence.trades.map(\.netProfit)
    guard let expectancy = Expectancy(netProfits: nets), let error = expectancy.mean.standardError else {
      return ReportVerdict(
        severity: .warning, title: "Hardly any trades",
        sentence: "\(nets.count) trades in \(evidence.sessions.count) sessions: no conclusion of any kind is possible.")
    }
    let (mean, count) = (expectancy.mean.value, nets.count)
    let words = "\(count) trades earned \(DoctorText.brl(mean)) each, give or take \(DoctorText.brl(error))"
    if count < 30 {
      return ReportVerdict(
        severity: .warning, title: "Too few trades",
        sentence: "\(words). Below some thirty trades not even the error is known; test on more sessions.")
    }
    if abs(mean) < 1.96 * error {
      return ReportVerdict(
        severity: .warning, title: "Not distinguishable from nothing",
        sentence: "\(words): the range of 95 % contains zero.")
    }
    return ReportVerdict(
      severity: mean > 0 ? .pass : .fail, title: mean > 0 ? "More than chance" : "It loses, and not by chance",
      sentence: "\(words): the range of 95 % lies \(mean > 0 ? "above" : "below") zero.")
  }

  static func trackRecord(_ evidence: BacktestEvidence) -> ReportVerdict? {
    // A few sessions with trades among many without say nothing, whatever the formula gives.
    guard evidence.trades.count >= 30, let sample = SharpeSample(evidence.sessions.map(\.profit.brl)),
      sample.ratio > 0, let needed = sample.minimumTrackRecord(benchmark: 0, confidence: 0.95)
    else { return nil }
    let sessions = Int(needed.rounded(.up))
    let isEnough = sample.count >= sessions
    return ReportVerdict(
      severity: isEnough ? .pass : .warning, title: isEnough ? "Long enough" : "Too short a record",
      sentence: "At this Sharpe ratio \(sessions) sessions are needed before it is above zero with 95 %; there are "
        + "\(sample.count).")
  }

  static func deflated(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard let trials = evidence.trials, trials > 1, let sample = SharpeSample(evidence.sessions.map(\.profit.brl)),
      sample.ratio > 0,
      // Without their scores, trials count as independent draws with the sampling error of this one.
      let variance = evidence.trialVariance ?? sample.varianceFactor.map({ $0 / Double(sample.count - 1) }),
      let deflated = try? DeflatedSharpe(winner: sample, trials: Double(trials), variance: variance)
    else { return nil }
    let isBelieved = deflated.probability > 0.95
    return ReportVerdict(
      severity: isBelieved ? .pass : .warning, title: isBelieved ? "Survives its trials" : "One of many tries",
      sentence: "After \(trials) tried configurations, the probability that its Sharpe ratio is above what the best "
        + "of so many worthless ones would show is \(DoctorText.percent(deflated.probability)) %.")
  }

  static func freedom(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard let parameters = evidence.parameters, let observations = evidence.independentObservations, observations > 0
    else { return nil }
    let share = Double(parameters) / observations
    guard share > 0.2 else { return nil }
    return ReportVerdict(
      severity: share > 1 ? .warning : .note, title: "Many parameters for few observations",
      sentence: "Training chose \(parameters) values from labels worth \(Int(observations)) independent observations.")
  }

  // MARK: Where does it come from?

  static func concentrationInTrades(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let nets = evidence.trades.map(\.netProfit.brl).sorted(by: >)
    guard nets.count >= 20, evidence.net > 0 else { return nil }
    let best = max(5, nets.count / 100)
    let without = evidence.net - nets.prefix(best).reduce(0, +)
    guard without <= 0 else { return nil }
    return ReportVerdict(
      severity: .warning, title: "A few trades made it",
      sentence: "Without its \(best) best trades of \(nets.count), the result is \(DoctorText.brl(without)) instead of "
        + "\(DoctorText.brl(evidence.net)).")
  }

  static func concentrationInDays(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let days = evidence.sessions.sorted { $0.profit > $1.profit }
    let total = evidence.sessions.reduce(0) { $0 + $1.profit.brl }
    guard days.count >= 5, total > 0, let best = days.first, best.profit.brl > 0.5 * total else { return nil }
    return ReportVerdict(
      severity: .warning, title: "One day made it",
      sentence: "\(best.date) alone earned \(DoctorText.brl(best.profit.brl)) of \(DoctorText.brl(total)) in "
        + "\(days.count) sessions.")
  }

  // MARK: What would break it?

  static func costBreakEven(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let fees = evidence.trades.reduce(0) { $0 + $1.fees.brl }
    guard !evidence.isFree, fees > 0, evidence.net > 0 else { return nil }
    // Exact where trades stay the same: fees enter no decision.
    let factor = (evidence.net + fees) / fees
    return ReportVerdict(
      severity: factor < 1.5 ? .warning : .pass, title: factor < 1.5 ? "Thin after costs" : "Costs leave room",
      sentence: "The profit is gone when fees are \(DoctorText.factor(factor)) times as high.")
  }

  static func latencyBreakEven(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard let curve = evidence.curves.first(where: { $0.name == SensitivityAxis.latency.name }),
      let factor = curve.chart.breakEven
    else { return nil }
    return ReportVerdict(
      severity: factor < 3 ? .warning : .note, title: "Latency decides",
      sentence: "The profit is gone when all delays are \(DoctorText.factor(factor)) times as long.")
  }

  static func fillRules(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let named = evidence.curves.filter { $0.values == nil }
    guard let curve = named.first, curve.outcomes.contains(where: { $0.trades > 0 }) else { return nil }
    let list = curve.outcomes.map { "\($0.name) \(DoctorText.brl($0.net.brl))" }.joined(separator: ", ")
    if named.contains(where: \.changesSign) {
      return ReportVerdict(
        severity: .fail, title: "The fill rule decides the sign",
        sentence: "Under some assumptions of how orders fill it gains, under others it loses. It must not be traded on "
          + "this evidence.", evidence: list)
    }
    return ReportVerdict(
      severity: .pass, title: "The same sign under every fill rule",
      sentence: "From the kindest to the harshest rule of fills the result keeps its sign.", evidence: list)
  }

  static func stress(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard let worst = evidence.stresses.min(by: { $0.net < $1.net }) else { return nil }
    let share = -worst.net.brl / evidence.capital.brl
    guard share > 0.2 else { return nil }
    return ReportVerdict(
      severity: share > 0.5 ? .fail : .warning, title: "A bad market would hurt",
      sentence:
        "Under '\(worst.name)' in every session it loses \(DoctorText.brl(-worst.net.brl)), "
        + "\(DoctorText.percent(share)) % of the capital.")
  }

  static func capacity(_ evidence: BacktestEvidence) -> ReportVerdict? {
    guard let capacity = evidence.capacity else { return nil }
    func size(_ contracts: Double) -> String { DecimalText.fixed(contracts, digits: contracts < 10 ? 1 : 0) }
    let traded = evidence.trades.map { Double($0.quantity.contracts) }.reduce(0, +) / Double(evidence.trades.count)
    let words =
      "By the square-root law its own impact takes all it earns at \(size(capacity.breakEven)) contracts a trade "
      + "(\(size(capacity.range.lowerBound)) to \(size(capacity.range.upperBound)) for the 95 % range of the result "
      + "a trade), and the most is earned at \(size(capacity.mostProfitable)); the run traded \(size(traded))."
    return ReportVerdict(
      severity: traded > capacity.mostProfitable ? .warning : .note,
      title: traded > capacity.mostProfitable ? "Too large for its market" : "Capacity", sentence: words)
  }

  // MARK: Were the fills real?

  static func staleFills(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let conditions = evidence.conditions
    guard conditions.fills > 0, conditions.stale + conditions.outsideTrading > 0 else { return nil }
    return ReportVerdict(
      severity: .warning, title: "Fills without a market",
      sentence: "\(conditions.stale) of \(conditions.fills) fills came after more than "
        + "\(FillConditions.staleAfter.count / 1_000_000_000) seconds without market data, "
        + "\(conditions.outsideTrading) outside continuous trading.")
  }

  static func oneSided(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let buys = evidence.trades.filter { $0.side == .buy }.count
    let count = evidence.trades.count
    guard count >= 30, min(buys, count - buys) * 20 < count else { return nil }
    return ReportVerdict(
      severity: .note, title: "Always the same side",
      sentence: "\(max(buys, count - buys)) of \(count) trades were \(2 * buys > count ? "long" : "short"): the result "
        + "may be the market's, not the strategy's.")
  }

  static func idle(_ evidence: BacktestEvidence) -> ReportVerdict? {
    let active = Set(evidence.trades.map { BrasiliaTime.local($0.entryTime).date }).count
    let count = evidence.sessions.count
    guard active > 0, count >= 10, 2 * active < count else { return nil }
    return ReportVerdict(
      severity: .note, title: "Mostly idle",
      sentence: "It traded in \(active) of \(count) sessions: what it earns rests on those alone.")
  }
}

/// Numbers in the doctor's sentences.
enum DoctorText {
  static func brl(_ amount: Double) -> String { DecimalText.fixed(amount, digits: 2) + " BRL" }

  static func percent(_ share: Double) -> String { DecimalText.fixed(100 * share, digits: 1) }

  static func factor(_ factor: Double) -> String { DecimalText.fixed(factor, digits: 1) }
}
