// How a replayed market, which never saw our orders, is asked whether they would have traded.

/// Whether simulated orders use up what they trade with.
package enum LiquidityRule: String, Hashable, Sendable, CaseIterable {
  /// No contract is given away twice: what an order takes stays gone until the display refreshes, and a print fills at
  /// most what was printed. The rule for every result that is to be believed.
  case conserved
  /// Every order fills whole: at the best opposite price when it crosses; at its own price when the opposite touch or
  /// a print of the other side's aggressor goes through it, or a print at its price passes its queue. Orders of other
  /// clients are not met. These are the assumptions of hftbacktest's exchange without partial fills, kept so that
  /// results can be compared with it fill by fill; a report says so.
  case unlimited
}

/// The named assumptions by which orders fill; the name goes into every report made from a simulation.
///
/// Both rules share two laws: contracts filled never exceed contracts displayed or printed, and no order fills at its
/// own price before the queue that stood ahead of it is gone.
package enum FillRule: String, Hashable, Sendable, CaseIterable {
  /// For quotes, trades and depth.
  ///
  /// - An order that crosses the opposite touch takes what is displayed there. What it took stays gone
  ///   until the price changes; what the display grows by is new. The rest of the order waits for that.
  /// - Where the source publishes prices without sizes, each `unpublishedTouchSize` contracts cost one more tick.
  /// - A resting order starts behind everything displayed at its price. Prints at that price by the other side's
  ///   aggressors shorten the queue, and so does a shrinking display by the rule of the ``QueueModel``. It fills at its
  ///   price by what is printed beyond the queue.
  /// - A print through its price, or an opposite quote at or through it, fills it at its price up to the quantity
  ///   printed or displayed.
  /// - Without any quotes, a crossing order fills on the next prints, each worsened by one tick, and a resting order
  ///   only on prints through its price.
  /// - Stops trigger on prints (on the opposite touch where nothing is ever printed).
  case displayedTouch = "displayed-touch"

  /// For bars alone.
  ///
  /// - An order that crosses fills at the open of the next bar, worsened by half the configured spread rounded up. An
  ///   order that arrives within `barOpenTolerance` of a bar's start counts as before its open.
  /// - A resting order fills at its price when a bar that it saw from the open trades `penetrationTicks` beyond; when
  ///   the bar reaches its price but not that far, with `touchProbability`.
  /// - A stop triggers when a bar that ends after its arrival reaches it, and fills at the worse of stop and open,
  ///   plus `stopSlippageTicks`; beyond its limit it rests there.
  /// - Inside a bar the worst order of extremes is assumed: once a stop of a side triggered, no resting order of that
  ///   client and side fills in the same bar. What happens inside a bar is dated to its middle.
  case barPenetration = "next bar open plus half the spread, penetration"
}
