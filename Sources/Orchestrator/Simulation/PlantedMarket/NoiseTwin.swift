// The same bars without a future: what a strategy finds in them is its own making.

import QuantMath
package import TradingDomain

/// Turns sessions of bars into noise with the same looks.
///
/// Each bar is turned upside down or not by a fair coin: its move from open to close, its wings (high and low change
/// places about the open) and its signed volume. Each gap between two bars, and each overnight gap, is turned by a coin
/// of its own; prices are chained anew from the first open. Sizes of moves, ranges, volumes, trade counts, times, and
/// with them volatility clustering and the shape of the day, stay as they are, and so does how flow and return of one
/// bar go together. Given everything before, each move is as likely up as down: nothing forecasts its sign.
///
/// Prices stay positive: where a fall would leave less than one tick the coin is not asked, and where both ways would,
/// the bar opens higher than its gap says.
package struct NoiseTwin: Hashable, Sendable {
  package var seed: UInt64
  /// Which of the twins under the seed.
  package var number: UInt64

  package init(seed: UInt64, number: UInt64 = 0) {
    self.seed = seed
    self.number = number
  }

  /// The twin of `sessions`, in the same shape.
  ///
  /// - Precondition: prices are positive, and low <= open, close <= high in every bar.
  package func sessions(_ sessions: [[Bar]]) -> [[Bar]] {
    var coins = CounterRandom(seed: seed, purpose: "noise-twin", index: number)
    var last: (original: Int64, twin: Int64)?
    return sessions.map { session in
      session.map { original in
        let (open, high, low) = (original.open.ticks, original.high.ticks, original.low.ticks)
        precondition(low > 0 && low <= open && high >= open, "a bar of \(low) to \(high) that opens at \(open) ticks")
        let coin = coins.next()
        var bar = original
        var opened = last.map { chained($0.twin, gap: open - $0.original, up: coin & 2 == 0) } ?? open
        let (fall, turnedFall) = (open - low, high - open)
        var isFlipped = coin & 1 == 0
        if opened - (isFlipped ? turnedFall : fall) < 1 {
          isFlipped = turnedFall < fall
          opened = max(opened, 1 + min(fall, turnedFall))
        }
        let sign: Int64 = isFlipped ? -1 : 1
        bar.open = Price(ticks: opened)
        bar.close = Price(ticks: opened + sign * (original.close.ticks - open))
        bar.high = Price(ticks: opened + (isFlipped ? fall : turnedFall))
        bar.low = Price(ticks: opened - (isFlipped ? turnedFall : fall))
        bar.signedVolume = sign * original.signedVolume
        last = (original.close.ticks, bar.close.ticks)
        return bar
      }
    }
  }

  private func chained(_ close: Int64, gap: Int64, up: Bool) -> Int64 {
    let open = close + (up ? abs(gap) : -abs(gap))
    return open < 1 ? close + abs(gap) : open
  }
}
