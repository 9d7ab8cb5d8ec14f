// The signals of the event layer, in the order of their values.

/// One number about the market's events, as of the end of the newest bar.
///
/// Raw values are the places in ``EventFeatures/values``; the groups follow ``DataTier``.
package enum EventSignal: Int, CaseIterable, Sendable {
  // Tier bars: what bars alone tell.
  /// (high - low) / sqrt(4 ln 2).
  case barRangeVolatility = 0
  /// Square root of the window mean of (high - low)^2 / (4 ln 2).
  case barRangeVolatilityMean
  /// Volume times the sign of close - open, else of the step between closes.
  case barTickRuleVolume
  /// Sum of bar_tick_rule_volume over 20 bars by their volume.
  case barTickRuleImbalance
  /// Volume times (2 Phi(step of close / sample deviation of the steps in the window, this one too) - 1).
  case barBulkVolume
  /// VPIN over buckets filled by bars, sides by bulk classification in whole contracts per bucket.
  case barToxicity
  /// The source's signed volume by the volume.
  case barOrderImbalance
  /// 2 sqrt(max(0, -cov of neighbouring steps of closes)) over the window.
  case barRollSpread
  /// Slope of the step of closes on bar_tick_rule_volume over the window.
  case barKyleLambda
  /// Window mean of |relative step of closes| per million tick-contracts of value.
  case barAmihud
  /// Window mean of the high-low spread of neighbouring bars, negative ones as 0.
  case barCorwinSchultz
  /// 2 sqrt(max(0, window mean of (c - m)(c - m'))), c log close, m and m' mid-ranges of this bar and the next.
  case barAbdiRanaldo
  /// 1 when something was lost in the bar or just before it, else 0.
  case barIsGap
  // Tier trades: what needs every trade.
  /// Bought less sold contracts of the bar.
  case signedVolume
  /// Bought less sold contracts by all contracts of the bar.
  case signedVolumeShare
  /// Mean sign of the bar's trades.
  case tradeSignMean
  /// Signed contracts, halved every 10 s.
  case signedVolume10
  /// Signed contracts, halved every 60 s.
  case signedVolume60
  /// Buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 1 s.
  case buyIntensity1
  /// Buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 10 s.
  case buyIntensity10
  /// Buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 60 s.
  case buyIntensity60
  /// Buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 300 s.
  case buyIntensity300
  /// Seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 1 s.
  case sellIntensity1
  /// Seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 10 s.
  case sellIntensity10
  /// Seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 60 s.
  case sellIntensity60
  /// Seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 300 s.
  case sellIntensity300
  /// Buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 1 s.
  case intensityDifference1
  /// Buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 10 s.
  case intensityDifference10
  /// Buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 60 s.
  case intensityDifference60
  /// Buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 300 s.
  case intensityDifference300
  /// Trades a second in the bar.
  case tradeRate
  /// Contracts per trade of the bar.
  case meanTradeSize
  /// Slope of the step of closes on signed_volume over the window of bars.
  case kyleLambdaBars
  /// Slope of the step between trade prices on signed contracts over the window of trades.
  case kyleLambdaTrades
  /// 2 sqrt(max(0, -cov of neighbouring steps of trade prices)) over the window of trades.
  case rollSpread
  /// Sum of |bought - sold| of the full buckets in the window by their volume, trades without a side as neither.
  case toxicity
  /// Share of the window's buckets in which something was lost.
  case toxicityGapShare
  /// Square root of the bar's squared moves of the trade price between sampling times.
  case realisedVolatilityTrades
  /// Square root of pi / 2 times products of neighbouring moves, scaled to their number.
  case bipowerVolatilityTrades
  /// Max(0, 1 - bipower / realised variation) of the trade price.
  case jumpRatioTrades
  /// Contracts of trades above the quantile of the sizes before them (16 classes an octave from 256) by all.
  case largeTradeShare
  /// The same with the sign of each trade.
  case largeTradeSignedShare
  /// Contracts of retail liquidity provider trades by all of the bar.
  case liquidityProviderShare
  /// Contracts of crosses by all of the bar.
  case crossShare
  /// Contracts of auction trades by all of the bar.
  case auctionShare
  /// Time from the newest trade to the bar's end.
  case secondsSinceTrade
  /// Time from the newest large trade to the bar's end.
  case secondsSinceLargeTrade
  // Tier quotes: what needs the best bid and ask.
  /// Size-weighted price less midpoint: spread / 2 * queue_imbalance_1.
  case micropriceOffset
  /// Ask - bid at the bar's end.
  case spreadLast
  /// Time-weighted ask - bid over the bar.
  case spreadMean
  /// (bid size - ask size) / (bid size + ask size) at the bar's end.
  case queueImbalance1
  /// Time-weighted queue_imbalance_1 over the bar.
  case queueImbalanceMean
  /// Order-flow imbalance at the touch over the bar.
  case orderFlowImbalance
  /// Ofi by the mean size of a side of the touch, at the bar's start and after each change.
  case orderFlowImbalanceNormalised
  /// Order-flow imbalance at the touch, halved every 10 s.
  case orderFlowImbalance10
  /// Order-flow imbalance at the touch, halved every 60 s.
  case orderFlowImbalance60
  /// Square root of the bar's squared moves of the midpoint between sampling times.
  case realisedVolatilityMid
  /// Square root of pi / 2 times products of neighbouring moves, scaled to their number.
  case bipowerVolatilityMid
  /// Max(0, 1 - bipower / realised variation) of the midpoint.
  case jumpRatioMid
  /// Changes of the touch a second in the bar.
  case quoteRate
  /// Time from the newest change of the touch to the bar's end.
  case secondsSinceQuote
  /// Contract-weighted 2 sign (price - midpoint) of the bar's trades.
  case effectiveSpread
  /// Contract-weighted 2 sign (price - midpoint 5 s later), trades whose 5 s end in the bar.
  case realisedSpread5
  /// Contract-weighted 2 sign (midpoint 1 s later - midpoint).
  case priceImpact1
  /// Contract-weighted 2 sign (midpoint 5 s later - midpoint).
  case priceImpact5
  /// Contract-weighted 2 sign (midpoint 10 s later - midpoint).
  case priceImpact10
  /// Sum of spreads 5 s after the trades by the sum of spreads before them.
  case spreadResilience
  /// Sum of sizes of the side hit 5 s after the trades by those before them.
  case depthResilience
  // Tier depth: what needs the levels of the book.
  /// (bids - asks) / (bids + asks) of 3 levels at the bar's end.
  case queueImbalance3
  /// (bids - asks) / (bids + asks) of 5 levels at the bar's end.
  case queueImbalance5
  /// (bids - asks) / (bids + asks) of 10 levels at the bar's end.
  case queueImbalance10
  /// Mean order-flow imbalance of 5 levels by the mean size of a level, over the batches that changed one of them.
  case orderFlowImbalanceLevels
  /// Summed order-flow imbalance of 5 levels, halved every 10 s.
  case orderFlowImbalanceLevels10
  /// Mean over both sides of the slope of cumulative contracts on ticks from the midpoint, 5 levels, through the
  /// origin.
  case bookSlope
  /// (bid slope - ask slope) / (bid slope + ask slope).
  case bookSlopeImbalance
  /// Contracts added to levels a second.
  case depthAddRate
  /// Contracts taken from levels less those traded (no cross, no RLP) a second, at least 0.
  case depthCancelRate
}
