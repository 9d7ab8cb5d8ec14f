// Declarations of the signals of tier trades: what needs every trade.

extension EventSignal {
  static let tradeDeclarations: [EventSignalDeclaration] = [
    .init(
      signal: .signedVolume, name: "signed_volume",
      definition: "bought less sold contracts of the bar",
      unit: "contracts", tier: .trades, warmUpBars: 1, source: "Lee and Ready 1991"),
    .init(
      signal: .signedVolumeShare, name: "signed_volume_share",
      definition: "bought less sold contracts by all contracts of the bar",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "Lee and Ready 1991"),
    .init(
      signal: .tradeSignMean, name: "trade_sign_mean",
      definition: "mean sign of the bar's trades",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "Lee and Ready 1991"),
    .init(
      signal: .signedVolume10, name: "signed_volume_decayed_10s",
      definition: "signed contracts, halved every 10 s",
      unit: "contracts", tier: .trades, warmUpBars: 2, source: "Hawkes 1971"),
    .init(
      signal: .signedVolume60, name: "signed_volume_decayed_60s",
      definition: "signed contracts, halved every 60 s",
      unit: "contracts", tier: .trades, warmUpBars: 7, source: "Hawkes 1971"),
    .init(
      signal: .buyIntensity1, name: "buy_intensity_1s",
      definition: "buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 1 s",
      unit: "1 / s", tier: .trades, warmUpBars: 1, source: "Hawkes 1971"),
    .init(
      signal: .buyIntensity10, name: "buy_intensity_10s",
      definition: "buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 10 s",
      unit: "1 / s", tier: .trades, warmUpBars: 2, source: "Hawkes 1971"),
    .init(
      signal: .buyIntensity60, name: "buy_intensity_60s",
      definition: "buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 60 s",
      unit: "1 / s", tier: .trades, warmUpBars: 7, source: "Hawkes 1971"),
    .init(
      signal: .buyIntensity300, name: "buy_intensity_300s",
      definition: "buyer-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 300 s",
      unit: "1 / s", tier: .trades, warmUpBars: 35, source: "Hawkes 1971"),
    .init(
      signal: .sellIntensity1, name: "sell_intensity_1s",
      definition: "seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 1 s",
      unit: "1 / s", tier: .trades, warmUpBars: 1, source: "Hawkes 1971"),
    .init(
      signal: .sellIntensity10, name: "sell_intensity_10s",
      definition: "seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 10 s",
      unit: "1 / s", tier: .trades, warmUpBars: 2, source: "Hawkes 1971"),
    .init(
      signal: .sellIntensity60, name: "sell_intensity_60s",
      definition: "seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 60 s",
      unit: "1 / s", tier: .trades, warmUpBars: 7, source: "Hawkes 1971"),
    .init(
      signal: .sellIntensity300, name: "sell_intensity_300s",
      definition: "seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 300 s",
      unit: "1 / s", tier: .trades, warmUpBars: 35, source: "Hawkes 1971"),
    .init(
      signal: .intensityDifference1, name: "intensity_difference_1s",
      definition: "buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 1 s",
      unit: "1 / s", tier: .trades, warmUpBars: 1, source: "Hawkes 1971"),
    .init(
      signal: .intensityDifference10, name: "intensity_difference_10s",
      definition: "buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 10 s",
      unit: "1 / s", tier: .trades, warmUpBars: 2, source: "Hawkes 1971"),
    .init(
      signal: .intensityDifference60, name: "intensity_difference_60s",
      definition: "buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 60 s",
      unit: "1 / s", tier: .trades, warmUpBars: 7, source: "Hawkes 1971"),
    .init(
      signal: .intensityDifference300, name: "intensity_difference_300s",
      definition: "buyer- less seller-initiated trades a second: sum of ln 2 / h * 2^(-age / h), h = 300 s",
      unit: "1 / s", tier: .trades, warmUpBars: 35, source: "Hawkes 1971"),
    .init(
      signal: .tradeRate, name: "trade_rate",
      definition: "trades a second in the bar",
      unit: "1 / s", tier: .trades, warmUpBars: 1, source: "definition"),
    .init(
      signal: .meanTradeSize, name: "mean_trade_size",
      definition: "contracts per trade of the bar",
      unit: "contracts", tier: .trades, warmUpBars: 1, source: "definition"),
    .init(
      signal: .kyleLambdaBars, name: "kyle_lambda_bars",
      definition: "slope of the step of closes on signed_volume over the window of bars",
      unit: "ticks per contract", tier: .trades, warmUpBars: 61, source: "Kyle 1985"),
    .init(
      signal: .kyleLambdaTrades, name: "kyle_lambda_trades",
      definition: "slope of the step between trade prices on signed contracts over the window of trades",
      unit: "ticks per contract", tier: .trades, warmUpBars: 1, source: "Kyle 1985; Glosten and Harris 1988"),
    .init(
      signal: .rollSpread, name: "roll_spread",
      definition: "2 sqrt(max(0, -cov of neighbouring steps of trade prices)) over the window of trades",
      unit: "ticks", tier: .trades, warmUpBars: 1, source: "Roll 1984"),
    .init(
      signal: .toxicity, name: "vpin",
      definition:
        "sum of |bought - sold| of the full buckets in the window by their volume, trades without a side as neither",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "Easley, Lopez de Prado, O'Hara 2012"),
    .init(
      signal: .toxicityGapShare, name: "vpin_gap_share",
      definition: "share of the window's buckets in which something was lost",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "definition"),
    .init(
      signal: .realisedVolatilityTrades, name: "realised_volatility_trades",
      definition: "square root of the bar's squared moves of the trade price between sampling times",
      unit: "ticks", tier: .trades, warmUpBars: 1, source: "Barndorff-Nielsen and Shephard 2004"),
    .init(
      signal: .bipowerVolatilityTrades, name: "bipower_volatility_trades",
      definition: "square root of pi / 2 times products of neighbouring moves, scaled to their number",
      unit: "ticks", tier: .trades, warmUpBars: 1, source: "Barndorff-Nielsen and Shephard 2004"),
    .init(
      signal: .jumpRatioTrades, name: "jump_ratio_trades",
      definition: "max(0, 1 - bipower / realised variation) of the trade price",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "Huang and Tauchen 2005"),
    .init(
      signal: .largeTradeShare, name: "large_trade_share",
      definition:
        "contracts of trades above the quantile of the sizes before them (16 classes an octave from 256) by all",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "definition"),
    .init(
      signal: .largeTradeSignedShare, name: "large_trade_signed_share",
      definition: "the same with the sign of each trade",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "definition"),
    .init(
      signal: .liquidityProviderShare, name: "rlp_share",
      definition: "contracts of retail liquidity provider trades by all of the bar",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "B3 trade types"),
    .init(
      signal: .crossShare, name: "cross_share",
      definition: "contracts of crosses by all of the bar",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "B3 trade types"),
    .init(
      signal: .auctionShare, name: "auction_share",
      definition: "contracts of auction trades by all of the bar",
      unit: "ratio", tier: .trades, warmUpBars: 1, source: "B3 trade types"),
    .init(
      signal: .secondsSinceTrade, name: "seconds_since_trade",
      definition: "time from the newest trade to the bar's end",
      unit: "s", tier: .trades, warmUpBars: 1, source: "definition"),
    .init(
      signal: .secondsSinceLargeTrade, name: "seconds_since_large_trade",
      definition: "time from the newest large trade to the bar's end",
      unit: "s", tier: .trades, warmUpBars: 1, source: "definition"),
  ]
}
