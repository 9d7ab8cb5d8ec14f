// What a crossing order pays beyond the price it meets: other takers, hidden moves, its own footprint.

import Glibc
import TradingDomain

/// Extra cost of taking, in whole ticks against the order, never beyond its limit.
///
/// Volume and range are those of the minute (or bar) before the order met the market, so nothing of the future is used;
/// before a minute is complete, the models that need one charge `unknownTicks`.
package enum SlippageModel: Hashable, Sendable {
  /// The price met is the price paid.
  case none
  /// Always so many ticks.
  case fixed(ticks: Int64)
  /// `coefficient` x price x share^2, where share is the order's part of the last minute's volume, held at `limit`:
  /// the volume-share model of Zipline.
  case volumeShare(coefficient: Double, limit: Double)
  /// `coefficient` x range x sqrt(share), where range is the last minute's high less low in ticks: the square-root law
  /// of market impact (Almgren et al., "Direct estimation of equity market impact", 2005).
  case squareRoot(coefficient: Double)

  /// Ticks charged by the models of volume while no minute is known.
  static let unknownTicks: Int64 = 1

  /// Name with parameters, for reports.
  package var name: String {
    switch self {
    case .none: return "none beyond the display"
    case .fixed(let ticks): return "\(ticks) ticks"
    case .volumeShare(let coefficient, let limit):
      return "volume share, \(coefficient) x price x share^2, share <= \(limit)"
    case .squareRoot(let coefficient): return "square root, \(coefficient) x minute range x sqrt(share)"
    }
  }

  /// The model that `none`, `fixed:TICKS`, `volume-share:COEFFICIENT:LIMIT` or `square-root:COEFFICIENT` names; nil for
  /// anything else.
  package init?(named text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let numbers = parts.dropFirst().compactMap(Double.init).filter { $0.isFinite && $0 >= 0 && $0 <= 1e6 }
    guard numbers.count == parts.count - 1 else { return nil }
    switch (parts[0], numbers.count) {
    case ("none", 0): self = .none
    case ("fixed", 1) where numbers[0] == numbers[0].rounded(): self = .fixed(ticks: Int64(numbers[0]))
    case ("volume-share", 2): self = .volumeShare(coefficient: numbers[0], limit: numbers[1])
    case ("square-root", 1): self = .squareRoot(coefficient: numbers[0])
    default: return nil
    }
  }

  /// What `init(named:)` accepts, for messages.
  package static let names = "none, fixed:TICKS, volume-share:COEFFICIENT:LIMIT, square-root:COEFFICIENT"

  /// Ticks for `quantity` contracts met at `price` ticks.
  func ticks(_ quantity: Int64, at price: Int64, _ activity: RecentActivity) -> Int64 {
    switch self {
    case .none: return 0
    case .fixed(let ticks): return ticks
    case .volumeShare(let coefficient, let limit):
      guard let minute = activity.last, minute.volume > 0 else { return Self.unknownTicks }
      let share = min(limit, Double(quantity) / Double(minute.volume))
      return Self.roundedUp(coefficient * Double(abs(price)) * share * share)
    case .squareRoot(let coefficient):
      guard let minute = activity.last, minute.volume > 0 else { return Self.unknownTicks }
      let share = Double(quantity) / Double(minute.volume)
      return Self.roundedUp(coefficient * Double(minute.high - minute.low) * share.squareRoot())
    }
  }

  /// Whole ticks, against the order; a hair of rounding error is no tick.
  private static func roundedUp(_ ticks: Double) -> Int64 { Int64(min(1e6, (ticks - 1e-9).rounded(.up))) }
}

/// What traded in the last complete minute.
struct RecentActivity {
  /// Volume and extremes of one stretch of time.
  struct Stretch {
    var volume: Int64 = 0
    var high = Int64.min
    var low = Int64.max
  }

  /// The last complete minute (or bar) with trades.
  private(set) var last: Stretch?
  private var current = Stretch()
  private var minute = Int64.min

  private static let length: Int64 = 60_000_000_000

  mutating func add(_ quantity: Int64, at price: Int64, time: Int64) {
    let now = time / Self.length
    if now != minute {
      if current.volume > 0 { last = current }
      current = Stretch()
      minute = now
    }
    current.volume += quantity
    current.high = max(current.high, price)
    current.low = min(current.low, price)
  }

  mutating func add(_ bar: Bar) {
    if bar.volume.contracts > 0 {
      last = Stretch(volume: bar.volume.contracts, high: bar.high.ticks, low: bar.low.ticks)
    }
  }
}

extension SimulatedExchange {
  /// `price` worsened by the slippage of a crossing order, held at its limit.
  func worsened(_ price: Int64, _ order: Int, _ quantity: Int64) -> Int64 {
    if configuration.slippage == .none { return price }
    let sign = orders[order].side.sign
    let activity = markets[orders[order].market].activity
    let paid = price + sign * configuration.slippage.ticks(quantity, at: price, activity)
    return sign > 0 ? min(paid, orders[order].limit) : max(paid, orders[order].limit)
  }
}
