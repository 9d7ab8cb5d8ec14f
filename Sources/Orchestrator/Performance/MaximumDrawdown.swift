// The worst fall from a peak, and how long the account stayed under water.

package import TradingDomain

/// The largest fall of an equity curve below its highest value so far.
///
/// The opening capital is a peak too. An extreme of one path has no standard error: the next path's will differ, and is
/// more likely worse the longer it runs.
package struct MaximumDrawdown: Hashable, Sendable {
  /// The fall, not negative; 0 for a curve that never fell.
  package let amount: Money
  /// ``amount`` over the equity at the peak; nil where that equity is not positive.
  package let fraction: Double?
  /// When the peak before the largest fall was left (the opening if there was no fall).
  package let peak: Timestamp
  /// When the lowest point was reached.
  package let trough: Timestamp
  /// When the peak was reached again; nil if it never was.
  package let recovery: Timestamp?
  /// Longest time from leaving a peak to reaching it again or to the end of the curve.
  package let longestUnderwater: Nanoseconds

  package init(_ curve: EquityCurve) {
    var peak = curve.opening
    var isUnderwater = false
    var amount = Money.zero
    var worst = (peak: curve.opening, trough: curve.opening.time)
    var worstIsOpen = false
    var recovery: Timestamp?
    var longest = Nanoseconds.zero
    for point in curve.points {
      if point.equity >= peak.equity {
        if isUnderwater {
          longest = max(longest, point.time - peak.time)
          if worstIsOpen { recovery = point.time }
          worstIsOpen = false
          isUnderwater = false
        }
        // A peak held for a while is left only when the equity falls: its time moves along.
        peak = point
      } else {
        isUnderwater = true
        if peak.equity - point.equity > amount {
          amount = peak.equity - point.equity
          worst = (peak, point.time)
          worstIsOpen = true
          recovery = nil
        }
      }
    }
    if isUnderwater { longest = max(longest, curve.last.time - peak.time) }
    self.amount = amount
    fraction = worst.peak.equity > .zero ? Double(amount.microBRL) / Double(worst.peak.equity.microBRL) : nil
    self.peak = worst.peak.time
    trough = worst.trough
    self.recovery = recovery
    longestUnderwater = longest
  }
}
