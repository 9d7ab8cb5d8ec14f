// Forecasts whose outcome is not known yet, and how it becomes known.

import TradingDomain

/// The newest forecasts of a stream, each until its outcome is known; nothing is allocated after initialisation.
///
/// An outcome is that of training labels: the move from the open of the bar after the decision to the close
/// ``horizon`` bars after it, within the session; a forecast whose session ends first has none.
final class PendingOutcomes {
  let horizon: Int
  /// Numbers that are kept with each forecast.
  let width: Int
  /// A ring of `horizon` forecasts, by the count of bars; the values of one lie at (count % horizon) * width.
  private let values: UnsafeMutablePointer<Double>
  private let isFilled: UnsafeMutablePointer<Bool>
  /// Ticks at which each forecast's move begins; set with the bar after it.
  private let openings: UnsafeMutablePointer<Int64>
  /// Bars since the session began.
  private var bars = 0
  private var day = Int64.min

  init(horizon: Int, width: Int) {
    self.horizon = horizon
    self.width = width
    values = .allocate(capacity: horizon * width)
    values.initialize(repeating: 0, count: horizon * width)
    isFilled = .allocate(capacity: horizon)
    isFilled.initialize(repeating: false, count: horizon)
    openings = .allocate(capacity: horizon)
    openings.initialize(repeating: 0, count: horizon)
  }

  deinit {
    values.deallocate()
    isFilled.deallocate()
    openings.deallocate()
  }

  func reset() {
    isFilled.update(repeating: false, count: horizon)
    bars = 0
    day = .min
  }

  /// Takes the next bar, and returns the forecast whose outcome it completes with the move in ticks; the values are
  /// good until ``keep(_:)``.
  func advance(_ bar: Bar) -> (values: UnsafePointer<Double>, ticks: Int64)? {
    let today = Int64(BrasiliaTime.local(bar.start).date.dayNumber)
    if today != day {
      reset()
      day = today
    }
    bars += 1
    // The bar before this one forecast a move that begins now.
    let before = (bars - 1) % horizon
    if isFilled[before] { openings[before] = bar.open.ticks }
    // The forecast of `horizon` bars ago lies where this bar's own will.
    let place = bars % horizon
    guard isFilled[place] else { return nil }
    isFilled[place] = false
    return (UnsafePointer(values + place * width), bar.close.ticks - openings[place])
  }

  /// Keeps what belongs to the forecast after the newest bar.
  func keep(_ given: UnsafePointer<Double>) {
    let place = bars % horizon
    (values + place * width).update(from: given, count: width)
    isFilled[place] = true
  }
}
