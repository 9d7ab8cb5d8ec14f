// Market data files made from a seed: a price that trends, turns and rests, as bars and as ticks.
import Foundation
import TradingDomain

/// A random walk on the tick grid whose drift changes now and then.
struct GeneratedMarket {
  private var state: UInt64
  /// Last price in ticks of half a point.
  private var price: Int64 = 10_400
  private var drift: Int64 = 0
  private var stepsLeft: UInt64 = 0

  init(seed: UInt64) { state = seed }

  /// splitmix64 (Steele, Lea, Flood 2014).
  private mutating func draw(below bound: UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return (mixed ^ (mixed >> 31)) % bound
  }

  /// Moves the price by at most a few ticks; the drift lasts `persistence` steps in the mean.
  private mutating func step(persistence: UInt64) {
    if stepsLeft == 0 {
      stepsLeft = 1 + draw(below: 2 * persistence)
      drift = Int64(draw(below: 3)) - 1
    }
    stepsLeft -= 1
    price += Int64(draw(below: 3)) - 1
    if drift != 0, draw(below: 6) == 0 { price += drift }
    // The walk stays where one price limit covers it.
    if price < 10_000 || price > 10_800 { drift = price < 10_400 ? 1 : -1 }
  }

  private static func points(_ ticks: Int64) -> String { "\(ticks / 2).\(ticks % 2 == 0 ? "0" : "5")" }

  private static func clock(_ milliseconds: Int) -> String {
    let seconds = milliseconds / 1_000
    return String(
      format: "%02d:%02d:%02d.%03d", seconds / 3_600, seconds / 60 % 60, seconds % 60, milliseconds % 1_000)
  }

  /// One-minute bars of whole sessions, 09:00 to 18:29, as plain CSV with a header.
  mutating func barFile(dates: [SessionDate]) -> String {
    var lines = ["time,open,high,low,close,contracts"]
    for date in dates {
      for minute in (9 * 60)..<(18 * 60 + 30) {
        let open = price
        var (high, low) = (open, open)
        for _ in 0..<8 {
          step(persistence: 300)
          high = max(high, price)
          low = min(low, price)
        }
        let prices = [open, high, low, price].map(Self.points).joined(separator: ",")
        lines.append("\(date) \(Self.clock(minute * 60_000)),\(prices),\(50 + draw(below: 400))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Quotes and trades of one session, 09:00 to 18:25, as plain CSV with a header.
  mutating func tickFile(date: SessionDate, meanGap milliseconds: UInt64) -> String {
    var lines = ["time,bid,bid_size,ask,ask_size,price,quantity"]
    var time = 9 * 3_600_000
    while time < (18 * 60 + 25) * 60_000 {
      step(persistence: 2_000)
      let last = draw(below: 2) == 0 ? price : price + 1
      let quote = "\(Self.points(price)),\(5 + draw(below: 60)),\(Self.points(price + 1)),\(5 + draw(below: 60))"
      lines.append("\(date) \(Self.clock(time)),\(quote),\(Self.points(last)),\(1 + draw(below: 9))")
      time += 1 + Int(draw(below: 2 * milliseconds))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
