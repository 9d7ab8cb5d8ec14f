// The formulas in words, for the catalogue.

extension FeatureFormula {
  /// The definition with its parameters; C, H, L, V are close, high, low and volume of the newest bar.
  package var definition: String {
    switch self {
    case .emaDifference(let fast, let slow):
      "EMA(C, \(fast)) - EMA(C, \(slow)), each y += 2 / (period + 1) (C - y), seeded by the first close"
    case .relativeStrength(let period):
      "100 G / (G + D), G and D the sums of rises and falls of the last \(period) changes of C"
    case .directionalIndex(let period):
      "EMA of 100 |P - M| / (P + M), P and M the EMAs of upward and downward movement, all of period \(period) and "
        + "seeded by their first value"
    case .bandWidth(let period, let deviations):
      "2 x \(Self.text(deviations)) s, s the sample deviation (n - 1) of the last \(period) C"
    case .channelMidpoint(let period):
      "(highest H + lowest L of the last \(period) bars) / 2"
    case .channelRange(let period):
      "highest H - lowest L of the last \(period) bars"
    case .momentum(let lag):
      "C - C[\(lag) bars ago]"
    case .adaptiveMomentum(let lag):
      "C - C[k bars ago]; k = \(AdaptiveLag(base: lag).quiet), \(lag), \(AdaptiveLag(base: lag).volatile) while the "
        + "20-bar deviation of C ranks in the lowest, middle, highest third of its last 50 values (cut at 33 and 67 %)"
    case .percentChange(let lag):
      "100 (C / C[\(lag) bars ago] - 1)"
    case .volumeRatio(let period):
      "V / mean V of the last \(period) bars, the newest included"
    case .rangePercent:
      "100 (H - L) / C"
    case .volatilityRatio(let short, let long):
      "s(\(short)) / s(\(long)), s(n) the sample deviation of the last n one-bar returns of C"
    }
  }

  /// What the value is where the definition would divide by zero.
  package var zeroRule: String {
    switch self {
    case .relativeStrength: "0 when the window is flat"
    case .directionalIndex: "DX is 0 without range or movement"
    case .volumeRatio: "0 when the window has no volume"
    case .volatilityRatio: "0 when s(long) is 0"
    case .percentChange: "not finite after a close of 0: the bar gives no vector"
    case .rangePercent: "not finite at a close of 0: the bar gives no vector"
    case .emaDifference, .bandWidth, .channelMidpoint, .channelRange, .momentum, .adaptiveMomentum: "none needed"
    }
  }

  /// A number without a needless fraction.
  static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }
}
