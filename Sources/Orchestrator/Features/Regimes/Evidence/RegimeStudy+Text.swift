// A regime study as text.

extension RegimeStudy {
  /// The figures for a terminal, with what they say in words.
  package var text: String {
    let order = RegimeProbabilities.order
    var lines = [
      "\(testedBars) of \(bars) bars tested out of sample in \(windows.count) windows, "
        + "\(behaviour.sessions) sessions or parts of them",
      "",
      "persistence   share  mean dwell  independent draws  shuffled bars",
    ]
    for (place, dwell) in persistence.dwells.enumerated() where dwell.bars > 0 {
      lines.append(
        Self.pad("\(order[place])", 12) + Self.number(dwell.share, 3, 7) + Self.number(dwell.mean, 1, 12)
          + Self.number(dwell.independent, 2, 19) + Self.number(shuffled.byRegime[place], 1, 15))
    }
    lines += [
      Self.pad("all", 12) + Self.number(1, 3, 7) + Self.number(persistence.meanDwell, 1, 12)
        + Self.number(persistence.independentDwell, 2, 19) + Self.number(shuffled.mean, 1, 15),
      "runs test: \(persistence.runs) runs, \(Self.number(persistence.expectedRuns, 0, 0)) expected of random order, "
        + "z = \(Self.number(persistence.runsScore, 1, 0))",
      "",
      "after the call  volatility (ticks)   relative movement    lag-1 autocorrelation    drift (ticks)",
    ]
    for figures in behaviour.figures {
      lines.append(
        Self.pad(figures.regime, 12) + Self.estimate(figures.volatility, 3) + Self.estimate(figures.relativeMovement, 3)
          + Self.estimate(figures.autocorrelation, 4) + Self.estimate(figures.drift, 3))
    }
    lines.append("")
    for (name, estimate) in contrasts {
      lines.append(Self.pad(name, 50) + Self.interval(estimate))
    }
    lines += [
      "", "transition matrix of the model fitted to all bars (\(String(model.hash, radix: 16))), expected dwell",
    ]
    for row in 0..<4 {
      let values = (0..<4).map { Self.number(model.chain.transitions[row * 4 + $0], 4, 9) }.joined()
      lines.append(
        Self.pad("\(RegimeModel.states[row])", 12) + values + Self.number(model.chain.expectedDwell(row), 1, 10))
    }
    lines += ["", "emission means of that model: " + RegimeObserver.names.joined(separator: ", ")]
    for row in 0..<4 {
      lines.append(
        Self.pad("\(RegimeModel.states[row])", 12)
          + model.chain.mean(row).map { Self.number($0, 3, 9) }.joined())
    }
    lines += [""] + verdicts
    return lines.joined(separator: "\n")
  }

  /// Differences between regimes, by name.
  var contrasts: [(name: String, estimate: BootstrapEstimate?)] {
    [
      ("volatility, stress / range", behaviour.stressToRangeVolatility),
      ("relative movement (hour known), stress / range", behaviour.stressToRangeMovement),
      ("autocorrelation, trends - range", behaviour.trendLessRangeAutocorrelation),
      ("autocorrelation, stress - range", behaviour.stressLessRangeAutocorrelation),
      ("drift after trend up - after trend down, ticks", behaviour.upLessDownDrift),
    ]
  }

  /// What the figures say, whatever the sign.
  package var verdicts: [String] {
    func differs(_ estimate: BootstrapEstimate?, from value: Double) -> Bool? {
      estimate.map { $0.low > value || $0.high < value }
    }
    func sentence(_ question: String, _ answer: Bool?, yes: String, no: String) -> String {
      question + ": " + (answer.map { $0 ? yes : no } ?? "too few bars to tell")
    }
    let ratio = Self.number(persistence.meanDwell / shuffled.mean, 2, 0)
    let score = (persistence.meanDwell - shuffled.mean) / shuffled.standardDeviation
    return [
      sentence(
        "regimes persist beyond independent draws", (persistence.runsScore ?? 0) < -3, yes: "yes", no: "not shown"),
      sentence(
        "and beyond shuffled bars, hence not by the observations' own memory alone", score > 3,
        yes: "yes, \(ratio) times as long", no: "not shown, \(ratio) times as long"),
      "by regime, dwell / dwell in shuffled bars: " + shuffledRatios,
      sentence(
        "volatility differs (stress / range is not 1)", differs(behaviour.stressToRangeVolatility, from: 1),
        yes: "yes", no: "not shown"),
      sentence(
        "it still differs when the hour is known", differs(behaviour.stressToRangeMovement, from: 1), yes: "yes",
        no: "not shown"),
      sentence(
        "autocorrelation differs (trends - range is not 0)",
        differs(behaviour.trendLessRangeAutocorrelation, from: 0), yes: "yes", no: "not shown"),
      sentence(
        "trends go on (drift after up - after down is not 0)", differs(behaviour.upLessDownDrift, from: 0),
        yes: (behaviour.upLessDownDrift?.value ?? 0) > 0 ? "yes" : "no, they turn", no: "not shown"),
    ]
  }

  /// Each regime's dwell against that in shuffled bars: 1 means that it lasts no longer than noise does.
  private var shuffledRatios: String {
    RegimeModel.states.indices.map { place in
      let dwell = persistence.dwells[place].mean
      let ratio = dwell.flatMap { dwell in shuffled.byRegime[place].map { dwell / $0 } }
      return "\(RegimeModel.states[place]) \(Self.number(ratio, 2, 0))"
    }.joined(separator: ", ")
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// `value` with so many decimals.
  private static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var scale: Int64 = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int64((abs(value) * Double(scale)).rounded())
    let decimals = String(scaled % scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let whole = sign + String(scaled / scale)
    return digits == 0 ? whole : whole + "." + String(repeating: "0", count: digits - decimals.count) + decimals
  }

  static func number(_ value: Double?, _ digits: Int, _ width: Int) -> String {
    let text = value.map { fixed($0, digits) } ?? "-"
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  static func estimate(_ estimate: BootstrapEstimate?, _ digits: Int) -> String {
    let text =
      estimate.map { number($0.value, digits, 0) + " +- " + number($0.standardError, digits, 0) } ?? "-"
    return String(repeating: " ", count: max(0, 22 - text.count)) + text
  }

  static func interval(_ estimate: BootstrapEstimate?) -> String {
    guard let estimate else { return "too few bars" }
    return number(estimate.value, 4, 8) + " +- " + number(estimate.standardError, 4, 0)
      + "  95 %: \(number(estimate.low, 4, 0)) to \(number(estimate.high, 4, 0))"
  }
}
