// Bars whose order in time was destroyed: what a detector finds in them is its own making.

import QuantMath
package import TradingDomain

/// The shapes of `bars` (changes, wings, volumes) in random order at the times of `bars`.
///
/// Each bar keeps its change from the close before it inside a session, its range and volume together; only their order
/// is drawn anew. Prices run on from the first bar; the overnight gaps are left out, as the detector does.
package func shuffledBars(_ bars: [Bar], sessionBreak: Nanoseconds, seed: UInt64) -> [Bar] {
  guard let first = bars.first else { return [] }
  var order = Array(bars.indices)
  var random = CounterRandom(seed: seed, purpose: "regimes.shuffle")
  random.shuffle(&order)
  var close = first.open.ticks
  return bars.indices.map { place in
    let source = order[place]
    var bar = bars[source]
    let begins = source == 0 || bar.start - bars[source - 1].end >= sessionBreak
    let shift = close - (begins ? bar.open.ticks : bars[source - 1].close.ticks)
    bar.open = Price(ticks: bar.open.ticks + shift)
    bar.high = Price(ticks: bar.high.ticks + shift)
    bar.low = Price(ticks: bar.low.ticks + shift)
    bar.close = Price(ticks: bar.close.ticks + shift)
    (bar.start, bar.duration) = (bars[place].start, bars[place].duration)
    close = bar.close.ticks
    return bar
  }
}
