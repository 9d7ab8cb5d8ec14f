// Short against long volatility of returns.

import QuantMath

/// Sample standard deviation of the last `short` bar returns over that of the last `long`; 0 when the latter is 0.
///
/// Two-pass sums over the windows: nothing outside them can influence the value, and flat windows give exactly 0.
package struct VolatilityRatio: ~Copyable {
  private var previousClose: Int64?
  private var short: RollingWindow
  private var long: RollingWindow

  /// - Precondition: 2 <= `short` <= `long`.
  package init(short: Int, long: Int) {
    precondition(short >= 2 && short <= long, "a volatility ratio needs 2 <= short <= long")
    self.short = RollingWindow(capacity: short)
    self.long = RollingWindow(capacity: long)
  }

  /// The ratio; nil until `long` returns have been seen. Not finite while a return from a close of 0 is in a window.
  package var value: Double? {
    guard long.isFull, let near = short.variance, let far = long.variance else { return nil }
    return far == 0 ? 0 : (near / far).squareRoot()
  }

  /// Adds the close of the next bar in ticks.
  package mutating func update(_ close: Int64) {
    defer { previousClose = close }
    guard let previousClose else { return }
    let change = Double(close - previousClose) / Double(previousClose)
    short.push(change)
    long.push(change)
  }

  /// Forgets everything.
  package mutating func reset() {
    previousClose = nil
    short.reset()
    long.reset()
  }
}
