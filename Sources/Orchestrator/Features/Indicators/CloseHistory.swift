// The last closes, for differences and returns over a lag.

import QuantMath

/// The closes of the last `maximumLag + 1` bars, in ticks.
package struct CloseHistory: ~Copyable {
  /// Integers held as Double: exact below 2^53 ticks.
  private var closes: RollingWindow

  /// - Precondition: `maximumLag` is at least 0.
  package init(maximumLag: Int) {
    closes = RollingWindow(capacity: maximumLag + 1)
  }

  /// Adds the close of the next bar in ticks.
  package mutating func update(_ close: Int64) { closes.push(Double(close)) }

  /// Close minus the close `lag` bars before, in ticks (TA-Lib's MOM); nil until there are that many bars.
  package func momentum(lag: Int) -> Double? {
    closes.count > lag ? closes[ago: 0] - closes[ago: lag] : nil
  }

  /// Change over `lag` bars in percent of the earlier close (TA-Lib's ROC); nil until there are that many bars.
  ///
  /// Not finite when the earlier close is 0.
  package func percentChange(lag: Int) -> Double? {
    guard closes.count > lag else { return nil }
    let earlier = closes[ago: lag]
    return (closes[ago: 0] - earlier) / earlier * 100
  }

  /// Forgets everything.
  package mutating func reset() { closes.reset() }
}
