// What a regime model sees of a bar.

import Glibc
package import TradingDomain

/// How bars become observations; part of a fitted model, since a model means nothing without it.
package struct RegimeObservationSettings: Hashable, Codable, Sendable {
  /// Bars after which a price change counts half in the drift.
  package var trendHalfLifeBars = 10.0
  /// Bars after which a bar counts half in the averages of movement, range and volume that a bar is compared with.
  package var slowHalfLifeBars = 240.0
  /// Bars before the first observation: the slow averages must have forgotten how they started.
  package var warmUpBars = 480
  /// Time without bars from which the next bar begins a new session.
  package var sessionBreak = 30 * 60

  /// The defaults, for bars of one minute.
  package init() {}

  /// What cannot be meant; nil when all is well.
  package var fault: String? {
    if !(trendHalfLifeBars > 0 && trendHalfLifeBars.isFinite) { return "trendHalfLifeBars must be positive" }
    if !(slowHalfLifeBars > trendHalfLifeBars && slowHalfLifeBars.isFinite) {
      return "slowHalfLifeBars must be longer than trendHalfLifeBars"
    }
    if warmUpBars < 2 { return "warmUpBars must be at least 2" }
    if sessionBreak < 1 { return "sessionBreak must be at least 1 second" }
    return nil
  }
}

/// Turns bars into observations, one bar at a time.
///
/// 0. standardised drift: EMA(d) over few bars / EMA(|d|) over many, of the price changes d;
/// 1. log((high - low + 1) / EMA(high - low + 1)), in ticks: range in price levels against its slow average;
/// 2. log((volume + 1) / EMA(volume + 1)).
///
/// The slow averages that a bar is compared with are those before the bar. Drift is measured against the slow movement,
/// not the recent one (as an efficiency ratio would): a drift is then large when the price really went far, and stress
/// shows as drift that is wide on both sides.
///
/// **The night is no bar.** The first bar of a session changes from its own open, not from yesterday's close: the gap,
/// and at a roll the step between two contracts, enters nothing. The averages carry over; the chain of regimes does
/// not, it begins each session from the model's start probabilities.
///
/// **A bar with a gap, or without trades, is a missing observation.** It enters no average, and the bar after a gap
/// changes from its own open, since the last price before it may be missing.
package struct RegimeObserver: Sendable {
  /// What one bar gave.
  @frozen package enum Outcome: Sendable {
    /// Not warm yet.
    case none
    /// The bar tells nothing.
    case missing
    /// Standardised drift, log relative range, log relative volume.
    case observation(SIMD3<Double>)
  }

  /// Names of an observation's parts, in order.
  package static let names = ["standardised drift", "log relative range", "log relative volume"]

  private let trendWeight: Double
  private let slowWeight: Double
  private let warmUpBars: Int
  private let sessionBreak: Nanoseconds
  private var drift = 0.0
  private var slowMovement = 0.0
  private var slowRange = 0.0
  private var slowVolume = 0.0
  private var lastEnd = Timestamp.distantPast
  /// Close that the next bar changes from; nil after a gap and at the start.
  private var lastClose: Int64?
  private var barCount = 0
  /// Whether the last bar was the first of a session.
  package private(set) var beganSession = false

  /// No bar seen yet.
  package init(_ settings: RegimeObservationSettings) {
    precondition(settings.fault == nil, "\(settings.fault ?? "")")
    trendWeight = -expm1(-0.693_147_180_559_945_3 / settings.trendHalfLifeBars)
    slowWeight = -expm1(-0.693_147_180_559_945_3 / settings.slowHalfLifeBars)
    warmUpBars = settings.warmUpBars
    sessionBreak = .seconds(Int64(settings.sessionBreak))
  }

  /// True once whole bars give observations.
  package var isWarm: Bool { barCount >= warmUpBars }

  /// Takes the next completed bar.
  package mutating func update(_ bar: Bar) -> Outcome {
    beganSession = lastEnd == .distantPast || bar.start - lastEnd >= sessionBreak
    lastEnd = bar.end
    if beganSession { lastClose = nil }
    guard bar.status == .complete else {
      if bar.status == .gap { lastClose = nil }
      return isWarm ? .missing : .none
    }
    let change = Double(bar.close.ticks - (lastClose ?? bar.open.ticks))
    lastClose = bar.close.ticks
    drift += trendWeight * (change - drift)
    let range = Double(bar.high.ticks - bar.low.ticks + 1)
    let volume = Double(bar.volume.contracts + 1)
    if barCount == 0 { (slowMovement, slowRange, slowVolume) = (abs(change), range, volume) }
    defer {
      slowMovement += slowWeight * (abs(change) - slowMovement)
      slowRange += slowWeight * (range - slowRange)
      slowVolume += slowWeight * (volume - slowVolume)
    }
    barCount += 1
    guard barCount >= warmUpBars else { return .none }
    return .observation(
      SIMD3(slowMovement > 0 ? drift / slowMovement : 0, log(range / slowRange), log(volume / slowVolume)))
  }
}
