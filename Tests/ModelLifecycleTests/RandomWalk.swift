// Bars of a random walk, and of one that a feature can predict: what training must tell apart.
import QuantMath
import TradingDomain

enum RandomWalk {
  /// One-minute bars of `sessions` days of 500 bars each. With `echo` > 0 every bar repeats that part of the move five
  /// bars earlier, which momentum features can see.
  static func bars(sessions: Int, seed: UInt64, echo: Double = 0) -> [Bar] {
    var random = CounterRandom(seed: seed, stream: 7)
    var bars: [Bar] = []
    var moves: [Double] = []
    var price = 11_000.0
    for day in 0..<sessions {
      let date = SessionDate(dayNumber: 19_000 + Int32(day))
      for minute in 0..<500 {
        let past = moves.count >= 5 ? moves[moves.count - 5] : 0
        let move = random.nextGaussian() * 4 + echo * past
        moves.append(move)
        let open = price
        price += move
        let high = max(open, price) + random.nextUniform() * 2
        let low = min(open, price) - random.nextUniform() * 2
        bars.append(
          Bar(
            start: BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60 + Int64(minute))), duration: .seconds(60),
            open: Price(ticks: Int64(open.rounded())), high: Price(ticks: Int64(high.rounded(.up))),
            low: Price(ticks: Int64(low.rounded(.down))), close: Price(ticks: Int64(price.rounded())),
            volume: Quantity(Int64(100 + random.nextUniform() * 400)), tradeCount: 50, signedVolume: 0))
      }
    }
    return bars
  }
}
